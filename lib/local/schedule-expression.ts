import { Cron } from 'croner';

/** Epoch milliseconds of the first firing after `after`; `undefined` when there is none. */
export type NextFiring = (after: number) => number | undefined;

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/**
 * Reads `rate(5 minutes)`, `at(2026-03-02T08:00:00)` or `cron(0 8 ? * MON-FRI *)`. Rates count from `createdAt`.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function readSchedule(expression: string, timeZone: string, createdAt: number): NextFiring {
  const [, kind = '', inner = ''] = /^(rate|at|cron)\((.+)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'rate':
      return rate(inner, createdAt);
    case 'at':
      return runs(new Cron(inner, { timezone: timeZone }), () => true);
    case 'cron': {
      const cron = readCron(inner, timeZone);
      // A local time that daylight saving skips does not fire on AWS; croner would fire at the end of the gap.
      return runs(cron, (run) => cron.match(run));
    }
    default:
      throw new Error(`Schedule "${expression}": expected rate(...), at(...) or cron(...).`);
  }
}

function rate(inner: string, createdAt: number): NextFiring {
  const [, count = '', unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(inner) ?? [];
  if (unit === '') throw new Error(`Schedule rate "${inner}": expected for example "5 minutes".`);
  const everyMs = Number(count) * unitMs[unit as keyof typeof unitMs];
  return (after) => createdAt + Math.max(1, Math.floor((after - createdAt) / everyMs) + 1) * everyMs;
}

/** Minute, hour, day of month, month, day of week (1 is Sunday) and year, one of the days being `?`. */
function readCron(inner: string, timezone: string): Cron {
  const fields = inner.split(' ');
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields;
  if (fields.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new Error(`Schedule cron "${inner}": expected six fields, with "?" as day of month or as day of week.`);
  }
  // To croner a `?` is the present; what AWS means by it is "any".
  const any = (field: string | undefined) => (field === '?' ? '*' : field);
  const pattern = `0 ${minute} ${hour} ${any(dayOfMonth)} ${month} ${any(dayOfWeek)} ${year}`;
  return new Cron(pattern, { timezone, mode: '7-part', alternativeWeekdays: true });
}

/** Firings that are passed over before a schedule counts as ended. */
const maximumSkips = 10;

function runs(cron: Cron, fires: (run: Date) => boolean): NextFiring {
  return (after) => {
    let run = cron.nextRun(new Date(after));
    for (let skipped = 0; run !== null && skipped < maximumSkips; skipped += 1) {
      if (fires(run)) return run.getTime();
      run = cron.nextRun(run);
    }
    return undefined;
  };
}
