import type { Status } from '../../functions/core/status.ts';
import { clockText } from '../../functions/core/time.ts';
import { listed } from '../../functions/core/words.ts';
import type { OpenIncident, ParkedReport } from './alert-reports.ts';
import { colorsFor } from './colors.ts';
import type { IncidentReport, NotificationReport, ResultReport, RoundReport } from './records.ts';

/** Lines for a terminal; colours only where the terminal has them. */
type Lines = readonly string[];

const colors = colorsFor(process.stdout);

export const paint: Readonly<Record<Status, (text: string) => string>> = {
  OK: colors.green,
  WARNING: colors.yellow,
  CRITICAL: (text) => colors.bold(colors.red(text)),
  UNKNOWN: colors.magenta,
};

const statusWidth = 'CRITICAL'.length;

/** A round as a table: a line a check, and under it a line for each host that is not well. */
export function showRound(round: RoundReport, results: readonly ResultReport[], timeZone: string): Lines {
  const note = round.note ? ` (${round.note})` : '';
  const head = colors.bold(`${round.title}, ${round.platform}, ${clockText(round.slot, timeZone)}${note}`);
  if (round.status !== 'collected') return [head, `  ${round.status}${round.reason ? `: ${round.reason}` : ''}`];
  const { answered = 0, lost = 0, gone = 0, missing = 0 } = round.hosts ?? {};
  const hosts = [
    `${answered} answered`,
    lost > 0 && colors.red(`${lost} lost`),
    gone > 0 && `${gone} gone`,
    missing > 0 && colors.red(`${missing} missing`),
  ];
  const titleWidth = Math.max(...round.verdicts.map(({ title }) => title.length), 0);
  const verdicts = round.verdicts.flatMap(({ check, title, status, text }) => {
    const bad = troubles(results.filter((result) => result.check === check));
    const words = bad.length > 0 ? `${bad.length} of ${answered} hosts` : text;
    return [
      `  ${paint[status](status.padEnd(statusWidth))}  ${title.padEnd(titleWidth)}  ${colors.dim(words)}`,
      ...bad,
    ];
  });
  const lostHosts = results.filter(({ check }) => !round.verdicts.some((verdict) => verdict.check === check));
  return [head, `  hosts: ${hosts.filter(Boolean).join(', ')}`, ...troubles(lostHosts), '', ...verdicts];
}

function troubles(results: readonly ResultReport[]): Lines {
  return results
    .filter(({ status }) => status !== 'OK')
    .map(({ name, status, text }) => `  ${' '.repeat(statusWidth)}    ${name}: ${paint[status](status)} ${text}`);
}

/** A line for each incident, with who has it and what waits to be told. */
export function showIncidents(incidents: readonly IncidentReport[], timeZone: string): Lines {
  if (incidents.length === 0) return ['No incident.'];
  return incidents.map((incident) => {
    const { number, priority, title, openedAt, status } = incident;
    const state = status === 'open' ? colors.red(status) : colors.green(status);
    const now = status === 'open' ? standing(incident, timeZone) : '';
    const name = colors.bold(number || '(no number yet)');
    return `  ${name}  ${priority}  ${state}  ${title}, since ${clockText(openedAt, timeZone)}${now}`;
  });
}

function standing({ acknowledged, isFlapping, parked }: OpenIncident, timeZone: string): string {
  return [
    acknowledged && `${acknowledged.by} has it since ${clockText(acknowledged.at, timeZone)}`,
    isFlapping && 'it goes to and fro',
    ...parked.map((each) => parkedText(each, timeZone)),
  ]
    .filter(Boolean)
    .map((text) => `; ${text}`)
    .join('');
}

/** Who is told when, or why nobody is. */
export function parkedText({ to, notBefore, heldBy }: ParkedReport, timeZone: string): string {
  const names = listed(to);
  if (heldBy) return `${names} ${to.length === 1 ? 'is' : 'are'} not told: ${heldBy}`;
  return `${names} ${to.length === 1 ? 'is' : 'are'} told ${clockText(notBefore, timeZone)}`;
}

/** What distinguishes the copies of one notice: the last line of an email says why its reader is told. */
const roleLine = /^You are told as .*$/m;

/**
 * Each notice once as every protocol carries it, and a line for each further contact who got the same. Of the messages
 * about Rounds itself only those that say that an alarm goes off.
 */
export function showNotifications(notifications: readonly NotificationReport[]): Lines {
  const notices: NotificationReport[][] = [];
  for (const notification of notifications) {
    const copies = notices.find(([first]) => first && isCopy(notification, first));
    if (copies) copies.push(notification);
    else notices.push([notification]);
  }
  return notices.flatMap(([first, ...copies]) => {
    if (!first) return [];
    if (first.incident === '') return showAlarm(first);
    return ['', ...showMessage(first), ...copies.map((copy) => `  the same to ${addressesOf(copy)}`)];
  });
}

/** Of CloudWatch's own message, whose text is JSON, the subject. */
function showAlarm({ subject, endpoints }: NotificationReport): Lines {
  return subject.startsWith('ALARM') ? ['', colors.dim(`email to ${endpoints.email}: ${subject}`)] : [];
}

/** Whether all that a notification of an incident says stands in another one already. */
function isCopy({ incident, kind, texts }: NotificationReport, first: NotificationReport): boolean {
  if (incident === '' || incident !== first.incident || kind !== first.kind) return false;
  return Object.entries(texts).every(
    ([protocol, text]) => text.replace(roleLine, '') === first.texts[protocol]?.replace(roleLine, ''),
  );
}

function addressesOf({ endpoints, role }: NotificationReport): string {
  const { email, ...others } = endpoints;
  const addresses = [email, ...Object.values(others)].filter(Boolean).join(', ');
  return role ? `${addresses} (${role})` : addresses;
}

/** A message exactly as each protocol carries it. */
function showMessage({ role, texts, subject, endpoints }: NotificationReport): Lines {
  return Object.entries(texts).flatMap(([protocol, text]) => {
    const to = `${protocol === 'sms' ? 'SMS' : protocol} to ${endpoints[protocol]}${role ? ` (${role})` : ''}`;
    const size = protocol === 'sms' ? [colors.dim(`└ ${text.length} characters`)] : [colors.dim('└')];
    const head = protocol === 'email' ? [`Subject: ${colors.bold(subject)}`, ''] : [];
    const body = [...head, ...text.trimEnd().split('\n')].map((line) => `${colors.dim('│')} ${line}`);
    return [colors.cyan(`┌ ${to}`), ...body, ...size];
  });
}

export function print(lines: Lines): void {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}
