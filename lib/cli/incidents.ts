import { ageText } from '../../functions/core/age.ts';
import type { Iso } from '../../functions/core/time.ts';
import { clockText } from '../../functions/core/time.ts';
import { listed } from '../../functions/core/words.ts';
import type { OpenIncident } from './alert-reports.ts';
import type { Connection } from './connection.ts';
import { oneLine } from './one-line.ts';
import type { Outcome } from './outcome.ts';
import { readIncidents } from './records.ts';
import { showIncidents } from './show.ts';

const headlineCharacters = 200;

/** Open incidents with all that somebody needs who takes one; with `all` the resolved ones as well. */
export async function listIncidents(
  { table, now }: Connection,
  { all }: { readonly all?: boolean },
  timeZone: string,
): Promise<Outcome> {
  const incidents = (await readIncidents(table)).filter(({ status }) => all || status === 'open');
  const at = now();
  const lines = incidents.flatMap((incident) => [
    ...showIncidents([incident], timeZone),
    ...(incident.status === 'open' ? details(incident, at, timeZone) : []),
  ]);
  return { isDone: true, lines: lines.length > 0 ? lines : ['No open incident.'], data: incidents };
}

function details(incident: OpenIncident, now: Iso, timeZone: string): string[] {
  const { headline, hosts, openedAt, level, told, escalateAt, number, check } = incident;
  const more = hosts.bad - hosts.worst.length;
  const names = [...hosts.worst, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  const heard = told.length > 0 ? `told ${listed(told)}` : 'nobody is told yet';
  const next = escalateAt
    ? `; more are told ${clockText(escalateAt, timeZone)} unless somebody acknowledges: rounds ack ${number || check}`
    : '';
  return [
    `    ${oneLine(headline, headlineCharacters)}${names ? `: ${names}` : ''}`,
    `    open for ${ageText(openedAt, now)}; level ${level}, ${heard}${next}`,
  ];
}
