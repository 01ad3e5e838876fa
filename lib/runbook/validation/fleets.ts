import { z } from 'zod';
import { type Problems, refusal } from '../problems.ts';
import type { Runbook } from '../types.ts';
import { checkPriorities, fleetRules } from './rules.ts';
import { distinctList, fields, line, ordinaryId, text, whole } from './values.ts';

/**
 * At most 5 targets with at most 5 values each.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
 */
const most = 5;

/**
 * What EC2 allows in a tag, except `+`, which SSM refuses in a key. So there is never a wildcard or a variable that
 * would widen the policy of the role that sends the commands.
 */
const tagKey = text('a tag key without reserved characters', 'use letters, digits, spaces and _ . : / = - @', (key) =>
  /^[\p{L}\p{N} _.:/=@-]{1,128}$/u.test(key),
);
const tagValue = text(
  'a tag value without reserved characters',
  'use letters, digits, spaces and _ . : / = + - @; there are no wildcards',
  (value) => /^[\p{L}\p{N} _.:/=+@-]{1,256}$/u.test(value),
);

const tagValues = distinctList('tag values', tagValue).max(most, {
  error: refusal(`at most ${most} values of a tag`, 'give the hosts one tag that says it'),
});

const noTags = refusal(
  'an object with at least one tag',
  'write the tags that tell the hosts of this fleet from others',
);
const tooManyTags = refusal(`at most ${most} tags`, 'give the hosts one tag that says it');

const tags = z
  .record(tagKey, tagValues, { error: noTags })
  .refine((value) => Object.keys(value).length > 0, { error: noTags })
  .refine((value) => Object.keys(value).length <= most, { error: tooManyTags });

const fleet = fields({
  title: line('the title of the fleet'),
  tags,
  floor: whole('a whole number of hosts', 1, 50_000, 'write the least number of hosts that must be there'),
  rules: fleetRules,
});

/** @returns the fleets by id; a broken one is `undefined` */
export function validateFleets(
  runbook: Runbook,
  problems: Problems,
  priorities: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, unknown> {
  const fleets = problems.parseRecord(['fleets'], ordinaryId, fleet, runbook.fleets);
  for (const id of fleets.keys()) {
    checkPriorities(problems, ['fleets', id, 'rules'], runbook.fleets[id]?.rules, priorities);
  }
  return fleets;
}
