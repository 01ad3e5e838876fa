import type { Plan } from '../plan.ts';
import type { Round } from '../round.ts';
import type { Iso } from '../time.ts';
import { lineOf, moreThan } from './bounds.ts';
import type { Block } from './document.ts';
import { byTime } from './incident-notes.ts';
import type { IncidentRecord, ReportRecords } from './records.ts';
import { clockOf, isWithin } from './report-clock.ts';
import { signatureVerb } from './signed.ts';

/** Actions that are listed. */
const shownActions = 100;

/** Runs of one job that are listed one by one; of more they are counted. */
const shownRuns = 3;

interface Action {
  readonly at: Iso;
  readonly text: string;
}

/** What people and jobs have done, in the order of time. */
export function actionsBlocks(plan: Plan, records: ReportRecords): Block[] {
  const { incidents, silences, signOffs, rounds, period } = records;
  const clock = clockOf(plan, period);
  const byPeople: Action[] = [
    ...incidents.flatMap(incidentActions),
    ...silences.flatMap(({ from, by, checks, until, ended, reason }): Action[] => {
      const what = checks.length === 0 ? 'all checks' : lineOf(checks.join(', '));
      const planned = clock(ended?.planned ?? until);
      const begin = { at: from, text: `${lineOf(by)} silenced ${what} until ${planned}: ${lineOf(reason)}` };
      const end = ended && { at: until, text: `${lineOf(ended.by)} ended the silence of ${what}` };
      return end ? [begin, end] : [begin];
    }),
    ...signOffs.flatMap(({ title, signatures }) =>
      signatures.map((signature) => {
        const { at, by, note } = signature;
        const said = note === '' ? '' : `: ${lineOf(note)}`;
        return { at, text: `${lineOf(by)} ${signatureVerb(signature)} ${lineOf(title)}${said}` };
      }),
    ),
    ...rounds.flatMap((round) => requestedRound(plan, round)),
  ];
  const byJobs = jobRuns(
    plan,
    rounds.filter(({ slot }) => isWithin(slot, period)),
  );
  // Where not all find room, what people did does.
  const done = [...byPeople.toSorted(byTime), ...byJobs.toSorted(byTime)].filter(({ at }) => isWithin(at, period));
  const lines = done
    .slice(0, shownActions)
    .toSorted(byTime)
    .map(({ at, text }) => `${clock(at)} ${text}`);
  return [{ kind: 'list', items: [...lines, ...moreThan(done.length, shownActions)] }];
}

/** Acknowledgements and resolutions by people, and what they wrote. */
function incidentActions({ head, notices, notes }: IncidentRecord): Action[] {
  const name = `${head.number} (${lineOf(head.title)})`;
  const done = notices.flatMap(({ by, at, kind }) => {
    if (by === undefined) return [];
    return [{ at, text: `${lineOf(by)} ${kind === 'acknowledgement' ? 'acknowledged' : 'resolved'} ${name}` }];
  });
  const written = notes.map(({ by, at, about, text }) => {
    const what = about === 'note' ? 'a note' : `${about === 'impact' || about === 'action' ? 'an' : 'a'} ${about}`;
    return { at, text: `${lineOf(by)} wrote ${what} to ${name}: ${lineOf(text)}` };
  });
  return [...done, ...written];
}

/** A recheck that mends has the check that asked for it; it stands among the jobs. */
function requestedRound({ routines }: Plan, { routine, slot, requestedBy, recheck }: Round): Action[] {
  if (requestedBy === undefined || recheck) return [];
  const title = routines[routine]?.title ?? routine;
  return [{ at: slot, text: `${lineOf(requestedBy)} asked for a round of ${title}` }];
}

/** Jobs that ran, remedies among them; of one that ran often, how often and how it went. */
function jobRuns({ checks }: Plan, rounds: readonly Round[]): Action[] {
  const runs = new Map<string, (Action & { readonly status: string })[]>();
  for (const round of rounds) {
    if (round.status !== 'collected') continue;
    for (const [id, { status, text }] of Object.entries(round.summary.verdicts)) {
      const check = checks[id];
      if (check?.source.kind !== 'host' || check.source.changes === undefined) continue;
      const why = round.recheck && round.requestedBy ? `, asked for by ${lineOf(round.requestedBy)}` : '';
      const run = { at: round.sentAt, status, text: `${check.title} ran${why}: ${status}: ${lineOf(text)}` };
      runs.set(id, [...(runs.get(id) ?? []), run]);
    }
  }
  return [...runs].flatMap(([id, each]): Action[] => {
    const [first] = each;
    if (!first || each.length <= shownRuns) return each;
    const failed = each.filter(({ status }) => status !== 'OK');
    const well = failed.length === 0 ? 'all OK' : `${each.length - failed.length} of them OK`;
    const text = `${checks[id]?.title ?? id} ran ${each.length} times, ${well}`;
    return [{ at: first.at, text }, ...failed.slice(0, shownRuns)];
  });
}
