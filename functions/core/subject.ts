import { ageText } from './age.ts';
import type { Notice } from './alert.ts';
import type { Plan } from './plan.ts';
import { closingOf, countText, happeningOf, isOver, type Story } from './story.ts';
import type { Iso } from './time.ts';

/** SNS refuses 100 and more: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const subjectLimit = 99;

/** Characters of why there is nothing to do. */
const closingLimit = 50;

/** What is so, where and for how long, for people who read no more of it: the most urgent incident first. */
export function subjectOf(plan: Plan, stories: readonly [Story, ...Story[]], now: Iso): string {
  const [{ notice }] = stories;
  const count = stories.length > 1 ? `${countText(stories)}, first: ` : '';
  const what = `[${notice.priority}] ${plan.platform.name}: ${count}${happeningOf(notice)}`;
  const closing = closingOf(notice, plan, now);
  // Nobody needs the number of what there is nothing to do about.
  if (closing !== '') return subjectText(what, cut(asciiOf(closing), closingLimit));
  const age = ageEnding(notice, now);
  const number = count === '' ? ` (${notice.incident})` : '';
  // What there is no room for is left out in this order: the host, the number, the end of what is so.
  const whole = [`${what}${hostName(notice)}${age}${number}`, `${what}${age}${number}`];
  const fitting = whole.find((text) => asciiOf(text).length <= subjectLimit);
  return fitting === undefined ? subjectText(what, count === '' ? age : '') : subjectText(fitting);
}

/** One line of ASCII that SNS takes as a subject, cut before its ending. */
export function subjectText(text: string, ending = ''): string {
  return cut(asciiOf(text), subjectLimit - ending.length) + ending;
}

/** ` (web-1)`, where it is only one. */
function hostName(notice: Notice): string {
  const [first] = notice.worst;
  return notice.troubled === 1 && !isOver(notice) && first?.host ? ` (${first.name})` : '';
}

/** ` for 15 min`, ` after 2 days`; nothing of what has just begun. */
function ageEnding(notice: Notice, now: Iso): string {
  const age = ageText(notice.openedAt, isOver(notice) ? notice.at : now);
  if (!/^\d/.test(age)) return '';
  return ` ${isOver(notice) ? 'after' : 'for'} ${age.replace(/ minutes?$/, ' min').replace(/ hours?$/, ' h')}`;
}

function asciiOf(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[^\x20-\x7e]/g, '?');
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 3)}...`;
}
