import type { Notice } from './alert.ts';
import { cleanText } from './clean.ts';
import { nextSteps } from './next-steps.ts';
import type { Plan } from './plan.ts';
import { isOver, lineOf, nameOf, type Story } from './story.ts';
import type { Iso } from './time.ts';

/** Further incidents that a chat shows in a line each. */
const shownOthers = 10;

/** Characters of output that a chat shows: enough to know, little enough to be read there. */
const outputCharacters = 1_500;

/**
 * The message for chat and paging tools, as JSON: in the schema of custom notifications by which Amazon Q Developer in
 * chat applications brings it into Slack and Teams, with what a machine asks for as texts in `additionalContext`.
 * @param subject that of the email
 * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export function chatText(
  plan: Plan,
  contact: string,
  subject: string,
  [first, ...others]: readonly [Story, ...Story[]],
  now: Iso,
): string {
  const { notice } = first;
  const { incident, priority, kind, worst } = notice;
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    id: nameOf(notice),
    content: {
      textType: 'client-markdown',
      title: plain(subject),
      description: descriptionOf(plan, first, others, now),
      nextSteps: [...stepsOf(plan, first), plain(`The procedure: ${plan.procedureUrl}`)],
      keywords: [priority, plan.platform.name, incident].map(plain),
    },
    metadata: {
      threadId: incident,
      summary: plain(subject),
      eventType: kind,
      relatedResources: worst.map(({ host }) => host).filter((host) => host !== ''),
      additionalContext: contextOf(plan, contact, first, others),
    },
  });
}

function descriptionOf(plan: Plan, { notice, earlier }: Story, others: readonly Story[], now: Iso): string {
  const meaning = plan.priorities[notice.priority]?.meaning;
  const before = earlier.map((each) => `Before: ${each.priority} ${lineOf(each, plan, now)}`);
  const more = others.slice(0, shownOthers).map((each) => `${each.notice.incident}: ${lineOf(each.notice, plan, now)}`);
  const left = others.length - more.length;
  const lines = [
    lineOf(notice, plan, now),
    `${notice.priority}${meaning === undefined ? '' : `: ${meaning}`}`,
    ...before,
    ...more,
    ...(left > 0 ? [`and ${left} more`] : []),
  ];
  // What was said before it was over would look as if it still were so.
  const said = isOver(notice) ? [] : notice.worst.map(({ name, status, text }) => `${name} ${status}: ${text}`);
  const output = cleanText(said.join('\n'), outputCharacters);
  return [...lines.map(plain), ...(output === '' ? [] : ['```', escapedOutput(output), '```'])].join('\n');
}

/** Those of the email, each command with what it is for. */
function stepsOf(plan: Plan, { notice }: Story): string[] {
  const steps: string[] = [];
  for (const line of nextSteps(plan, notice)) {
    const command = line.startsWith(' ') ? ` \`${escapedOutput(line.trim())}\`` : undefined;
    if (command === undefined) steps.push(plain(line));
    else steps.push(`${steps.pop() ?? ''}${command}`);
  }
  return steps;
}

function contextOf(plan: Plan, contact: string, first: Story, others: readonly Story[]) {
  const { notice, role } = first;
  const { incident, sequence, kind, priority, level, check, title, openedAt, at, by, troubled, population } = notice;
  return {
    ...{ incident, sequence: String(sequence), kind, priority, level: String(level), check, title, openedAt, at },
    ...{ troubled: String(troubled), population: String(population), platform: plan.platform.name },
    ...{ procedure: plan.procedureUrl, contact, role },
    ...(by !== undefined && { by }),
    ...(others.length > 0 && { others: others.map((each) => each.notice.incident).join(', ') }),
    notices: JSON.stringify([first, ...others].flatMap((each) => [...each.earlier, each.notice].map(nameOfNotice))),
  };
}

/** One entry of the records that the message tells of. */
function nameOfNotice({ incident, sequence, kind, priority, check, openedAt, at, round, droppedBefore }: Notice) {
  const dropped = droppedBefore !== undefined && { droppedBefore };
  return { incident, sequence, kind, priority, check, openedAt, at, round, ...dropped };
}

/** Text in which nothing is a link or a mention: Slack's begin with `<`, those of Teams' markdown have `](` in them. */
function plain(text: string): string {
  return escapedOutput(text).replaceAll('](', '] (');
}

/** The same within code, where only its own end has a meaning. */
function escapedOutput(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('`', "'");
}
