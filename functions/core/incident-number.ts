import { type Iso, localTime } from './time.ts';

/** Digits of the running number in a sort key, so that 1000 sorts after 999. */
const keyDigits = 6;
const shownDigits = 3;

/** `DAILY-20261121-`: what all numbers of one period begin with. */
export function numberPrefix(format: string, openedAt: Iso, timeZone: string): string {
  const date = localTime(openedAt, timeZone).toPlainDate();
  const day = date.toString().replaceAll('-', '');
  return format.replace(/NNN$/, '').replace('YYYYMMDD', day).replace('YYYY', day.slice(0, 4));
}

/** The number as people see it: `DAILY-20261121-001`. */
export function incidentNumber(prefix: string, running: number): string {
  return prefix + String(running).padStart(shownDigits, '0');
}

/** The sort key under which an incident is kept: its number, padded so that keys sort as numbers do. */
export function incidentKey(number: string): string {
  const split = number.search(/\d+$/);
  return number.slice(0, split) + number.slice(split).padStart(keyDigits, '0');
}

/** The running number in an incident's sort key. */
export function runningNumber(key: string): number {
  return Number(key.slice(-keyDigits));
}
