import { expect, test } from 'vitest';
import { readInvocation } from '../functions/core/invocation.ts';
import { maximumLongTextCharacters, maximumTextCharacters } from '../functions/core/judge.ts';
import { metricsPerCheck } from '../functions/core/metric-data.ts';
import { maximumLabelCharacters, maximumMetrics } from '../functions/core/plugin-output.ts';
import { maximumNumberCharacters } from '../functions/core/range.ts';
import { stderrLimitBytes, stdoutLimitBytes } from '../functions/core/result-line.ts';
import { catchUpMs, deliverySeconds, retentionDays } from '../functions/core/round.ts';
import { stepGraceSeconds } from '../lib/runbook/deadline.ts';
import { synthesized } from './lib/synthesized.ts';
import { documentAt, tableOf } from './markdown.ts';

const operate = documentAt('docs/operate.md');
const { template, resources } = synthesized();

test('README lists the outputs of the stack', () => {
  const listed = tableOf(documentAt('README.md'), 'output').map(([output = '']) => output.replaceAll('`', ''));
  expect(listed.sort()).toEqual(Object.keys(template.findOutputs('*')).sort());
});

test('docs/operate.md lists the alarms of the stack', () => {
  const listed = tableOf(operate, 'alarm').flatMap(([alarms = '']) => alarms.split(', '));
  const alarms = resources('AWS::CloudWatch::Alarm').map(({ id }) => id.replace(/^Alarms(\w+)[0-9A-F]{8}$/, '$1'));
  expect(listed.sort()).toEqual(alarms.sort());
});

test.each([
  'DeliveryTimedOut',
  'Undeliverable',
  'Terminated',
  'Cancelled',
  'InvalidPlatform',
  'AccessDenied',
  'RateExceeded',
  'InProgress',
  'Vanished',
])('docs/operate.md says what to do about a host that SSM reports as %s', (status) => {
  const report = readInvocation({ host: 'i-0', name: 'i-0', status, steps: [] }, [], '', true);
  const reason = 'reason' in report ? report.reason : '';
  const reasons = tableOf(operate, 'reason in the message').map(([shown = '']) => shown.replaceAll('...', status));
  expect(reasons.filter((shown) => reason.startsWith(shown))).toHaveLength(1);
});

test.each([
  ['docs/operate.md', 'rounds and results are kept for N days', retentionDays],
  ['docs/operate.md', 'fired by the tick, up to N minutes late', catchUpMs / 60_000],
  ['docs/operate.md', 'the agent took longer than N seconds', deliverySeconds],
  ['docs/write-a-check.md', 'A host gets N seconds to take the command', deliverySeconds],
  ['docs/write-a-check.md', 'the sum of all time-outs and N seconds for each', stepGraceSeconds],
  ['docs/write-a-check.md', '| stdout | N bytes', stdoutLimitBytes],
  ['docs/write-a-check.md', '| stderr | N bytes', stderrLimitBytes],
  ['docs/write-a-check.md', '| text | N characters', maximumTextCharacters],
  ['docs/write-a-check.md', '| long text | N characters', maximumLongTextCharacters],
  ['docs/write-a-check.md', '| metrics | N; labels', maximumMetrics],
  ['docs/write-a-check.md', 'labels of at most N characters', maximumLabelCharacters],
  ['docs/write-a-check.md', 'numbers of at most N characters', maximumNumberCharacters],
  ['docs/write-a-check.md', 'of the others the first ones, up to N in a check', metricsPerCheck],
])('%s is right that in "%s" N is %s', (path, sentence, value) => {
  const said = sentence.replace('N', value.toLocaleString('en-US'));
  expect(documentAt(path).text.replaceAll(/\s+/g, ' ')).toContain(said);
});
