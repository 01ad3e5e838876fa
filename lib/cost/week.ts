import { type Calendar, onDemand, type Schedule, type Weekday } from '../../functions/core/plan.ts';
import { hoursAMonth } from './usage.ts';

const weekdays: readonly Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

const hoursInDay = 24;
const minutesPerDay = hoursInDay * 60;
const weeksAMonth = hoursAMonth / (weekdays.length * hoursInDay);
/** The first one of a month is one of so many. */
const monthlyShare = 1 / weeksAMonth;

/** Slots in a month of 730 hours. Holidays count as other days: their rounds are skipped, but the schedule fires. */
export function slotsAMonth(schedule: Schedule | typeof onDemand, calendar: Calendar): number {
  if (schedule === onDemand) return 0;
  const perDay = 'at' in schedule ? new Set(schedule.at).size : minutesPerDay / schedule.everyMinutes;
  const days = weekdays.reduce((sum, day) => sum + shareOf(day, schedule, calendar), 0);
  return days * perDay * weeksAMonth;
}

/** Clock hours of a month in which any of some schedules has a slot. CloudWatch charges a metric by them. */
export function busyHoursAMonth(schedules: readonly (Schedule | typeof onDemand)[], calendar: Calendar): number {
  const planned = schedules.filter((schedule) => schedule !== onDemand);
  let hours = 0;
  for (const day of weekdays) {
    for (let hour = 0; hour < hoursInDay; hour++) {
      const shares = planned.map((each) => (hoursOf(each).has(hour) ? shareOf(day, each, calendar) : 0));
      hours += Math.max(0, ...shares);
    }
  }
  return hours * weeksAMonth;
}

/** In what share of the weeks a schedule has slots on a weekday. */
function shareOf(day: Weekday, { days }: Schedule, { businessDays }: Calendar): number {
  if (days === 'every-day') return 1;
  if (days === 'business-days') return businessDays.includes(day) ? 1 : 0;
  if (days.on !== day) return 0;
  return days.every === 'week' ? 1 : monthlyShare;
}

function hoursOf(schedule: Schedule): ReadonlySet<number> {
  if ('at' in schedule) return new Set(schedule.at.map((time) => Number(time.slice(0, 2))));
  const step = Math.max(1, schedule.everyMinutes / 60);
  return new Set(Array.from({ length: hoursInDay / step }, (_, index) => index * step));
}
