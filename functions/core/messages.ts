import type { Notice, Recipient } from './alert.ts';
import type { Plan } from './plan.ts';
import { smsText } from './sms.ts';
import type { TroubledHost } from './tally.ts';
import { clockText } from './time.ts';
import { counted, shareOf } from './words.ts';

/** One publish: a text for each protocol. */
export interface Message {
  /** ASCII, under 100 characters, one line. */
  readonly subject: string;
  readonly email: string;
  /** At most 160 GSM characters. */
  readonly sms: string;
  /** JSON for chat and paging tools. */
  readonly https: string;
}

/** SNS refuses 100 and more: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const subjectLimit = 99;

/** What a recipient is told of a notice. */
export function messageOf(plan: Plan, notice: Notice, recipient: Recipient): Message {
  const told = { ...notice, platform: plan.platform.name, procedure: plan.procedureUrl, role: recipient.role };
  return {
    subject: subjectText(`[${notice.priority}] ${plan.platform.name}: ${headlineOf(notice)} (${notice.incident})`),
    email: emailText(plan, notice, recipient),
    sms: smsOf(plan, notice),
    https: JSON.stringify(told),
  };
}

/** One line of ASCII that SNS takes as a subject. */
export function subjectText(text: string): string {
  const ascii = text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[^\x20-\x7e]/g, '?');
  return ascii.length <= subjectLimit ? ascii : `${ascii.slice(0, subjectLimit - 3)}...`;
}

/** What has happened, before anything else. */
function headlineOf({ kind, headline }: Notice): string {
  if (kind === 'recovery') return `RESOLVED ${headline}`;
  return kind === 'rise' ? `WORSE ${headline}` : headline;
}

function smsOf(plan: Plan, notice: Notice): string {
  const { priority, incident, openedAt, at, worst } = notice;
  const since = clockText(openedAt, plan.timeZone, at);
  const line = `${priority} ${incident} ${plan.platform.name}: ${headlineOf(notice)} since ${since}`;
  const [first] = worst;
  return smsText(first ? `${line}. ${first.name}: ${first.text}` : line);
}

function emailText(plan: Plan, notice: Notice, recipient: Recipient): string {
  const { timeZone } = plan;
  const meaning = plan.priorities[notice.priority]?.meaning ?? '';
  const role = plan.roles[recipient.role]?.title ?? recipient.role;
  const facts = [
    `${plan.platform.name}: ${headlineOf(notice)}`,
    '',
    `Incident   ${notice.incident}`,
    `What       ${notice.title} (check ${notice.check})`,
    `Where      ${whereText(notice)}`,
    `Since      ${clockText(notice.openedAt, timeZone)}`,
    `Priority   ${notice.priority}: ${meaning}`,
  ];
  if (notice.kind === 'recovery') facts.push(`Resolved   ${clockText(notice.at, timeZone)}`);
  if (notice.droppedBefore) facts.push(`Before it  ${counted(notice.droppedBefore, 'message')} that could not be sent`);
  const output = notice.worst.flatMap((host) => ['', ...hostOutput(host)]);
  return [...facts, ...output, '', ...nextSteps(plan, notice), '', `You are told as ${role}.`, ''].join('\n');
}

function whereText({ kind, worst, troubled, population }: Notice): string {
  if (kind === 'recovery') return population === 1 ? '1 host' : `all of ${population} hosts that answered`;
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

function nextSteps(plan: Plan, { kind, check, worst }: Notice): string[] {
  const procedure = `The procedure: ${plan.procedureUrl}`;
  const host = worst.find((troubled) => troubled.host !== '')?.host;
  if (kind === 'recovery' || !host) return [procedure];
  const source = plan.checks[check]?.source;
  const session = `    aws ssm start-session --target ${host}`;
  const look = source?.kind === 'host' ? [`    ${source.look}`] : [];
  return ['To look further:', session, ...look, procedure];
}
