import { ageText } from '../../functions/core/age.ts';
import type { Mailbox } from '../../functions/core/mailbox.ts';
import type { Round } from '../../functions/core/round.ts';
import { exitCodeOf } from '../../functions/core/status.ts';
import { clockText, type Iso } from '../../functions/core/time.ts';
import { counted } from '../../functions/core/words.ts';
import { partition } from '../../functions/flow/keys.ts';
import { readAlerts } from '../../functions/flow/surroundings.ts';
import { openIncidentOf, type ParkedReport, parkedReports } from './alert-reports.ts';
import type { Connection } from './connection.ts';
import type { Outcome } from './outcome.ts';
import { type CheckState, checkStates, newestRoundOfEach } from './platform-state.ts';
import { paint, parkedText, showIncidents } from './show.ts';
import { askedFor, readSignOffs, signOffText } from './sign-offs.ts';
import { silenceText } from './silence.ts';
import { readSilences } from './silence-item.ts';
import { readLateSlots, standingOf } from './standing.ts';

/** What waits for one contact because too much was sent already, or SNS did not take it. */
interface MailboxReport {
  readonly contact: string;
  readonly waiting: number;
}

/** More contacts than these are not looked at. */
const contactsLimit = 1_000;

/** All that the table knows of now: rounds, checks, incidents, what waits, what is silent; the exit code is a plugin's. */
export async function status(connection: Connection, timeZone: string): Promise<Outcome> {
  const { table, place, now } = connection;
  const at = now();
  const alerts = await readAlerts(table);
  const rounds = await newestRoundOfEach(table);
  const checks = checkStates(alerts, rounds);
  const incidents = alerts.flatMap((alert) => openIncidentOf(alert) ?? []);
  const parked = alerts.flatMap(parkedReports);
  const signOffs = askedFor(await readSignOffs(connection));
  const silences = (await readSilences(connection)).filter(({ isInForce }) => isInForce);
  const mailboxes = (await table.query<Mailbox>({ pk: partition.mailbox, limit: contactsLimit })).flatMap(
    ({ body }): MailboxReport[] =>
      body.letters.length > 0 ? [{ contact: body.contact, waiting: body.letters.length }] : [],
  );
  const standing = standingOf({ checks, incidents, late: await readLateSlots(table, at) }, timeZone);
  const lines = [
    `${place}, ${clockText(at, timeZone)}: ${paint[standing.status](standing.status)}, ${standing.text}`,
    ...section(
      'Rounds',
      rounds.map((round) => roundText(round, timeZone)),
      'no round yet',
    ),
    ...section('Checks', checkTexts(checks, at), 'no result yet'),
    ...section('Incidents', incidents.length > 0 ? showIncidents(incidents, timeZone) : [], 'none is open'),
    ...section(
      'To be told',
      parked.map((each) => waitingText(each, timeZone)),
      'nothing waits',
    ),
    ...section(
      'Sign-offs',
      signOffs.map((each) => signOffText(each, at, timeZone)),
      'nothing is asked for',
    ),
    ...section(
      'Silences',
      silences.map((each) => silenceText(each, timeZone)),
      'none is in force',
    ),
    ...section('Held back', mailboxes.map(mailboxText), 'nothing: every message that was due is sent'),
  ];
  return {
    isDone: true,
    exitCode: exitCodeOf[standing.status],
    lines,
    data: {
      place,
      at,
      ...standing,
      rounds: rounds.map(roundData),
      checks,
      incidents,
      parked,
      signOffs,
      silences,
      mailboxes,
    },
  };
}

function section(title: string, lines: readonly string[], empty: string): string[] {
  return ['', title, ...(lines.length > 0 ? lines : [`  ${empty}`])];
}

/** Without what only Rounds itself needs. */
function roundData(round: Round) {
  const { routine, slot, status, requestedBy, note } = round;
  return {
    ...{ routine, slot, status },
    ...(requestedBy && { requestedBy }),
    ...(note && { note }),
    ...('reason' in round && { reason: round.reason }),
    ...(round.status === 'collected' && { hosts: round.summary.hosts }),
  };
}

function roundText(round: Round, timeZone: string): string {
  const { routine, slot, status } = round;
  const head = `  ${routine}  ${clockText(slot, timeZone)}  ${status}`;
  if ('reason' in round) return `${head}: ${round.reason}`;
  if (round.status !== 'collected') return head;
  const { answered, lost, gone, missing } = round.summary.hosts;
  const others = Object.entries({ lost, gone, missing }).flatMap(([what, count]) =>
    count > 0 ? `${count} ${what}` : [],
  );
  return `${head}: ${[`${answered} answered`, ...others].join(', ')}`;
}

/** What is not well, line by line, and how many are. */
function checkTexts(checks: readonly CheckState[], now: Iso): string[] {
  const bad = checks.filter(({ status, incident }) => status !== 'OK' || incident !== undefined);
  const well = checks.length - bad.length;
  const lines = bad.map((state) => {
    const { check, status, since, headline, soft, incident } = state;
    const age = since ? ` for ${ageText(since, now)}` : '';
    const doubt = soft ? `; not an incident yet: ${soft.attempt} of ${counted(soft.attempts, 'bad result')}` : '';
    const open = incident === undefined ? '' : `; ${incident || 'its incident'} is open`;
    const painted = status === 'PENDING' ? status : paint[status](status);
    return `  ${painted}  ${check}${age}${headline ? `: ${headline}` : ''}${doubt}${open}`;
  });
  return checks.length === 0 ? [] : [...lines, `  ${counted(well, 'check')} OK`];
}

function waitingText(parked: ParkedReport, timeZone: string): string {
  const { incident, priority, kind, title } = parked;
  return `  ${incident || '(no number yet)'}  ${priority}  ${kind}  ${title}; ${parkedText(parked, timeZone)}`;
}

function mailboxText({ contact, waiting }: MailboxReport): string {
  return `  ${contact}: ${counted(waiting, 'message')}, told in the next one`;
}
