import type { Notice } from './alert.ts';
import { isPage } from './notice.ts';
import { isFleetCheck } from './observations.ts';
import type { Plan } from './plan.ts';
import { counted, listed } from './words.ts';

/** What somebody can do about it, as commands; nothing where nobody has to. */
export function nextSteps(plan: Plan, notice: Notice): string[] {
  if (!isPage(notice)) return [];
  const stack = `--stack Rounds-${plan.platform.id}`;
  return [
    ...lookSteps(plan, notice),
    ...signOffSteps(plan, notice, stack),
    `To acknowledge${consequence(plan, notice)}:`,
    `    rounds ack ${notice.incident} ${stack}`,
  ];
}

function lookSteps(plan: Plan, notice: Notice): string[] {
  const host = notice.worst.find((troubled) => troubled.host !== '')?.host;
  if (!host) return [];
  const start = 'To look further:';
  // No session can be started with an agent that does not answer.
  if (isFleetCheck(notice.check)) {
    return [start, `    aws ssm describe-instance-information --filters Key=InstanceIds,Values=${host}`];
  }
  const source = plan.checks[notice.check]?.source;
  const look = source?.kind === 'host' ? [`    ${source.look}`] : [];
  return [start, `    aws ssm start-session --target ${host}`, ...look];
}

/** An answer ends it, which an acknowledgement does not. */
function signOffSteps(plan: Plan, notice: Notice, stack: string): string[] {
  const source = plan.checks[notice.check]?.source;
  if (source?.kind !== 'sign-off') return [];
  const command = `    rounds signoff ${notice.check}`;
  return [
    'To sign it off, or to say what is wrong with it:',
    `${command}${source.note === 'required' ? ' --note TEXT' : ''} ${stack}`,
    `${command} --problem TEXT ${stack}`,
  ];
}

/** What happens if nobody does. */
function consequence({ priorities, roles }: Plan, { priority, level }: Notice): string {
  const levels = priorities[priority]?.levels ?? [];
  const minutes = levels[level - 1]?.acknowledgeMinutes;
  if (minutes === undefined) return '';
  const titles = levels[level]?.tell.map((role) => roles[role]?.title ?? role);
  const what = titles ? `${listed(titles)} ${titles.length === 1 ? 'is' : 'are'} told` : 'you are told again';
  const isLong = minutes >= 120 && minutes % 60 === 0;
  return `, or ${what} in ${isLong ? counted(minutes / 60, 'hour') : counted(minutes, 'minute')}`;
}
