import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { statuses } from '../../functions/core/status.ts';
import { readLine } from '../../lib/replay/recorded-line.ts';
import { hostileText, mutated, oddValue } from './hostile.ts';
import { type Property, property } from './property.ts';

const at = fc.constantFrom('2026-11-23T13:00:00.000Z', '2026-11-23T13:00:00+01:00');

const result = fc.record(
  {
    at,
    host: fc.oneof(fc.constant('i-0a1'), hostileText),
    check: fc.constantFrom('disk', '__proto__', 'constructor'),
    status: fc.constantFrom(...statuses),
    text: hostileText,
    metrics: fc.dictionary(fc.oneof(fc.constantFrom('disk_used', '__proto__'), hostileText), fc.double()),
  },
  { requiredKeys: ['at', 'host', 'check', 'status'] },
);

const command = fc.record({
  at,
  command: fc.constantFrom('ack', 'resolve', 'silence'),
  check: fc.constantFrom('disk', '*'),
  by: hostileText,
  until: at,
});

const changed = fc
  .tuple(
    fc.oneof<fc.Arbitrary<object>[]>(result, command),
    fc.constantFrom('at', 'host', 'status', 'metrics', 'by', 'x', '__proto__'),
    oddValue,
  )
  .map(([line, name, value]) => JSON.stringify(Object.fromEntries([...Object.entries(line), [name, value]])));

const right = fc.oneof<fc.Arbitrary<object>[]>(result, command).map((line) => JSON.stringify(line));

const line = fc.oneof(
  right,
  changed,
  mutated(right),
  hostileText,
  oddValue.map((value) => JSON.stringify(value) ?? ''),
);

export const recordProperties: readonly Property[] = [
  property(
    'a recorded line is read as it is meant, or everything wrong with it is said',
    { share: 10 },
    line,
    (text) => {
      const read = readLine(text);
      if ('problems' in read) {
        assert.ok(read.problems.length > 0);
        for (const problem of read.problems)
          assert.ok(problem.length < 1_000 + text.length, 'a problem without bounds');
        return;
      }
      assert.ok(Number.isFinite(read.at) && read.check !== '');
      if ('command' in read) return assert.ok(read.command !== 'silence' || Number.isFinite(read.until));
      assert.ok(statuses.includes(read.status) && read.host !== '');
      for (const value of Object.values(read.metrics ?? {})) assert.ok(Number.isFinite(value));
      assert.equal(Object.getPrototypeOf(read), Object.prototype);
    },
  ),
];
