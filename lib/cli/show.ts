import colors from 'picocolors';
import type { Status } from '../../functions/core/status.ts';
import { clockText } from '../../functions/core/time.ts';
import type { IncidentReport, NotificationReport, ResultReport, RoundReport } from './records.ts';

/** Lines for a terminal; colours only where the terminal has them. */
type Lines = readonly string[];

const paint: Readonly<Record<Status, (text: string) => string>> = {
  OK: colors.green,
  WARNING: colors.yellow,
  CRITICAL: (text) => colors.bold(colors.red(text)),
  UNKNOWN: colors.magenta,
};

const statusWidth = 'CRITICAL'.length;

/** A round as a table: a line a check, and under it a line for each host that is not well. */
export function showRound(round: RoundReport, results: readonly ResultReport[], timeZone: string): Lines {
  const head = colors.bold(`${round.title}, ${round.platform}, ${clockText(round.slot, timeZone)}`);
  if (round.status !== 'collected') return [head, `  ${round.status}${round.reason ? `: ${round.reason}` : ''}`];
  const { answered = 0, lost = 0, gone = 0 } = round.hosts ?? {};
  const hosts = [`${answered} answered`, lost > 0 && colors.red(`${lost} lost`), gone > 0 && `${gone} gone`];
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

export function showIncidents(incidents: readonly IncidentReport[], timeZone: string): Lines {
  if (incidents.length === 0) return ['No incident.'];
  return incidents.map(({ number, priority, title, openedAt, status }) => {
    const state = status === 'open' ? colors.red(status) : colors.green(status);
    return `  ${colors.bold(number)}  ${priority}  ${state}  ${title}, since ${clockText(openedAt, timeZone)}`;
  });
}

/** A message exactly as each protocol carries it; of a CloudWatch alarm about Rounds itself, whose text is JSON, the subject. */
export function showNotification({ incident, role, texts, subject, endpoints }: NotificationReport): Lines {
  if (incident === '') return [colors.dim(`email to ${endpoints.email}: ${subject}`)];
  return Object.entries(texts).flatMap(([protocol, text]) => {
    const to = `${protocol === 'sms' ? 'SMS' : protocol} to ${endpoints[protocol]}${role ? ` (${role})` : ''}`;
    const size = protocol === 'sms' ? [colors.dim(`└ ${text.length} characters`)] : [colors.dim('└')];
    const head = protocol === 'email' ? [`Subject: ${colors.bold(subject)}`, ''] : [];
    const body = [...head, ...text.trimEnd().split('\n')].map((line) => `${colors.dim('│')} ${line}`);
    return [colors.cyan(`┌ ${to}`), ...body, ...size];
  });
}
