import { z } from 'zod';
import { fleetCheck, roundCheck } from '../../../functions/core/observations.ts';
import { parseRange } from '../../../functions/core/range.ts';
import { refusal } from '../problems.ts';
import { rules } from './rules.ts';
import { script } from './script.ts';
import {
  distinctList,
  fields,
  line,
  list,
  noDuplicates,
  ordinaryId,
  priority,
  text,
  timeOfDay,
  whole,
} from './values.ts';

/** Rows of the procedure: `F1`. An empty list is in order: the check is an addition to the procedure. */
export const covers = list(
  'rows of the procedure',
  text('a row of the procedure such as F1', 'write its letter and number', (row) => /^[A-Z]+[1-9]\d*$/.test(row)),
);

const checkId = ordinaryId.refine((id) => ![fleetCheck(''), roundCheck('')].some((prefix) => id.startsWith(prefix)), {
  error: refusal("an id that begins neither with fleet- nor with round-, like Rounds' own alerts", 'choose another'),
});

const head = { id: checkId, title: line('the title of the check'), covers };

const range = text(
  'a range of the plugin guidelines such as 90, 10:, ~:10, 10:20 or @10:20',
  'write plain numbers in base units (s, B, %)',
  (value) => parseRange(value) !== undefined,
);

const threshold = fields({
  metric: text('the label of a metric', 'write it as the script prints it', (label) => /^[^\p{Cc}'=]+$/u.test(label)),
  warning: range.exactOptional(),
  critical: range.exactOptional(),
}).refine(({ warning, critical }) => warning !== undefined || critical !== undefined, {
  error: refusal('a threshold with warning, critical or both', 'add a range, or remove the threshold'),
});

const settingError = refusal('a text or a finite number', 'write it as one');

/** SSM would replace `{{ }}` before the script runs, and no environment variable can hold a NUL. */
const settingValue = z
  .union([z.string(), z.number()], { error: settingError })
  .refine((value) => !/\{\{|\0/.test(String(value)), {
    error: refusal('a value without {{ and NUL', 'let the script compose it from other settings'),
  });

const settingName = text(
  'a camelCase name of at most 32 letters and digits',
  'write diskPath for the environment variable ROUNDS_DISK_PATH',
  (name) => /^[a-z][A-Za-z0-9]{0,31}$/.test(name),
);

const settings = z.record(settingName, settingValue, {
  error: refusal('an object of settings', 'write {} for none'),
});

/** SSM would replace `{{ }}` before the plugin runs, no argument can hold a NUL, and a line break is a slip. */
const word = text(
  'a word without {{, NUL and line breaks',
  'give the plugin its argument otherwise, or write a script around it',
  (value) => !/\{\{|[\0\r\n]/.test(value),
);

const noPlugin = refusal(
  'a list of words that begins with the absolute path of a plugin',
  'write the path on the hosts',
);

const command = z.array(word, { error: noPlugin }).refine(([plugin]) => plugin?.startsWith('/'), { error: noPlugin });

const hostHead = {
  ...head,
  rules,
  timeoutSeconds: whole('a time-out in whole seconds', 5, 3600, 'stay inside: SSM silently turns others into an hour'),
  thresholds: list('thresholds', threshold).check(noDuplicates('metrics', ({ metric }) => metric)),
  look: line('the command that looks further'),
};

export const scriptCheck = fields({ ...hostHead, script, settings });

export const pluginCheck = fields({ ...hostHead, command });

export const incidentsCheck = fields({
  ...head,
  incidents: fields({ since: timeOfDay, priorities: distinctList('priorities', priority) }),
});
