import { cleanText } from './clean.ts';
import type { HostReport } from './invocation.ts';
import type { Status } from './status.ts';

/** One host in one round, as the table keeps it in a pack. */
export type HostRecord =
  | { readonly name: string; readonly lost: string }
  | { readonly name: string; readonly results: Readonly<Record<string, ResultRecord>> };

/** Status, text, values by metric in base units, and the long text of a host that is not OK. */
export type ResultRecord = readonly [
  status: Status,
  text: string,
  values: Readonly<Record<string, number>>,
  longText?: string,
];

/** What is well is kept short: some twenty hosts then share a write unit of 1 KB. */
const wellTextLimit = 80;

/** The record of a host that has answered or will not; `undefined` while it is pending. */
export function hostRecord(report: HostReport): HostRecord | undefined {
  switch (report.kind) {
    case 'pending':
      return undefined;
    case 'lost':
      return { name: report.name, lost: report.reason };
    case 'answered': {
      const results = Object.entries(report.results).map(([id, { status, text, longText, metrics }]) => {
        const values = Object.fromEntries(metrics.map(({ label, value }) => [label, value]));
        const record: ResultRecord =
          status === 'OK' ? [status, cleanText(text, wellTextLimit), values] : [status, text, values, longText];
        return [id, record] as const;
      });
      return { name: report.name, results: Object.fromEntries(results) };
    }
  }
}
