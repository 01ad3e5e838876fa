import { closedBecause } from '../calendar.ts';
import { type Html, html } from '../html.ts';
import { onDemand, type Plan, type Schedule } from '../plan.ts';
import { openUntil } from '../silence.ts';
import { movedNote, nextSlot } from '../slots.ts';
import { type Iso, localTime } from '../time.ts';
import { listed } from '../words.ts';
import { dutyText, handoverOf } from './duty.ts';
import { dateText, momentText, momentWithAge, type View } from './view.ts';

const linesLimit = 12;

/** Slots on holidays in a row that are looked over for the next round. */
const closedLimit = 15;

/** Something that is to come, or lasts. */
interface Coming {
  /** It sorts by it. */
  readonly at: Iso;
  readonly when: string;
  /** What comes, and of what: what comes at one time stands in one line. */
  readonly what: string;
  readonly titles: readonly string[];
}

/** What comes next: rounds, reports, hand-overs, maintenance, and the holidays on which nothing comes. */
export function upcoming(view: View): Html {
  const all = merged([...maintenance(view), ...rounds(view), ...reports(view), ...handovers(view)]);
  if (all.length === 0) return html`<p class="rounds-muted">Nothing is planned.</p>`;
  const rows = all.slice(0, linesLimit).map(({ when, what, titles }) => {
    return html`<tr><th scope="row" class="rounds-when">${when}</th><td>${what}${listed(titles)}</td></tr>`;
  });
  const more = all.length - rows.length;
  return html`<table class="rounds-table"><thead class="rounds-hidden"><tr><th scope="col">When</th><th scope="col">What</th></tr></thead><tbody>${rows}</tbody></table>${more > 0 && html`<p class="rounds-muted">and ${more} more later</p>`}`;
}

function merged(all: readonly Coming[]): Coming[] {
  const lines = new Map<string, Coming>();
  for (const each of all) {
    const key = `${each.when} ${each.what}`;
    lines.set(key, { ...each, titles: [...(lines.get(key)?.titles ?? []), ...each.titles] });
  }
  return [...lines.values()].sort((one, other) => (one.at < other.at ? -1 : 1));
}

function rounds(view: View): Coming[] {
  const { routines, timeZone } = view.plan;
  return Object.values(routines).flatMap(({ title, schedule }) => {
    if (schedule === onDemand) return [];
    return scheduled(view, schedule, 'no round of ', (at) => {
      const note = movedNote(schedule, timeZone, at);
      return { what: '', title: note === undefined ? title : `${title} (${note})` };
    });
  });
}

function reports(view: View): Coming[] {
  const { plan } = view;
  return Object.values(plan.reports).flatMap(({ title, schedule, tell }) => {
    const to = tell.map((role) => plan.roles[role]?.title ?? role);
    const mailed = to.length > 0 ? `, to ${listed(to)}` : '';
    return scheduled(view, schedule, 'no report: ', () => ({ what: 'Report: ', title: `${title}${mailed}` }));
  });
}

/** The next slot, and the holidays before it that leave one out. */
function scheduled(
  view: View,
  schedule: Schedule,
  leftOut: string,
  coming: (at: Iso) => { readonly what: string; readonly title: string },
): Coming[] {
  const { plan, surface } = view;
  const closed = new Map<string, Coming>();
  let slot = surface.at;
  for (let tries = 0; tries < closedLimit; tries++) {
    slot = nextSlot(schedule, plan.calendar, plan.timeZone, slot);
    const { what, title } = coming(slot);
    const reason = closedReason(plan, schedule, slot);
    if (reason === undefined) {
      const when =
        'everyMinutes' in schedule ? everyText(view, schedule.everyMinutes, slot) : momentWithAge(view, slot);
      return [...closed.values(), { at: slot, when, what, titles: [title] }];
    }
    const when = dateText(plan, slot);
    if (!closed.has(when)) closed.set(when, { at: slot, when, what: `${reason}: ${leftOut}`, titles: [title] });
  }
  return [...closed.values()];
}

function closedReason({ calendar, timeZone }: Plan, { days }: Schedule, slot: Iso): string | undefined {
  return days === 'business-days' ? closedBecause(localTime(slot, timeZone).toPlainDate(), calendar) : undefined;
}

/** `every 4 hours, next 12:00 EST` */
function everyText(view: View, minutes: number, next: Iso): string {
  const count = minutes < 60 ? minutes : minutes / 60;
  const unit = minutes < 60 ? 'minute' : 'hour';
  return `every ${count === 1 ? unit : `${count} ${unit}s`}, next ${momentText(view, next)}`;
}

/** Who takes over from whom. */
function handovers(view: View): Coming[] {
  return Object.values(view.plan.roles).flatMap((role) => {
    const at = handoverOf(view, role);
    if (at === undefined) return [];
    const titles = [`${dutyText(view, role, at)} takes over from ${dutyText(view, role, view.surface.at)}`];
    return [{ at, when: momentWithAge(view, at), what: `${role.title}: `, titles }];
  });
}

/** The windows that are open, and when the others open. */
function maintenance(view: View): Coming[] {
  const { plan, surface } = view;
  return plan.maintenance.flatMap((window) => {
    const { title, checks, schedule } = window;
    const of = checks.length === 0 ? 'anything' : listed(checks.map((check) => plan.checks[check]?.title ?? check));
    const coming = { what: 'Maintenance: ', title: `${title}, in which nobody is told of ${of}` };
    const until = openUntil(window, surface.at, plan);
    if (until === undefined) return scheduled(view, schedule, 'no maintenance: ', () => coming);
    return [
      { at: surface.at, when: `now, until ${momentWithAge(view, until)}`, what: coming.what, titles: [coming.title] },
    ];
  });
}
