import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { hostRecord } from '../../functions/core/host-record.ts';
import { type Invocation, readInvocation } from '../../functions/core/invocation.ts';
import {
  type CheckResult,
  judge,
  maximumLongTextCharacters,
  maximumProblems,
  maximumTextCharacters,
} from '../../functions/core/judge.ts';
import type { PlanCheck } from '../../functions/core/plan.ts';
import { maximumLabelCharacters, maximumMetrics, parsePluginOutput } from '../../functions/core/plugin-output.ts';
import { formatRange, parseDecimal, parseRange, violates } from '../../functions/core/range.ts';
import { readStepOutput } from '../../functions/core/result-line.ts';
import { statuses } from '../../functions/core/status.ts';
import { addReport, newTally, type Tally } from '../../functions/core/tally.ts';
import { anyText, type HostOutput, hostOutput, mayBeOk, nonce } from './host-output.ts';
import { hostileText, isClean, mutated, type Secret, shows } from './hostile.ts';
import { type Property, property } from './property.ts';

function judged({ output, thresholds, timeoutSeconds }: HostOutput): CheckResult {
  return judge(readStepOutput(output, nonce), thresholds, timeoutSeconds);
}

/** What may be stored, and shown to anybody. */
function expectFit(result: CheckResult, secrets: readonly Secret[] = []): void {
  const { status, text, longText, metrics, problems } = result;
  assert.ok(statuses.includes(status), `the status is ${status}`);
  const size = (each: string) => Array.from(each).length;
  assert.ok(size(text) <= maximumTextCharacters && !text.includes('\n'), `the text is ${JSON.stringify(text)}`);
  assert.ok(size(longText) <= maximumLongTextCharacters, 'the long text is too long');
  assert.ok(metrics.length <= maximumMetrics && problems.length <= maximumProblems, 'too much is kept');
  const seen = new Set(metrics.map(({ label }) => label));
  assert.equal(seen.size, metrics.length, 'two metrics have one label');
  for (const { label, value, unit, min, max } of metrics) {
    assert.ok(label.length > 0 && label.length <= maximumLabelCharacters, `a label is ${JSON.stringify(label)}`);
    for (const number of [value, min ?? 0, max ?? 0]) assert.ok(Number.isFinite(number), `${label} is ${number}`);
    assert.match(unit, /^[A-Za-z%]{0,16}$/);
  }
  const texts = [text, longText, ...problems, ...seen];
  for (const each of texts) assert.ok(isClean(each), `not clean: ${JSON.stringify(each)}`);
  for (const each of problems) assert.ok(size(each) <= maximumTextCharacters, 'a problem is too long');
  for (const each of texts)
    for (const secret of secrets) assert.ok(!shows(each, secret), `${secret.hidden} shows in ${JSON.stringify(each)}`);
}

const check: PlanCheck = {
  title: 'Disk usage',
  rules: [],
  dependsOn: [],
  source: { kind: 'host', thresholds: [], baselines: [], look: 'df', timeoutSeconds: 10 },
};

const statusText = fc.oneof(
  fc.constantFrom(
    'Success',
    'Failed',
    'TimedOut',
    'Execution Timed Out',
    'InProgress',
    'Undeliverable',
    'Access Denied',
  ),
  fc.constantFrom('constructor', '__proto__', 'toString', '', 'Rebooting'),
  hostileText,
);

const invocation: fc.Arbitrary<Invocation> = fc.record({
  host: fc.oneof(fc.constant('i-0123456789abcdef0'), hostileText),
  name: hostileText,
  status: fc.oneof({ weight: 3, arbitrary: fc.constant('Success') }, statusText),
  steps: fc.array(
    fc.record({
      name: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('disk', 'constructor') }, hostileText),
      status: statusText,
      output: hostOutput.map(({ output }) => output),
    }),
    { maxLength: 3 },
  ),
});

const checks = [
  ['disk', check],
  ['constructor', check],
] as const;

