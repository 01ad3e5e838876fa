import { type Iso, msOf } from './time.ts';
import { counted } from './words.ts';

const minuteMs = 60_000;

/** How long something takes or has taken, for people: `3 minutes`, `5 hours`; from two days on `2 days`. */
export function ageText(since: Iso, until: Iso): string {
  const minutes = Math.floor((msOf(until) - msOf(since)) / minuteMs);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return counted(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? counted(hours, 'hour') : counted(Math.floor(hours / 24), 'day');
}
