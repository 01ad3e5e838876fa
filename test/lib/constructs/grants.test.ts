import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { playScenario } from './grants-scenario.ts';
import { grantName, grantsTable, readable } from './grants-table.ts';

const file = join(fileURLToPath(new URL('../../..', import.meta.url)), 'docs/grants.md');

/** What nothing of the scenario uses, by role and action, and why it is granted all the same. */
const unused = new Map(
  ['RoutinesRole', 'ReportsRole'].map((role) => [
    `${role} sqs:SendMessage`,
    'EventBridge Scheduler leaves there a firing that Lambda has not taken; here Lambda takes every one (see `test/functions/flow/permissions.test.ts` for one that it may not hand over)',
  ]),
);

let played: Awaited<ReturnType<typeof playScenario>>;
beforeAll(async () => {
  played = await playScenario();
}, 120_000);

describe('the roles of the stack', () => {
  it('hold no grant that nothing uses, but those with a reason', () => {
    const withoutReason = played.grants.unused.filter((grant) => !unused.has(grantName(grant)));
    const lines = withoutReason.map(({ resource, values, uses, ...grant }) => {
      const never =
        uses.size === 0 ? [] : values.filter(({ usedIn }) => usedIn === undefined).map(({ value }) => value);
      return `${grantName(grant)} on ${readable(resource)} ${never.join(', ')}`.trim();
    });
    expect(lines).toEqual([]);
  });

  it('need a reason for nothing that is used', () => {
    const names = new Set(played.grants.unused.map(grantName));
    expect([...unused.keys()].filter((name) => !names.has(name))).toEqual([]);
  });

  it('allow everything that Rounds does in a morning, faults included', () => {
    expect(played.cloud.iam.refusals).toEqual([]);
    expect(played.cloud.messages('DeadLetters').length).toBeGreaterThan(0);
  });

  it('are listed in docs/grants.md, each grant with a call that used it', () => {
    const table = grantsTable(played.grants.grants, unused);
    if (process.env.UPDATE_DOCS) writeFileSync(file, table);
    const committed = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const message = 'docs/grants.md is stale; run: UPDATE_DOCS=1 npx vitest run test/lib/constructs/grants.test.ts';
    expect(committed, message).toBe(table);
  });
});
