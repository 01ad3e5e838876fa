import { statuses } from './status.ts';
import type { Tally } from './tally.ts';

/** One CloudWatch datum; the adapter adds namespace, platform and time. */
export interface Datum {
  readonly name: 'Hosts' | 'Value' | 'RoundSeconds' | 'OpenIncidents' | 'Heartbeat' | 'Failures';
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: 'Count' | 'Seconds' | 'Percent' | 'Bytes' | 'None';
  /** Distinct values with the number of times each occurred. */
  readonly values: readonly (readonly [value: number, count: number])[];
}

/** Most distinct values in one datum: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const valuesPerDatum = 150;

/** A routine's metrics: hosts by status for each check, and one distribution for each of a check's metrics. */
export function roundData(routine: string, tally: Tally, seconds: number): Datum[] {
  const data: Datum[] = [
    { name: 'RoundSeconds', dimensions: { Routine: routine }, unit: 'Seconds', values: [[seconds, 1]] },
  ];
  for (const [id, check] of tally.checks) {
    for (const status of statuses) {
      const values = [[check.counts[status], 1]] as const;
      data.push({ name: 'Hosts', dimensions: { Check: id, Status: status }, unit: 'Count', values });
    }
    for (const [metric, { unit, counts }] of check.values) {
      const all = [...counts];
      for (let start = 0; start < all.length; start += valuesPerDatum) {
        const values = all.slice(start, start + valuesPerDatum);
        data.push({ name: 'Value', dimensions: { Check: id, Metric: asciiLabel(metric) }, unit: unitOf(unit), values });
      }
    }
  }
  return data;
}

/** Dimension values are ASCII, 1 to 255 characters. */
function asciiLabel(label: string): string {
  return (
    label
      .replaceAll(/[^\x20-\x7e]/g, '_')
      .slice(0, 255)
      .trim() || '_'
  );
}

function unitOf(unit: string): Datum['unit'] {
  switch (unit) {
    case 's':
      return 'Seconds';
    case 'B':
      return 'Bytes';
    case '%':
      return 'Percent';
    default:
      return 'None';
  }
}
