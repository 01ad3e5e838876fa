import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pageSize, pagesLimit } from '../functions/adapters/ssm.ts';
import { readInvocation } from '../functions/core/invocation.ts';
import { maximumLongTextCharacters, maximumTextCharacters } from '../functions/core/judge.ts';
import { metricsPerCheck } from '../functions/core/metric-data.ts';
import { valuesLimit } from '../functions/core/metric-values.ts';
import { maximumLabelCharacters, maximumMetrics } from '../functions/core/plugin-output.ts';
import { maximumNumberCharacters } from '../functions/core/range.ts';
import { stderrLimitBytes, stdoutLimitBytes } from '../functions/core/result-line.ts';
import {
  catchUpMs,
  deliverySeconds,
  readMs,
  retentionDays,
  spacingMs,
  sweepMs,
  sweptHosts,
} from '../functions/core/round.ts';
import { namedHostsLimit } from '../functions/core/tally.ts';
import { remediesOf } from '../lib/runbook/compile.ts';
import { ownStepSeconds, stepGraceSeconds } from '../lib/runbook/deadline.ts';
import { readScript } from '../lib/runbook/script-files.ts';
import { platforms } from '../lib/runbooks/platforms.ts';
import { script } from '../lib/runbooks/script.ts';
import { synthesized } from './lib/synthesized.ts';
import { documentAt, tableOf } from './markdown.ts';

const operate = documentAt('docs/operate.md');
const { template, resources } = synthesized();

test('docs/deploy.md lists the outputs of the stack', () => {
  const listed = tableOf(documentAt('docs/deploy.md'), 'output').map(([output = '']) => output.replaceAll('`', ''));
  expect(listed.sort()).toEqual(Object.keys(template.findOutputs('*')).sort());
});

test('docs/operate.md lists the alarms of the stack', () => {
  const listed = tableOf(operate, 'alarm').flatMap(([alarms = '']) => alarms.split(', '));
  const alarms = resources('AWS::CloudWatch::Alarm').map(({ id }) => id.replace(/^Alarms(\w+)[0-9A-F]{8}$/, '$1'));
  expect(listed.sort()).toEqual(alarms.sort());
});

test('docs/scale.md says the limits of a reading as they are', () => {
  const { text } = documentAt('docs/scale.md');
  expect(text).toContain(`Up to ${sweptHosts} hosts are all read then`);
  expect(spacingMs(2_000)).toBe(sweepMs);
  expect(spacingMs(10_000)).toBe(5 * sweepMs);
  expect(text).toContain(`**After ${readMs / 1_000} seconds**`);
  expect(text).toContain(`one page of ${pageSize} of them`);
  expect(text).toContain(`up to ${(pagesLimit * pageSize).toLocaleString('en-US')} hosts`);
  expect(text).toContain(`${namedHostsLimit} names`);
  expect(text).toContain(`at most ${valuesLimit.toLocaleString('en-US')} different values`);
});

/** What tells in a script, or in a library that it uses, that it needs a tool of the table in docs/operate.md. */
const needs: Readonly<Record<string, RegExp>> = {
  '`systemctl`': /systemctl$|systemctl is not installed: /m,
  "Python's `sqlite3`": /import sqlite3/,
  'tools of the platform': /need_settings .*ROUNDS_TOOL/,
  '`psql`': /\['psql'/,
  '`pg_restore`': /\['pg_restore'/,
  '`redis-cli` or `valkey-cli`': /for cli in redis-cli .*valkey-cli/,
  '`docker`': /need_tools .* docker$/m,
  '`openssl`': /openssl is not installed/,
  '`npm`': /npm is not installed/,
  '`apt` or `dnf`': /\b(apt-get|dnf)\b/,
  '`logrotate`': /^ +logrotate /m,
  'an Ethereum node': /ROUNDS_URL_FILE/,
};

/** `FossaWork: services, database`, as a cell of the table says it without its backquotes. */
function whatNeeds(mark: RegExp): string {
  const names = { fossawork: 'FossaWork', 'gold-escrow': 'Gold Escrow' };
  const parts = Object.entries(names).map(([id, name]) => {
    const checks = platforms[id]?.({}).routines.flatMap((routine) => [...routine.checks, ...remediesOf(routine)]) ?? [];
    const found = checks.filter((check) => {
      return 'script' in check && mark.test(Object.values(readScript(check.script)).join('\n'));
    });
    const ids = [...new Set(found.map((check) => check.id))].sort();
    return ids.length > 0 ? `${name}: ${ids.join(', ')}` : '';
  });
  return parts.filter(Boolean).join('; ');
}

test('docs/operate.md lists the tools that checks need on a host, and no other', () => {
  expect(tableOf(operate, 'tool').map(([tool]) => tool)).toEqual(Object.keys(needs));
});

test.each(Object.entries(needs))('docs/operate.md says which checks need %s', (tool, mark) => {
  const cell = tableOf(operate, 'tool').find(([name]) => name === tool)?.[1] ?? '';
  const listed = cell.split('; ').map((part) => {
    const [name, ids = ''] = part.replaceAll('`', '').split(': ');
    return `${name}: ${ids.split(', ').sort().join(', ')}`;
  });
  expect(listed.join('; ')).toBe(whatNeeds(mark));
});

test('docs/write-a-check.md names what the libraries have', () => {
  for (const [libraries = '', has = ''] of tableOf(documentAt('docs/write-a-check.md'), 'library')) {
    for (const [, library = ''] of libraries.matchAll(/`(.*?)`/g)) {
      const text = readFileSync(script(library), 'utf8');
      for (const [, name = ''] of has.matchAll(/`(.*?)`/g))
        expect(text, library).toMatch(new RegExp(`^(def |class )?${name}\\(`, 'm'));
    }
  }
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
  ['docs/write-a-check.md', 'with N seconds for `Unpack` and `Tidy`', 2 * ownStepSeconds],
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
