import type { Alert, Incident, Parked } from '../alert.ts';
import { alertTitle } from '../alert-title.ts';
import type { Plan } from '../plan.ts';
import { counted, listed, shareOf } from '../words.ts';
import { isLater, momentText, momentWithAge, shown, type View } from './view.ts';

/** An alert with an incident. */
export type OpenAlert = Alert & { readonly incident: Incident };

/** Hosts and people that are named; more are counted. */
const namesLimit = 3;
const toldLimit = 6;

/** Bytes of HTML of a name that a person or a host has given itself. */
export const nameBytes = 100;

/** Who has acknowledged an incident, as long as that counts. */
export function holderOf(view: View, { acknowledged }: Incident): string | undefined {
  if (!acknowledged || (acknowledged.until !== undefined && acknowledged.until <= view.surface.at)) return undefined;
  if (isLater(view, acknowledged.at)) return undefined;
  return shown(acknowledged.by, nameBytes);
}

/** `ann has it`, `nobody has it`. */
export function holdingText(view: View, incident: Incident): string {
  return `${holderOf(view, incident) ?? 'nobody'} has it`;
}

/** Open incidents that are known: the most urgent first, of these what nobody has, then the oldest. */
export function openIncidents(view: View, alerts: readonly Alert[]): OpenAlert[] {
  const rank = ({ incident }: OpenAlert) =>
    `${incident.priority} ${holderOf(view, incident) === undefined ? 0 : 1} ${incident.openedAt} ${incident.number}`;
  return alerts
    .filter((alert): alert is OpenAlert => alert.incident !== undefined)
    .sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
}

/** `DAILY-20261123-001 (P2) is open, nobody has it`; `undefined` where no incident is. */
export function openText(view: View, { incident }: Pick<Alert, 'incident'>): string | undefined {
  if (!incident) return undefined;
  return `${incident.number || 'An incident'} (${incident.priority}) is open, ${holdingText(view, incident)}`;
}

/** What is so, beginning with the title of the check. What somebody has resolved has no facts any more. */
export function headlineOf({ plan }: View, { check, status, facts }: Alert): string {
  return shown(facts?.headline ?? `${alertTitle(plan, check)} ${status}`);
}

/** `37 of 212 hosts: a, b, c and 34 more`; `undefined` where it is about no host. */
export function hostsText({ facts }: Alert): string | undefined {
  const names = (facts?.worst ?? []).filter(({ host }) => host !== '').map(({ name }) => shown(name, nameBytes));
  if (!facts || names.length === 0) return undefined;
  const { troubled, population } = facts;
  return `${shareOf(troubled.total, population)}: ${few(names, namesLimit, troubled.total)}`;
}

/** `a, b, c and 34 more` */
export function few(names: readonly string[], limit: number, total = names.length): string {
  const more = total - Math.min(names.length, limit);
  return more > 0 ? `${names.slice(0, limit).join(', ')} and ${more} more` : listed(names.slice(0, limit));
}

/** Who has acknowledged it, when, and until when that counts. */
export function whoText(view: View, { acknowledged }: Incident): string | undefined {
  if (!acknowledged) return undefined;
  const { at, until } = acknowledged;
  const since = `${shown(acknowledged.by, nameBytes)}, since ${momentWithAge(view, at)}`;
  if (until === undefined) return since;
  const isForgotten = until <= view.surface.at;
  return `${since}; ${isForgotten ? 'that counted' : 'that counts'} until ${momentText(view, until)}`;
}

/** Who has been told, and how far it has escalated. */
export function toldText({ plan }: View, { told, level, priority }: Incident): string {
  const levels = plan.priorities[priority]?.levels.length ?? 0;
  if (levels === 0) return 'nobody: it is for awareness';
  const names = told.map(
    ({ contact, role }) => `${plan.contacts[contact]?.name ?? contact} (${roleTitle(plan, role)})`,
  );
  const who = names.length === 0 ? 'nobody yet' : few(names, toldLimit);
  return `${who}; level ${level} of ${levels}`;
}

/** Who is told next, and when; `undefined` where nobody is. */
export function nextText(view: View, { escalateAt, level, priority }: Incident): string | undefined {
  if (!escalateAt) return undefined;
  const { plan } = view;
  const levels = plan.priorities[priority]?.levels ?? [];
  const roles = levels[level]?.tell.map((role) => roleTitle(plan, role));
  const what = roles ? `${listed(roles)} ${isAre(roles)} told` : 'the same people are told again';
  return `${what} at ${momentWithAge(view, escalateAt)}, unless somebody acknowledges`;
}

/** What waits to be told, and what for. */
export function waitingTexts(view: View, { incident, parked }: OpenAlert): string[] {
  return parked
    .filter(({ notice }) => notice.openedAt === incident.openedAt)
    .map((each) => {
      const names = addressees(view.plan, each);
      if (each.heldBy !== undefined) return `${listed(names)} ${isAre(names)} not told: ${shown(each.heldBy)}`;
      return `${listed(names)} ${isAre(names)} told at ${momentWithAge(view, each.notBefore)}`;
    });
}

function addressees(plan: Plan, { to }: Parked): string[] {
  if ('roles' in to) return to.roles.map((role) => roleTitle(plan, role));
  const names = to.recipients.map(({ contact }) => plan.contacts[contact]?.name ?? contact);
  return names.length <= toldLimit ? names : [...names.slice(0, toldLimit), counted(names.length - toldLimit, 'other')];
}

function roleTitle({ roles }: Plan, role: string): string {
  return roles[role]?.title ?? role;
}

function isAre(names: readonly string[]): string {
  return names.length === 1 ? 'is' : 'are';
}
