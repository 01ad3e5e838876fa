import { ageText } from '../age.ts';
import { alertTitle } from '../alert-title.ts';
import { type Html, html } from '../html.ts';
import type { Silence } from '../silence.ts';
import type { IncidentHead } from '../verdicts.ts';
import { badge, toneOfPriority } from './badge.ts';
import { actionButton, actionForm } from './button.ts';
import type { WidgetData } from './data.ts';
import { incidentCard } from './incident-card.ts';
import { few, headlineOf, holderOf, holdingText, nameBytes, type OpenAlert, openIncidents } from './incident-text.ts';
import type { SeenAlert } from './seen-alerts.ts';
import { isLater, momentText, momentWithAge, shown, type View } from './view.ts';

type IncidentsData = Extract<WidgetData, { readonly widget: 'incidents' }>;

/** Incidents with all that can be known and done, the most urgent; further ones are a line each. */
const cardsLimit = 8;

/** Cards that are open at once, as far as there is room for them: what is urgent is read without a click. */
const openLimit = 3;

/** Height of an open card, about. */
const cardPixels = 250;

/** Alerts that cannot be read and are named; more are counted. */
const unreadableLimit = 3;

const linesLimit = 100;
const resolvedLimit = 12;
const silencesLimit = 10;

/** Open incidents, the most urgent first; below them what is over, and what is silent. */
export function incidents(view: View, { alerts, heads, silences }: IncidentsData): Html {
  const { at, isPast } = view.surface;
  const open = openIncidents(view, alerts);
  const inForce = silences.filter(({ from, until }) => !isLater(view, from) && at < until);
  const unreadable = alerts.filter(({ isUnreadable }: SeenAlert) => isUnreadable);
  const shownIncidents = isPast ? pastIncidents(view, heads) : presentIncidents(view, open, heads, unreadable);
  const body = html`${shownIncidents}${resolvedIncidents(view, heads)}${silencesInForce(view, inForce)}`;
  return !isPast && open.length + inForce.length > 0 ? actionForm(view, body) : body;
}

function presentIncidents(
  view: View,
  open: readonly OpenAlert[],
  heads: readonly IncidentHead[],
  unreadable: readonly SeenAlert[],
): Html {
  if (unreadable.length > 0)
    return html`${unreadableText(view, unreadable)}${open.length > 0 && openCards(view, open)}`;
  return open.length > 0 ? openCards(view, open) : noneText(view, heads);
}

/** Whether there are incidents of them nobody can say. */
function unreadableText({ plan }: View, unreadable: readonly SeenAlert[]): Html {
  const titles = unreadable.map(({ check }) => shown(alertTitle(plan, check), nameBytes));
  return html`<p>${badge('unknown', 'NOT KNOWN')} What is stored of ${few(titles, unreadableLimit)} cannot be read: an incident of it may be open.</p>`;
}

/** Since when is known when the last one has been closed in the records, which takes a minute. */
function noneText(view: View, heads: readonly IncidentHead[]): Html {
  const times = heads.map(({ resolvedAt }) => resolvedAt);
  const last = times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
  const since = last === undefined || times.includes(undefined) ? '' : ` since ${momentWithAge(view, last)}`;
  return html`<p>${badge('ok', 'NONE')} No incident is open${since}.</p>`;
}

function openCards(view: View, open: readonly OpenAlert[]): Html {
  const unfolded = Math.min(openLimit, Math.max(1, Math.floor(view.surface.height / cardPixels)));
  const others = open.slice(cardsLimit);
  return html`${open
    .slice(0, cardsLimit)
    .map((alert, index) =>
      incidentCard(view, alert, index < unfolded),
    )}${others.length > 0 && otherIncidents(view, others)}`;
}

