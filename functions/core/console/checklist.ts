import type { Alert } from '../alert.ts';
import { type Html, html } from '../html.ts';
import type { PlanCheck, SignOff } from '../plan.ts';
import type { AskedSignOff } from '../sign-off.ts';
import { counted, listed } from '../words.ts';
import { badge, worstTone } from './badge.ts';
import { actionForm } from './button.ts';
import { alertOf, checkItem } from './check-item.ts';
import type { DayData } from './data.ts';
import { type Item, itemTable } from './item.ts';
import { roundState } from './round-state.ts';
import { type RoutineDay, routineDays } from './routine-day.ts';
import { isAskedFor, presentSignOffs, signOffItem } from './sign-off-item.ts';
import { dateText, shown, type View } from './view.ts';

/** Today's checklist in the order of the procedure; below it, in a line each, what is checked all day long. */
export function checklist(view: View, { alerts, signOffs, ...known }: DayData): Html {
  const asked = presentSignOffs(view, signOffs);
  const days = routineDays(view, known);
  const drawn = (some: readonly RoutineDay[]) => some.map((day) => section(view, day, alerts, asked));
  const shownDays = days.filter((day) => isOfDay(day) || asked.some(({ routine }) => routine === day.id));
  const often = shownDays.filter(({ isOften }) => isOften);
  const body = html`<h3 class="rounds-title">${dateText(view.plan, view.surface.at)}</h3>${leftOutText(days)}${drawn(
    shownDays.filter(({ isOften }) => !isOften),
  )}${often.length > 0 && html`<h3 class="rounds-title">All day long</h3>${drawn(often)}`}${
    !days.some(isOfDay) && html`<p class="rounds-muted">Nothing is planned on this day.</p>`
  }`;
  const canSign = !view.surface.isPast && asked.some((each) => isAskedFor(view, each));
  return canSign ? actionForm(view, body) : body;
}

/** It has run on the day, or has still to. */
function isOfDay(day: RoutineDay): boolean {
  return !isLeftOut(day) && (day.round ?? day.later[0] ?? day.due) !== undefined;
}

function isLeftOut({ closed, round }: RoutineDay): boolean {
  return closed !== undefined && (!round || round.status === 'skipped');
}

/** Why there is less to do than on other days. */
function leftOutText(days: readonly RoutineDay[]): Html | undefined {
  const leftOut = days.filter(isLeftOut);
  if (!leftOut[0]) return undefined;
  const titles = leftOut.map(({ routine }) => routine.title);
  return html`<p><b>${leftOut[0].closed}:</b> no round of ${listed(titles)}.</p>`;
}

/** A routine as what can be opened: it is open where something is not well, or is asked of a person. */
function section(view: View, day: RoutineDay, alerts: readonly Alert[], signOffs: readonly AskedSignOff[]): Html {
  const { id, routine, round } = day;
  const asked = signOffs.filter((each) => each.routine === id);
  // Of a routine of another day only what is still asked of people.
  const ids = isOfDay(day) ? routine.checks : asked.map((each) => each.id);
  const items = ids.flatMap((check) => itemOf(view, day, check, alerts, asked) ?? []);
  const state = roundState(view, day);
  const tone = worstTone([...(isOfDay(day) ? [state.tone] : []), ...items.map((item) => item.tone)]);
  const word = tone === state.tone ? state.word : items.find((item) => item.tone === tone)?.word;
  const isOpen = items.some((item) => item.tone !== 'ok' && item.tone !== 'none');
  return html`<details class="rounds-routine" id="rounds-routine-${id}"${isOpen && html` open`}><summary><span class="rounds-state">${badge(tone, word ?? state.word)}</span><h3>${routine.title}</h3><span class="rounds-muted">${state.text}${round?.note && ` (${shown(round.note)})`}</span><span class="rounds-muted rounds-push">${tally(items)}</span></summary>${itemTable(items)}</details>`;
}

function itemOf(
  view: View,
  day: RoutineDay,
  id: string,
  alerts: readonly Alert[],
  asked: readonly AskedSignOff[],
): Item | undefined {
  const check = view.plan.checks[id];
  if (!check) return undefined;
  if (!isSignOff(check)) return checkItem(view, day, id, alerts);
  const mine = asked.find((each) => each.id === id);
  return signOffItem(view, check, day, mine, alertOf(view, id, alerts));
}

function isSignOff(check: PlanCheck): check is PlanCheck & { readonly source: SignOff } {
  return check.source.kind === 'sign-off';
}

/** `7 of 8 in order`; while none is, how many there are. */
function tally(items: readonly Item[]): string {
  const good = items.filter(({ tone }) => tone === 'ok').length;
  return good === 0 ? counted(items.length, 'item') : `${good} of ${items.length} in order`;
}
