import { describe, expect, it } from 'vitest';
import { hostRecordsIn, packsOf, reportsIn } from '../../../functions/core/host-pack.ts';
import type { HostReport } from '../../../functions/core/invocation.ts';
import type { CheckResult } from '../../../functions/core/judge.ts';
import type { Status } from '../../../functions/core/status.ts';

const itemBytes = 400 * 1_024;

function result(status: Status, text: string, longText = '', label = 'disk_used'): CheckResult {
  const bounds = { warning: null, critical: null, min: null, max: null };
  return { status, text, longText, metrics: [{ label, value: 10, unit: '%', ...bounds }], problems: [] };
}

function answered(host: string, results: Readonly<Record<string, CheckResult>>): HostReport {
  return { kind: 'answered', host, name: `name of ${host}`, results };
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('the packs of a page', () => {
  const reports: HostReport[] = [
    answered('i-1', { disk: result('OK', 'fine'), load: { ...result('CRITICAL', 'high', 'and more'), metrics: [] } }),
    { kind: 'lost', host: 'i-2', name: 'web-2', reason: 'its agent does not answer' },
  ];

  it('say what the hosts have said', () => {
    expect(packsOf({ reports })).toHaveLength(1);
    expect(packsOf({ reports }).flatMap(reportsIn)).toEqual(reports);
  });

  it('keep units for labels that mean something to objects', () => {
    const odd = ['__proto__', 'constructor', 'toString'].map((label, index) =>
      answered(`i-${index}`, { disk: result('OK', '', '', label) }),
    );
    const stored = JSON.parse(JSON.stringify(packsOf({ reports: odd })[0]));
    expect(reportsIn(stored)).toEqual(odd);
  });

  it('are as many as it takes to stay within an item, whatever the hosts say', () => {
    const long = '\u{1f4a5}'.repeat(750);
    const checks = Array.from(
      { length: 40 },
      (_, index) => [`check-${index}`, result('CRITICAL', 'bad', long)] as const,
    );
    const page = Array.from({ length: 50 }, (_, index) => answered(`i-${index}`, Object.fromEntries(checks)));
    const packs = packsOf({ reports: page, joined: ['i-99'] });
    expect(packs.length).toBeGreaterThan(10);
    expect(Math.max(...packs.map(bytesOf))).toBeLessThan(itemBytes);
    expect(packs.flatMap(reportsIn)).toEqual(page);
    expect(packs.flatMap(({ joined = [] }) => joined)).toEqual(['i-99']);
  });

  it('cut what a single host has said too much, and say so', () => {
    const long = '\u{1f4a5}'.repeat(750);
    const checks = Array.from(
      { length: 200 },
      (_, index) => [`check-${index}`, result('CRITICAL', 'bad', long)] as const,
    );
    const packs = packsOf({ reports: [answered('i-1', Object.fromEntries(checks))] });
    expect(packs.map(bytesOf).every((bytes) => bytes < itemBytes)).toBe(true);
    expect(JSON.stringify(packs)).toContain('["CRITICAL","bad",{"disk_used":10},"(left out: this host has said more');
  });
});

it('records of hosts are found in packs and in the items of version 0.1.0, each host once', () => {
  const lost = { name: 'web-1', lost: 'gone' };
  const items = [
    { sk: 'answers#00001#00', body: { hosts: { 'i-1': lost, 'i-2': lost } } },
    { sk: 'hosts#00001#00', body: { hosts: { 'i-2': { ...lost, name: 'web-2' } } } },
    { sk: 'i-3', body: lost },
  ];
  expect([...hostRecordsIn(items)].map(([host, { name }]) => [host, name])).toEqual([
    ['i-1', 'web-1'],
    ['i-2', 'web-2'],
    ['i-3', 'web-1'],
  ]);
});
