import { Temporal } from 'temporal-polyfill';
import { type Reported, reportedIn } from '../metric-answer.ts';
import type { Plan, ReportPart } from '../plan.ts';
import type { Round } from '../round.ts';
import { type Iso, isoOf, localTime, msOf } from '../time.ts';
import type { ChartPoint } from './document.ts';
import { statisticOf } from './statistic.ts';

/** The value of one local day. */
export interface Day extends ChartPoint {
  /** Counted from 1970: days of 23 and of 25 hours are days. */
  readonly day: number;
}

const epoch = Temporal.PlainDate.from('1970-01-01');

/** When the first of so many local days begins; the last one is that of the period's end. */
export function firstTrendDay(days: number, to: Iso, timeZone: string): Iso {
  const last = localTime(isoOf(msOf(to) - 1), timeZone).toPlainDate();
  return startOf(last.subtract({ days: days - 1 }), timeZone);
}

/** A metric by local days, in the unit that it has now. Days without a value are left out. */
export function daysOf(
  { timeZone }: Pick<Plan, 'timeZone'>,
  {
    check,
    metric,
    statistic,
    days,
  }: Pick<Extract<ReportPart, { kind: 'trend' }>, 'check' | 'metric' | 'statistic' | 'days'>,
  rounds: readonly Round[],
  to: Iso,
): { readonly unit: string; readonly days: readonly Day[] } {
  const from = firstTrendDay(days, to, timeZone);
  const reported = reportedIn(
    rounds.filter(({ slot }) => from <= slot && slot < to),
    check,
    metric,
  );
  const byDate = new Map<string, Reported[]>();
  for (const each of reported) {
    const date = localTime(each.at, timeZone).toPlainDate().toString();
    byDate.set(date, [...(byDate.get(date) ?? []), each]);
  }
  const found = [...byDate].flatMap(([date, some]) => {
    const value = statisticOf(some, statistic);
    if (!value) return [];
    const plain = Temporal.PlainDate.from(date);
    return [{ ...value, at: startOf(plain, timeZone), day: epoch.until(plain).days }];
  });
  const unit = found.at(-1)?.unit ?? '';
  const same = found.filter((each) => each.unit === unit);
  return { unit, days: same.map(({ at, day, value }) => ({ at, day, value })) };
}

/** When a local day begins that comes so many days after another instant's. */
export function dayAfter(iso: Iso, days: number, timeZone: string): Iso {
  return startOf(localTime(iso, timeZone).toPlainDate().add({ days }), timeZone);
}

function startOf(date: Temporal.PlainDate, timeZone: string): Iso {
  return isoOf(date.toZonedDateTime(timeZone).epochMilliseconds);
}
