import { type HostRecord, hostRecord } from './host-record.ts';
import type { HostReport } from './invocation.ts';
import type { CheckResult } from './judge.ts';

/** What one page of SSM's lists has told of a round, as the table keeps it: together, because alike texts pack well. */
export interface HostPack {
  /** By host id, those that have answered or are known to be lost. */
  readonly hosts: Readonly<Record<string, HostRecord>>;
  /** By host id, those that did not answer: whether they are lost or gone, the registered hosts tell. */
  readonly silent?: Readonly<Record<string, SilentHost>>;
  /** Hosts that were registered too late for the round. */
  readonly joined?: readonly string[];
  /** Units of the values, by check id and label. */
  readonly units?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface SilentHost {
  readonly name: string;
  /** Why, as far as SSM says. */
  readonly lost: string;
}

/** What a page has told, before it is packed. */
export interface Told {
  readonly reports: readonly HostReport[];
  readonly silent?: Readonly<Record<string, SilentHost>>;
  readonly joined?: readonly string[];
}

/**
 * Most bytes of a pack's JSON, so that its item stays within 400 KB even where nothing can be compressed.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
const packBytes = 350_000;

const encoder = new TextEncoder();

/** The packs of a page: one, or more where the hosts have said too much for one. What one host has said too much is cut. */
export function packsOf(told: Told): HostPack[] {
  const pack = packOf(told);
  if (bytesOf(pack) <= packBytes) return [pack];
  const { reports, silent, joined } = told;
  if (reports.length <= 1) return [withoutLongTexts(pack)];
  const half = Math.ceil(reports.length / 2);
  const rest = { ...(silent && { silent }), ...(joined && { joined }) };
  return [...packsOf({ reports: reports.slice(0, half), ...rest }), ...packsOf({ reports: reports.slice(half) })];
}

function packOf({ reports, silent, joined }: Told): HostPack {
  const hosts: Record<string, HostRecord> = {};
  const units: Record<string, Record<string, string>> = Object.create(null);
  const unitsOf = (check: string) => {
    // Labels are the hosts' own: none of them may mean something to an object.
    units[check] ??= Object.create(null);
    return units[check] ?? {};
  };
  for (const report of reports) {
    const record = hostRecord(report);
    if (record) hosts[report.host] = record;
    if (report.kind !== 'answered') continue;
    for (const [check, { metrics }] of Object.entries(report.results)) {
      for (const { label, unit } of metrics) if (unit) unitsOf(check)[label] ??= unit;
    }
  }
  return {
    hosts,
    ...(silent && Object.keys(silent).length > 0 && { silent }),
    ...(joined && joined.length > 0 && { joined }),
    ...(Object.keys(units).length > 0 && { units }),
  };
}

const cutText = '(left out: this host has said more in this round than can be kept)';

function withoutLongTexts({ hosts, ...pack }: HostPack): HostPack {
  const cut = Object.entries(hosts).map(([host, record]): [string, HostRecord] => {
    if ('lost' in record) return [host, record];
    const results = Object.entries(record.results).map(([check, [status, text, values, longText]]) => {
      return [
        check,
        longText ? ([status, text, values, cutText] as const) : ([status, text, values] as const),
      ] as const;
    });
    return [host, { ...record, results: Object.fromEntries(results) }];
  });
  return { ...pack, hosts: Object.fromEntries(cut) };
}

/** What a pack says of each of its hosts, as it was when the host was read; texts of what was well are shorter. */
export function reportsIn({ hosts, units = {} }: HostPack): HostReport[] {
  return Object.entries(hosts).map(([host, record]): HostReport => {
    const { name } = record;
    if ('lost' in record) return { kind: 'lost', host, name, reason: record.lost };
    const results = Object.entries(record.results).map(([check, [status, text, values, longText = '']]) => {
      const unitOf = new Map(Object.entries(units[check] ?? {}));
      const metrics = Object.entries(values).map(([label, value]) => {
        return { label, value, unit: unitOf.get(label) ?? '', warning: null, critical: null, min: null, max: null };
      });
      const result: CheckResult = { status, text, longText, metrics, problems: [] };
      return [check, result] as const;
    });
    return { kind: 'answered', host, name, results: Object.fromEntries(results) };
  });
}

/**
 * The records of a round's hosts by their ids, out of its items: each once, and not in any order.
 * @param items with the bodies that version 0.1.0 wrote too, one a host under its id
 */
export function hostRecordsIn(
  items: readonly { readonly sk: string; readonly body: HostPack | HostRecord }[],
): ReadonlyMap<string, HostRecord> {
  return new Map(
    items.flatMap(({ sk, body }) => ('hosts' in body ? Object.entries(body.hosts) : [[sk, body] as const])),
  );
}

function bytesOf(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).length;
}
