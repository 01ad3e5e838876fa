import type { Notice } from './alert.ts';
import { isPage } from './notice.ts';
import type { Plan } from './plan.ts';
import { headlineOf, lineOf, nameOf, reasonOf, type Story } from './story.ts';
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
    `${plan.platform.name}: ${counted(stories.length, 'incident')}: ${headline} and ${stories.length - 1} more`,
    '',
    ...stories.map(({ notice }) => `${notice.priority}  ${nameOf(notice)}  ${lineOf(notice, plan, now)}`),
    ...full.flatMap((story) => ['', `--- ${headlineOf(story.notice, plan, now)}`, '', ...section(plan, story, now)]),
  ];
}

function section(plan: Plan, { notice, earlier }: Story, now: Iso): string[] {
  const { timeZone } = plan;
  const { kind, by } = notice;
  const meaning = plan.priorities[notice.priority]?.meaning ?? '';
  const facts = [
    `Incident   ${notice.incident}`,
    `What       ${notice.title} (check ${notice.check})`,
    `Where      ${whereText(notice)}`,
    `Since      ${clockText(notice.openedAt, timeZone)}`,
    `Priority   ${notice.priority}: ${meaning}`,
  ];
  const why = whyText(notice, timeZone, now);
  if (why) facts.push(`Why now    ${why}`);
  if (kind === 'recovery')
    facts.push(`Resolved   ${clockText(notice.at, timeZone)}${by === undefined ? '' : ` by ${by}`}`);
  for (const each of earlier)
    facts.push(`Earlier    ${each.priority} ${headlineOf(each, plan, now)}, ${clockText(each.at, timeZone)}`);
  if (kind === 'recovery' && by !== undefined && notice.troubled > 0)
    facts.push('But        it was still bad then: if its next result is bad too, a new incident opens');
  const output = notice.worst.flatMap((host) => ['', ...hostOutput(host)]);
  const steps = nextSteps(plan, notice);
  return [...facts, ...output, ...(steps.length > 0 ? ['', ...steps] : [])];
}

/** Why a contact is told of what is known already. */
function whyText(notice: Notice, timeZone: string, now: Iso): string | undefined {
  const reason = reasonOf(notice, timeZone, now);
  switch (notice.kind) {
    case 'escalation':
      return `ESCALATED, level ${notice.level}: ${reason}`;
    case 'reminder':
    case 'update':
    case 'flapping-start':
    case 'flapping-end':
      return reason;
    default:
      return undefined;
  }
}

function whereText({ kind, by, worst, troubled, population }: Notice): string {
  if (kind === 'recovery' && by === undefined)
    return population === 1 ? '1 host' : `all of ${population} hosts that answered`;
  const hosts = worst.filter(({ host }) => host !== '');
  if (hosts.length === 0) return worst[0]?.name ?? shareOf(troubled, population);
  const names = hosts.map(({ host, name }) => (name === host ? name : `${name} (${host})`));
  const more = troubled - names.length;
  return `${shareOf(troubled, population)}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function hostOutput({ name, status, text, longText }: TroubledHost): string[] {
  const lines = longText === '' ? [text] : [text, ...longText.split('\n')];
  return [`${name} says ${status}:`, ...lines.map((line) => `    ${line}`)];
}

function nextSteps(plan: Plan, notice: Notice): string[] {
  if (!isPage(notice)) return [];
  const host = notice.worst.find((troubled) => troubled.host !== '')?.host;
  const source = plan.checks[notice.check]?.source;
  const look = source?.kind === 'host' ? [`    ${source.look}`] : [];
  return [
    ...(host ? ['To look further:', `    aws ssm start-session --target ${host}`, ...look] : []),
    `To acknowledge${consequence(plan, notice)}:`,
    `    rounds ack ${notice.incident} --stack Rounds-${plan.platform.id}`,
  ];
}

/** What happens if nobody does. */
function consequence({ priorities, roles }: Plan, { priority, level }: Notice): string {
  const levels = priorities[priority]?.levels ?? [];
  const minutes = levels[level - 1]?.acknowledgeMinutes;
  if (minutes === undefined) return '';
  const titles = levels[level]?.tell.map((role) => roles[role]?.title ?? role);
  const what = titles ? `${listed(titles)} ${titles.length === 1 ? 'is' : 'are'} told` : 'you are told again';
  return `, or ${what} in ${counted(minutes, 'minute')}`;
}
