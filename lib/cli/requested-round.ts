import { fleetCheck, roundCheck } from '../../functions/core/observations.ts';
import type { Plan } from '../../functions/core/plan.ts';
import { roundName, routineOf, type SendingRound } from '../../functions/core/round.ts';
import { readAlerts } from '../../functions/flow/surroundings.ts';
import { openIncidentOf } from './alert-reports.ts';
import { askForRound, followRound } from './ask-round.ts';
import type { Connection } from './connection.ts';
import { interruption } from './interruption.ts';
import { type RunReport, readResults, readRoundReport } from './records.ts';
import { print, showIncidents, showRound } from './show.ts';

export interface RequestedRound {
  readonly connection: Connection;
  readonly plan: Plan;
  readonly routine: string;
  readonly requestedBy: string;
}

export interface RequestOptions {
  readonly isQuiet: boolean;
  readonly wait: boolean;
  readonly progress: (text: string) => void;
}

/**
 * Asks for a round where a platform runs, waits for its end, and prints it.
 * @returns the exit code
 */
export async function runOnRequest(
  request: RequestedRound,
  { isQuiet, wait, progress }: RequestOptions,
): Promise<number> {
  const { connection, plan, routine, requestedBy } = request;
  const asked = await askForRound(connection, routine, requestedBy);
  const name = roundName(asked);
  if (!wait) {
    const data = { routine, slot: asked.slot, requestedBy };
    print([isQuiet ? JSON.stringify(data, null, 2) : `${name} is asked for; the tick sends it within a minute.`]);
    return 0;
  }
  try {
    await followRound(connection, plan, asked, { progress, signal: interruption() });
  } catch (error) {
    process.stderr.write(`rounds: ${name} goes on, on ${connection.place}; only the watching has ended.\n`);
    throw error;
  }
  const report = await reportOf(request, asked);
  const { rounds, results, incidents } = report;
  print(
    isQuiet
      ? [JSON.stringify(report, null, 2)]
      : [
          '',
          ...rounds.flatMap((round) => showRound(round, results, plan.timeZone)),
          '',
          ...showIncidents(incidents, plan.timeZone),
        ],
  );
  return rounds.every(({ status }) => status === 'collected') ? 0 : 1;
}

/** The round, and the incidents that are open of what it asked for. Who was told, only SNS knows. */
async function reportOf(
  { connection: { table }, plan, routine }: RequestedRound,
  asked: SendingRound,
): Promise<Omit<RunReport, 'notifications'>> {
  const round = await readRoundReport(table, plan, asked);
  if (!round) throw new Error(`${roundName(asked)} is not in the table any more; somebody has removed it.`);
  const { checks, fleet } = routineOf(plan, routine);
  const asks = [...checks, roundCheck(routine), ...(fleet === undefined ? [] : [fleetCheck(fleet)])];
  const incidents = (await readAlerts(table)).flatMap((alert) => openIncidentOf(alert) ?? []);
  return {
    rounds: [round],
    results: await readResults(table, plan, round),
    incidents: incidents.filter(({ check }) => asks.includes(check)),
  };
}