/** A round over some hosts that say anything. */
function tallyOf(invocations: readonly Invocation[], isFinal: boolean): Tally {
  const tally = newTally(checks, []);
  for (const each of invocations) {
    const report = readInvocation(each, checks, nonce, isFinal);
    const record = hostRecord(report);
    assert.equal(record === undefined, report.kind === 'pending');
    // By their text: JSON knows no minus zero, which a unit may make of a small number.
    if (record) assert.equal(JSON.stringify(JSON.parse(JSON.stringify(record))), JSON.stringify(record));
    if (report.kind === 'lost') assert.equal(typeof report.reason, 'string', `lost because of ${report.reason}`);
    if (report.kind === 'answered') {
      assert.deepEqual(Object.keys(report.results), ['disk', 'constructor']);
      for (const result of Object.values(report.results)) expectFit(result);
      const { output } = each.steps.find(({ name }) => name === 'disk') ?? { output: '' };
      const isWell = report.results.disk?.status === 'OK';
      if (isWell) assert.ok(mayBeOk({ output, thresholds: [], timeoutSeconds: 10, secrets: [] }), 'a wrong OK');
    }
    addReport(tally, report);
  }
  return tally;
}

const performance = fc
  .array(fc.oneof(fc.constantFrom('|', "'", '=', ';', ' ', '\n', 'a=1', 'b=2s;1:;@2'), anyText))
  .map((pieces) => pieces.join(''));

const rangeText = fc.oneof(
  fc.constantFrom('10', '10:', '~:10', '10:20', '@10:20', '~:', '@~:5', '-5:5', '1e3:', '0:0'),
  fc.tuple(fc.double(), fc.double()).map(([low, high]) => `${low}:${high}`),
);

export const resultProperties: readonly Property[] = [
  property(
    'a host is never wrongly OK, and what it said is fit to store and show',
    { share: 40 },
    hostOutput,
    (said) => {
      const result = judged(said);
      expectFit(result, said.secrets);
      if (result.status === 'OK') assert.ok(mayBeOk(said), 'a wrong OK');
    },
  ),
  property(
    'any text behind our own result line is judged without an error',
    { share: 10 },
    fc.tuple(anyText, fc.nat(3)),
    ([text, exitCode]) => {
      const output = `ROUNDS/1 ${nonce} exit=${exitCode} stdout=${Buffer.from(text).length} stderr=0\n${text}\n`;
      expectFit(judged({ output, thresholds: [], timeoutSeconds: 10, secrets: [] }));
    },
  ),
  property('without the nonce of the round nothing is read', { share: 5 }, hostOutput, ({ output }) => {
    assert.equal(readStepOutput(output.replaceAll(nonce, 'f'.repeat(32)), nonce).kind, 'unreadable');
  }),
  property('performance data is read into finite numbers, or named as refused', { share: 10 }, performance, (text) => {
    const { metrics, problems } = parsePluginOutput(text);
    const labels = metrics.map(({ label }) => label);
    assert.equal(new Set(labels).size, labels.length);
    for (const { value } of metrics) assert.ok(Number.isFinite(value));
    for (const each of problems) assert.ok(each.length > 0);
  }),
  property(
    'a range is what its shortest text says, and alerts on what is no number',
    { share: 5 },
    fc.tuple(fc.oneof(rangeText, mutated(rangeText), fc.string({ maxLength: 8 })), fc.double()),
    ([text, value]) => {
      const range = parseRange(text);
      if (range === undefined) return;
      assert.deepEqual(parseRange(formatRange(range)), range);
      for (const end of [range.low, range.high])
        if (end !== null) assert.equal(violates(range, end), range.alertInside);
      assert.equal(violates(range, Number.NaN), !range.alertInside);
      assert.equal(violates(range, value), violates({ ...range, alertInside: !range.alertInside }, value) === false);
    },
  ),
  property(
    'a decimal number is read exactly, or not at all',
    { share: 5 },
    fc.oneof(fc.double().map(String), mutated(fc.double().map(String)), anyText),
    (text) => {
      const value = parseDecimal(text);
      if (value === undefined) return;
      assert.match(text, /^[\d.eE+-]{1,64}$/);
      assert.ok(Number.isFinite(value) && value === Number(text));
    },
  ),
  property(
    'a fleet whose hosts say anything is counted to the last one',
    { share: 10 },
    fc.tuple(fc.array(invocation, { maxLength: 3 }), fc.boolean()),
    ([invocations, isFinal]) => {
      const tally = tallyOf(invocations, isFinal);
      const { OK: answered, CRITICAL: lost } = tally.fleet.counts;
      assert.equal(answered + lost + tally.pending, invocations.length);
      if (isFinal) assert.equal(tally.pending, 0);
    },
  ),
];
