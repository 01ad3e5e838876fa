import { describe, expect, it } from 'vitest';
import { endOf, instantOf } from '../../../lib/cli/period.ts';

const now = '2026-11-23T07:10:00.000Z';

describe('the end of a silence', () => {
  it.each([
    [{ for: '30m' }, '2026-11-23T07:40:00.000Z'],
    [{ for: '36h' }, '2026-11-24T19:10:00.000Z'],
    [{ for: '2d' }, '2026-11-25T07:10:00.000Z'],
    [{ for: '90d' }, '2027-02-21T07:10:00.000Z'],
    [{ until: '2026-11-23T08:00-05:00' }, '2026-11-23T13:00:00.000Z'],
    [{ until: '2026-11-23T13:00:00Z' }, '2026-11-23T13:00:00.000Z'],
  ])('that %j says is %s', (options, expected) => {
    expect(endOf(options, now)).toBe(expected);
  });

  it.each([
    [{}, '--for and --until: got neither, expected one of them.'],
    [{ for: '2h', until: '2026-11-23T13:00Z' }, '--for and --until: got both, expected one of them.'],
    [{ for: '2' }, '--for got "2"; expected minutes, hours or days.'],
    [{ for: '1h30m' }, '--for got "1h30m"; expected minutes, hours or days.'],
    [{ for: '-2h' }, '--for got "-2h"; expected minutes, hours or days.'],
    [{ for: '0m' }, '--for got "0m"; expected an end after now (2026-11-23T07:10:00.000Z) and within 90 days.'],
    [{ for: '91d' }, '--for got "91d"; expected an end after now'],
    [{ until: '2026-11-23T07:10Z' }, '--until got 2026-11-23T07:10:00.000Z; expected an end after now'],
    [{ until: '2026-11-23 08:00' }, '--until got "2026-11-23 08:00"; expected an ISO 8601 time with Z or an offset.'],
    [{ until: 'tomorrow' }, '--until got "tomorrow"; expected an ISO 8601 time with Z or an offset.'],
  ])('is refused where it is %j, with what is expected', (options, expected) => {
    expect(() => endOf(options, now)).toThrow(expected);
  });
});

it('a time is refused under the name of its option', () => {
  expect(() => instantOf('--from', 'then')).toThrow('--from got "then"');
});
