import { ageText } from './age.ts';
import type { Notice } from './alert.ts';
import { nextSteps } from './next-steps.ts';
import { isFleetCheck } from './observations.ts';
import type { Plan, PlanCheck } from './plan.ts';
import { countText, headlineOf, isOver, lineOf, nameOf, reasonOf, type Story } from './story.ts';
import type { TroubledHost } from './tally.ts';
import { clockText, type Iso } from './time.ts';
import { counted, listed, shareOf } from './words.ts';

/** More incidents in one email are told in one line each. */
const sectionsLimit = 10;

/** More incidents in one email are many: those of them that had time until business opened are told in one line each. */
const few = 5;

/** The email about some incidents, the most urgent first. */
export function emailText(plan: Plan, stories: readonly [Story, ...Story[]], now: Iso): string {
  const [first] = stories;
  const isSingle = stories.length === 1;
  const roles = new Set(stories.map(({ role }) => plan.roles[role]?.title ?? role));
  const dropped = stories.reduce((sum, { notice }) => sum + (notice.droppedBefore ?? 0), 0);
  return [
    ...(isSingle ? singleText(plan, first, now) : mergedText(plan, stories, now)),
    '',
    ...(dropped > 0 ? [`Before this, ${counted(dropped, 'message')} could not be sent and never will be.`] : []),
    `The procedure: ${plan.procedureUrl}`,
    '',
    `You are told as ${listed([...roles])}.${isSingle ? ` ${nameOf(first.notice)}` : ''}`,
    '',
  ].join('\n');
}

function singleText(plan: Plan, story: Story, now: Iso): string[] {
  return [`${plan.platform.name}: ${headlineOf(story.notice, plan, now)}`, '', ...section(plan, story, now)];
}

/** One line for each incident; below them what helps with those that are open, or just over. */
function mergedText(plan: Plan, stories: readonly [Story, ...Story[]], now: Iso): string[] {
  const headline = headlineOf(stories[0].notice, plan, now);
  const isWaiting = ({ notice }: Story) =>
    stories.length > few && plan.priorities[notice.priority]?.delivery === 'next-business-day';
  const full = stories.filter((story) => story.notice.kind !== 'digest' && !isWaiting(story)).slice(0, sectionsLimit);
  return [
    `${plan.platform.name}: ${countText(stories)}, first: ${headline}`,
    '',
    ...stories.map(({ notice }) => `${notice.priority}  ${nameOf(notice)}  ${lineOf(notice, plan, now)}`),
    ...full.flatMap((story) => ['', `--- ${headlineOf(story.notice, plan, now)}`, '', ...section(plan, story, now)]),
  ];
}

function section(plan: Plan, { notice, earlier }: Story, now: Iso): string[] {
  const { timeZone } = plan;
  const { by, openedAt, at } = notice;
  const meaning = plan.priorities[notice.priority]?.meaning ?? '';
  const where = whereText(plan, notice);
  const why = whyText(notice, timeZone, now);
  const facts = [`Incident   ${notice.incident}`, `What       ${notice.title} (check ${notice.check})`];
  if (where) facts.push(`Where      ${where}`);
  facts.push(`Since      ${clockText(openedAt, timeZone)}`, `Priority   ${notice.priority}: ${meaning}`);
  if (why) facts.push(`Why now    ${why}`);
  if (isOver(notice)) {
    const who = by === undefined ? '' : ` by ${by}`;
    facts.push(`Resolved   ${clockText(at, timeZone)}${who}, after ${ageText(openedAt, at)}`);
  }
  for (const each of earlier)
    facts.push(`Earlier    ${each.priority} ${headlineOf(each, plan, now)}, ${clockText(each.at, timeZone)}`);
  if (isOver(notice) && by !== undefined && notice.troubled > 0)
    facts.push('But        it was still bad then: if its next result is bad too, a new incident opens');
  const output = notice.worst.flatMap((host) => ['', ...outputLines(plan, notice, host)]);
  const steps = nextSteps(plan, notice);
  return [...facts, ...output, ...(steps.length > 0 ? ['', ...steps] : [])];
}

/** Why a contact is told of what is known already. */
function whyText(notice: Notice, timeZone: string, now: Iso): string | undefined {
  const reason = reasonOf(notice, timeZone, now);
  switch (notice.kind) {
    case 'escalation':
      return `ESCALATED, level ${notice.level}: ${reason}`;
    case 'flapping-start':
      return `${reason}; you are told when it stays one way, and not of each change`;
    case 'reminder':
    case 'update':
    case 'flapping-end':
      return reason;
    default:
      return undefined;
  }
}

/** Where it is, or was before somebody resolved it; absent where it is nowhere. */
function whereText(plan: Plan, notice: Notice): string | undefined {
  const { by, worst, troubled, population } = notice;
  const kind = sourceOf(plan, notice)?.kind;
  if (kind === 'sign-off') return undefined;
  if (isOver(notice) && by === undefined && troubled === 0) {
    if (kind !== 'host' && !isFleetCheck(notice.check)) return undefined;
    return population === 1 ? '1 host' : `all ${population} hosts that answered`;
  }
  const hosts = worst.filter(({ host }) => host !== '');
  if (hosts.length === 0) return worst[0]?.name ?? shareOf(troubled, population);
  const names = hosts.map(({ host, name }) => (name === host ? name : `${name} (${host})`));
  const more = troubled - names.length;
  return `${shareOf(troubled, population)}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function outputLines(plan: Plan, notice: Notice, { name, status, text, longText }: TroubledHost): string[] {
  const lines = longText === '' ? [text] : [text, ...longText.split('\n')];
  return [`${speakerOf(plan, notice, name)}${status}:`, ...lines.map((line) => `    ${line}`)];
}

/** A host says what its check has found; of one that is lost others say it, and what people are asked nobody says. */
function speakerOf(plan: Plan, notice: Notice, name: string): string {
  const source = sourceOf(plan, notice);
  if (!source) return `${name} is `;
  return source.kind === 'host' ? `${name} says ` : '';
}

function sourceOf({ checks }: Plan, { check }: Notice): PlanCheck['source'] | undefined {
  return checks[check]?.source;
}
