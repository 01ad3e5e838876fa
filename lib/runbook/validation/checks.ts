import { z } from 'zod';
import { checksParameter } from '../../../functions/contract.ts';
import { worseLabel } from '../../../functions/core/baseline.ts';
import { contactsCheck, fleetCheck, roundCheck } from '../../../functions/core/observations.ts';
import { refusal } from '../problems.ts';
import type { HostCheck } from '../types.ts';
import { checkRules } from './rules.ts';
import { script } from './script.ts';
import {
  distinctList,
  fields,
  line,
  list,
  metricLabel,
  noDuplicates,
  oneOf,
  ordinaryId,
  range,
  reference,
  rulePriority,
  text,
  timeOfDay,
  whole,
} from './values.ts';

/** Rows of the procedure: `F1`. An empty list is in order: the check is an addition to the procedure. */
export const covers = list(
  'rows of the procedure',
  text('a row of the procedure such as F1', 'write its letter and number', (row) => /^[A-Z]+[1-9]\d*$/.test(row)),
);

const checkId = ordinaryId
  .refine((id) => ![fleetCheck(''), roundCheck('')].some((prefix) => id.startsWith(prefix)), {
    error: refusal("an id that begins neither with fleet- nor with round-, like Rounds' own alerts", 'choose another'),
  })
  .refine((id) => id !== checksParameter.all, {
    error: refusal(
      `an id other than ${checksParameter.all}, which stands for all checks of a document`,
      'choose another',
    ),
  })
  .refine((id) => id !== contactsCheck, {
    error: refusal(`an id other than ${contactsCheck}, which is an alert of Rounds' own`, 'choose another'),
  });

const head = { id: checkId, title: line('the title of the check'), covers, rules: checkRules };

const threshold = fields({
  metric: metricLabel,
  warning: range.exactOptional(),
  critical: range.exactOptional(),
}).refine(({ warning, critical }) => warning !== undefined || critical !== undefined, {
  error: refusal('a threshold with warning, critical or both', 'add a range, or remove the threshold'),
});

const thresholds = list('thresholds', threshold).check(noDuplicates('metrics', ({ metric }) => metric));

const baseline = fields({
  metric: metricLabel,
  rounds: whole('a number of good rounds', 3, 30, 'write how many the baseline is the median of'),
  worse: oneOf(['higher', 'lower']).exactOptional(),
  tolerated: z.number({ error: refusal('a finite number', 'write the value in base units') }).exactOptional(),
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
  timeoutSeconds: whole('a time-out in whole seconds', 5, 3600, 'stay inside: SSM silently turns others into an hour'),
  thresholds,
  baselines: list('baselines', baseline).check(noDuplicates('metrics', ({ metric }) => metric)),
  // Which checks there are is known when all of them have been read: see dependencies.ts.
  dependsOn: list('checks', reference('check')).check(noDuplicates('checks', String)),
  look: line('the command that looks further'),
};

const changes = line('what the job changes');

export const scriptCheck = fields({
  ...hostHead,
  script,
  settings,
  changes: changes.exactOptional(),
  // A job, which is parsed on its own.
  remedy: z.unknown().exactOptional(),
}).check(baselinesFit);

/** What a check can have as its remedy: a job, which itself has none. */
export const remedyJob = fields({ ...hostHead, script, settings, changes }).check(baselinesFit);

export const pluginCheck = fields({ ...hostHead, command }).check(baselinesFit);

const hours = whole('hours', 1, 9600, 'stay within the 400 days for which rounds are kept');
const ofMetric = { check: reference('check'), metric: metricLabel };

const question = z.discriminatedUnion(
  'kind',
  [
    fields({
      kind: z.literal('incidents'),
      since: timeOfDay,
      priorities: distinctList('priorities', rulePriority),
    }),
    fields({ kind: z.literal('rounds'), since: timeOfDay }),
    fields({ kind: z.literal('uptime'), checks: distinctList('checks', reference('check')), hours }),
    fields({ kind: z.literal('metric'), ...ofMetric, hours }),
    fields({
      kind: z.literal('trend'),
      ...ofMetric,
      days: whole('days', 2, 400, 'write how much of the past the trend is made of'),
      limit: z.number({ error: refusal('a finite number', 'write the value that must not be reached') }),
    }),
  ],
  { error: refusal('a question to the records', 'make it with one of the builders, such as trendCheck') },
);

export const recordsCheck = fields({ ...head, records: question, thresholds });

export const signOff = fields({
  ...head,
  signOff: fields({
    question: line('what is to be confirmed'),
    dueMinutes: whole('minutes', 1, 43_200, 'write how long people have, 30 days at most'),
    note: oneOf(['optional', 'required']),
  }),
});

/** What a baseline makes of a metric has a label of its own: no other metric may have it, and only then is it there. */
function baselinesFit({ value, issues }: z.core.ParsePayload<Pick<HostCheck, 'thresholds' | 'baselines' | 'rules'>>) {
  if (issues.length > 0) return;
  const { thresholds, baselines, rules } = value;
  const own = new Set([...thresholds, ...baselines].map(({ metric }) => metric));
  const derived = new Set(baselines.map(({ metric }) => worseLabel(metric)));
  const refuse = (path: PropertyKey[], input: string, message: string) =>
    issues.push({ code: 'custom', path, input, message, continue: true });

  for (const [index, { metric }] of baselines.entries()) {
    const label = worseLabel(metric);
    if (!own.has(label)) continue;
    const expected = `a metric beside which there is none with the label ${label}, which the baseline needs`;
    refuse(
      ['baselines', index, 'metric'],
      metric,
      refusal(expected, 'rename the other metric, or write a rule for it'),
    );
  }
  for (const [index, { metric }] of rules.entries()) {
    if (!metric?.label.endsWith(worseLabel(''))) continue;
    if (own.has(metric.label) || derived.has(metric.label)) continue;
    const stem = metric.label.slice(0, -worseLabel('').length);
    const fix = `add { metric: '${stem}', rounds: 7 } to the baselines of the check`;
    refuse(
      ['rules', index, 'metric', 'label'],
      metric.label,
      refusal('the label of a metric that has a baseline', fix),
    );
  }
}
