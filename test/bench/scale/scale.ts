import type { Assembly } from '../../../lib/synthesize.ts';
import { contactCount } from '../bench-runbook.ts';
import { figureTable } from '../figure-table.ts';
import type { Figure, NamedPromise } from '../figures.ts';
import { counted, shown } from '../text-table.ts';
import { scaleFigures, stormFigures } from './scale-figures.ts';
import { runScaleRound, type ScaleCost } from './scale-round.ts';
import { answerSeconds } from './timed-hosts.ts';
import { wireNotes } from './wire.ts';

/** What rounds of many hosts have cost, in the shape of `--json`. */
export interface ScaleReport {
  readonly checks: number;
  readonly rounds: readonly ScaleCost[];
  readonly storms: readonly ScaleCost[];
  readonly figures: readonly Figure[];
  readonly stormFigures: readonly Figure[];
}

export interface ScaleProps {
  readonly assembly: Assembly;
  readonly checks: number;
  readonly hosts: readonly number[];
  /** How much faster than in real time the services and the hosts are, and the functions' clocks with them. */
  readonly speed: number;
}

/** For minutes, as a check does that waits for a disk that is gone. Not for whole ones: no tick comes at its end. */
const hangSeconds = 130;

/** The most that a round is to cope with: it takes a quarter of an hour and more, so only who asks for it gets it. */
const mostHosts = 100_000;

/** Most hosts of which all fail at once. */
const stormLimit = 10_000;

/** So that the first page of one round is not waited for while the processes of the next one start. */
const staggerMs = 15_000;

/** Runs rounds side by side, each with services and functions in processes of its own. */
export async function measureScale({ assembly, checks, hosts, speed }: ScaleProps): Promise<ScaleReport> {
  // Those that take longest begin.
  const counts = hosts.toSorted((one, other) => other - one);
  const storm = counts.find((count) => count <= stormLimit);
  const wanted = [
    ...counts.map((count) => ({ hosts: count, scenario: 'one fails' as const })),
    ...(storm === undefined ? [] : [{ hosts: storm, scenario: 'all fail' as const }]),
  ];
  const costs = await Promise.all(
    wanted.map(async (round, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * staggerMs));
      return runScaleRound(assembly, { ...round, hangSeconds, speed, isReal: true });
    }),
  );
  const rounds = costs.filter(({ scenario }) => scenario === 'one fails').reverse();
  const storms = costs.filter(({ scenario }) => scenario === 'all fail');
  return {
    checks,
    rounds,
    storms,
    figures: scaleFigures(rounds),
    stormFigures: stormFigures(storms, checks, contactCount),
  };
}

export function scaleText({ checks, rounds, storms, figures, stormFigures }: ScaleReport): string[] {
  const heads = (costs: readonly ScaleCost[]) => costs.map(({ hosts }) => counted(hosts, 'host'));
  const speeds = [...new Set(rounds.map(({ speed }) => speed))];
  const { well, failing } = answerSeconds;
  return [
    ...figureTable(`A round of ${counted(checks, 'check')} on the wire`, [heads(rounds)], figures),
    '',
    ...(storms.length > 0
      ? [...figureTable('Every check critical on every host at once', [heads(storms)], stormFigures), '']
      : []),
    `Of the hosts of the first table one fails after ${failing} s, one hangs for ${hangSeconds} s, and the others answer ` +
      `within ${well[0]} to ${well[1]} s; a tick comes every minute.`,
    ...speeds.map((speed) =>
      speed === 1
        ? 'Services and hosts were simulated in real time.'
        : `Services, hosts and the functions' clocks ran ${shown(speed)} times as fast as in real time, the processor did ` +
          `not: what a function computes counts ${shown(speed)} times.`,
    ),
    ...(rounds.some(({ hosts }) => hosts >= mostHosts)
      ? []
      : [`A round of ${shown(mostHosts)} hosts was not run: npm run bench -- --hosts ${mostHosts}`]),
    ...wireNotes(),
  ];
}

export function scalePromises({ figures, stormFigures }: ScaleReport): NamedPromise[] {
  return [
    ...figures.map(({ name, promise }) => ({ name: `round on the wire, ${name}`, promise })),
    ...stormFigures.map(({ name, promise }) => ({ name: `all hosts critical, ${name}`, promise })),
  ];
}