/** In a storm the less urgent ones: what, since when, who has it, and the one thing that stops the clock. */
function otherIncidents(view: View, others: readonly OpenAlert[]): Html {
  const rows = others.slice(0, linesLimit).map((alert) => {
    const { incident } = alert;
    const { number, priority, openedAt } = incident;
    const isFree = number !== '' && holderOf(view, incident) === undefined;
    const acknowledge = () =>
      actionButton(view, 'incidents', {
        label: 'Acknowledge',
        of: number,
        action: { action: 'acknowledge', incident: number },
        confirmation: `Acknowledge ${number}? You have it then: nobody else is told to take it.`,
      });
    return html`<tr><td class="rounds-narrow">${badge(toneOfPriority(priority), priority)}</td><th scope="row">${headlineOf(view, alert)}</th><td>${number}, for ${ageText(openedAt, view.surface.at)}, ${holdingText(view, incident)}</td><td class="rounds-narrow">${isFree && acknowledge()}</td></tr>`;
  });
  const unlisted = others.length - rows.length;
  return html`<h3 class="rounds-title">${others.length} more <span class="rounds-muted">all about them: rounds incidents --stack Rounds-${view.plan.platform.id}</span></h3>${table(['Priority', 'What', 'Incident', 'Do'], rows)}${unlisted > 0 && html`<p>and ${unlisted} that are not listed.</p>`}`;
}

/** What was open at a moment that is past: of it only the heads are known. */
function pastIncidents(view: View, heads: readonly IncidentHead[]): Html {
  const { at } = view.surface;
  const open = heads.filter(
    ({ openedAt, resolvedAt }) => openedAt <= at && (resolvedAt === undefined || resolvedAt > at),
  );
  if (open.length === 0) return html`<p>${badge('ok', 'NONE')} No incident was open.</p>`;
  return html`<h3 class="rounds-title">Open then</h3>${headTable(view, open)}`;
}

function resolvedIncidents(view: View, heads: readonly IncidentHead[]): Html | undefined {
  const { from } = view.surface.range;
  // A page that is left open has an old end: what was resolved since is shown as well.
  const isIn = (time: string | undefined) => time !== undefined && from <= time && !isLater(view, time);
  const resolved = heads
    .filter(({ resolvedAt }) => isIn(resolvedAt))
    .sort((one, other) => ((one.resolvedAt ?? '') > (other.resolvedAt ?? '') ? -1 : 1));
  if (resolved.length === 0) return undefined;
  const more = resolved.length - resolvedLimit;
  return html`<h3 class="rounds-title">Resolved <span class="rounds-muted">since ${momentText(view, from)}</span></h3>${headTable(view, resolved.slice(0, resolvedLimit))}${more > 0 && html`<p class="rounds-muted">and ${more} more before these.</p>`}`;
}

function headTable(view: View, heads: readonly IncidentHead[]): Html {
  const rows = heads.map(({ number, priority, title, openedAt, resolvedAt }) => {
    const end =
      resolvedAt === undefined
        ? 'not resolved'
        : `${momentText(view, resolvedAt)}, after ${ageText(openedAt, resolvedAt)}`;
    return html`<tr><th scope="row" class="rounds-narrow">${number}</th><td class="rounds-narrow">${priority}</td><td>${shown(title)}</td><td>${momentText(view, openedAt)}</td><td>${end}</td></tr>`;
  });
  return table(['Incident', 'Priority', 'What', 'Opened', 'Resolved'], rows);
}

function silencesInForce(view: View, silences: readonly Silence[]): Html | undefined {
  if (silences.length === 0) return undefined;
  const rows = silences.slice(0, silencesLimit).map(({ id, by, reason, until, checks }) => {
    const what =
      checks.length === 0
        ? 'all checks'
        : shown(checks.map((check) => alertTitle(view.plan, check)).join(', '), nameBytes);
    const end = actionButton(view, 'incidents', {
      label: 'End',
      of: `silence of ${what}`,
      action: { action: 'end-silence', silence: id },
      confirmation: `End the silence of ${what}? What is still bad and was not told is told in the next minutes.`,
    });
    return html`<tr><th scope="row">${what}</th><td>until ${momentWithAge(view, until)}</td><td>${shown(by, nameBytes)}: ${shown(reason)}</td><td class="rounds-narrow">${!view.surface.isPast && end}</td></tr>`;
  });
  const more = silences.length - rows.length;
  return html`<h3 class="rounds-title">Silences in force</h3>${table(['What', 'Until', 'Why', 'Do'], rows)}${more > 0 && html`<p class="rounds-muted">and ${more} more.</p>`}`;
}

function table(heads: readonly string[], rows: readonly Html[]): Html {
  return html`<table class="rounds-table"><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
}
