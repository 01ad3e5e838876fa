import { ageText } from '../age.ts';
import type { Alert } from '../alert.ts';
import { type Html, html } from '../html.ts';
import type { Round } from '../round.ts';
import type { AskedSignOff } from '../sign-off.ts';
import { counted } from '../words.ts';
import { badge, type Tone, toneOfPriority, worstTone } from './badge.ts';
import { type Concern, concernsOf } from './concerns.ts';
import type { DayData } from './data.ts';
import { dutyText, handoverOf } from './duty.ts';
import { headlineOf, holderOf, type OpenAlert, openIncidents } from './incident-text.ts';
import { routineDays } from './routine-day.ts';
import { isAskedFor, presentSignOffs, signOffState } from './sign-off-item.ts';
import { momentText, momentWithAge, type View } from './view.ts';

const groupsLimit = 4;
const concernsLimit = 5;

/** What is so, in one line. */
interface Standing {
  readonly tone: Tone;
  /** Of the word, where something else is worse. */
  readonly wordTone?: Tone;
  readonly word: string;
  readonly line: string;
  readonly more?: string;
}

/** The state of the platform at a glance, and who is there to care for it. */
export function status(view: View, data: DayData): Html {
  const open = openIncidents(view, data.alerts);
  const concerns = concernsOf(view, data.alerts, data, data.signOffs);
  const { tone, wordTone = tone, word, line, more } = standingOf(view, open, concerns, data.rounds);
  const rest = concerns.slice(0, concernsLimit);
  const unlisted = concerns.length - rest.length;
  return html`<div class="rounds-hero rounds-${tone}"><h3>${badge(wordTone, word)} ${line}</h3>${more !== undefined && html`<p>${more}</p>`}${
    rest.length > 0 &&
    html`<ul class="rounds-list">${rest.map((each) => html`<li>${badge(each.tone, wordOf[each.tone])} ${each.text}</li>`)}${unlisted > 0 && html`<li>and ${unlisted} more</li>`}</ul>`
  }</div><dl class="rounds-facts">${facts(view, data).map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`)}</dl>`;
}

const wordOf: Readonly<Record<Tone, string>> = {
  critical: 'CRITICAL',
  unknown: 'UNKNOWN',
  warning: 'WARNING',
  info: 'TO DO',
  none: 'NOT KNOWN',
  ok: 'OK',
};

/** Well is what was checked today and found well; what nobody has checked is not. */
function standingOf(
  view: View,
  open: readonly OpenAlert[],
  concerns: readonly Concern[],
  rounds: readonly Round[],
): Standing {
  const [urgent] = open;
  if (urgent) {
    const { number, openedAt, priority } = urgent.incident;
    const since = `for ${ageText(openedAt, view.surface.at)}, since ${momentText(view, openedAt)}`;
    return {
      tone: worstTone([toneOfPriority(priority), ...concerns.map(({ tone }) => tone)]),
      wordTone: toneOfPriority(priority),
      word: priority,
      line: `${counted(open.length, 'open incident')}: ${groups(view, open)}`,
      more: `${open.length > 1 ? 'Most urgent: ' : ''}${headlineOf(view, urgent)}, ${since} (${number || 'no number yet'})`,
    };
  }
  const collected = rounds.flatMap((round) => (round.status === 'collected' ? [round] : []));
  if (collected.length === 0 && concerns.length === 0) {
    return { tone: 'none', word: wordOf.none, line: 'Nothing is known yet of today: no round has ended' };
  }
  if (concerns.length > 0) {
    const tone = worstTone(concerns.map((each) => each.tone));
    return { tone, word: wordOf[tone], line: concernLine(view, concerns) };
  }
  const checks = new Set(collected.flatMap(({ summary }) => Object.keys(summary.verdicts)));
  // Of the incidents that were open then nothing is known here.
  if (view.surface.isPast)
    return { tone: 'none', word: 'PAST', line: `Of ${counted(checks.size, 'check')} none was bad` };
  const times = collected.map(({ summary }) => summary.collectedAt).sort();
  const newest = momentWithAge(view, times.at(-1) ?? view.surface.at);
  return { ...well, more: `${counted(checks.size, 'check')} OK today, the newest results are of ${newest}` };
}

const well = { tone: 'ok', word: 'OK', line: 'All well' } as const;

function concernLine({ surface: { isPast } }: View, concerns: readonly Concern[]): string {
  const isUnknown = concerns.every(({ tone }) => tone === 'unknown');
  const count = concerns.length === 1 ? 'one thing is' : `${concerns.length} things are`;
  const what = `${count} not ${isUnknown ? 'known' : 'well'}`;
  return isPast ? `Then: ${what}` : `No open incident, but ${what}`;
}

/** `1 P1 nobody has, 2 P2 ann has` */
function groups(view: View, open: readonly OpenAlert[]): string {
  const counts = new Map<string, number>();
  for (const { incident } of open) {
    const group = `${incident.priority} ${holderOf(view, incident) ?? 'nobody'} has`;
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  const all = [...counts].map(([group, count]) => `${count} ${group}`);
  const more = all.length - groupsLimit;
  return `${all.slice(0, groupsLimit).join(', ')}${more > 0 ? ` and ${more} more kinds` : ''}`;
}

/** Who is on duty, and what waits. */
function facts(view: View, { alerts, signOffs, ...known }: DayData): readonly (readonly [string, string])[] {
  const ended = known.rounds.filter(({ status: each }) => each === 'collected').length;
  const later = routineDays(view, known).filter(({ isOften }) => !isOften);
  const next = later.flatMap((day) => day.later).sort()[0];
  const nextText = next === undefined ? 'none is to come' : `the next at ${momentText(view, next)}`;
  return [
    ...duties(view),
    ['Sign-offs', signOffText(view, signOffs)],
    ...(view.surface.isPast ? [] : [['To be told', parkedText(view, alerts)] as const]),
    ['Routines today', `${ended} ended, ${nextText}`],
  ];
}

function signOffText(view: View, signOffs: readonly AskedSignOff[]): string {
  const asked = presentSignOffs(view, signOffs).filter((each) => isAskedFor(view, each));
  const overdue = asked.filter((each) => signOffState(view, each) === 'overdue').length;
  if (asked.length === 0) return 'nothing waits';
  return `${asked.length} to give${overdue > 0 ? `, ${overdue} overdue` : ''}`;
}

function parkedText(view: View, alerts: readonly Alert[]): string {
  const parked = alerts.flatMap((alert) => alert.parked);
  const [next] = parked.map(({ notBefore }) => notBefore).sort();
  if (next === undefined) return 'nothing waits';
  if (next <= view.surface.at) return `${counted(parked.length, 'notice')}, the first within a minute`;
  const wait = parked.length === 1 ? '1 notice waits' : `${parked.length} notices wait, the first`;
  return `${wait} until ${momentText(view, next)}`;
}

/** Who is on duty for each role that is a rotation, and how long. */
function duties(view: View): (readonly [string, string])[] {
  return Object.values(view.plan.roles).flatMap((role) => {
    if (!('rotation' in role)) return [];
    const until = handoverOf(view, role);
    const names = dutyText(view, role, view.surface.at);
    return [
      [`On duty: ${role.title}`, `${names}${until === undefined ? '' : `, until ${momentText(view, until)}`}`] as const,
    ];
  });
}
