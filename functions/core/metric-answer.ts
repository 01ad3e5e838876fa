import { type Answer, measured } from './answer.ts';
import { type Distribution, meanOf, merged, quantile } from './distribution.ts';
import type { MetricQuestion } from './plan.ts';
import type { Round } from './round.ts';
import type { Iso } from './time.ts';
import { formatValue } from './units.ts';
import { counted } from './words.ts';

/** A round that has judged a check, and what its hosts reported of a metric. */
export interface Reported {
  readonly slot: Iso;
  readonly at: Iso;
  /** Hosts that should have reported it: those that answered, and those that are lost. */
  readonly hosts: number;
  readonly distribution: Distribution | undefined;
}

/** What rounds know of a metric, in their order. Rechecks do not count: they ask the bad hosts more often than the good. */
export function reportedIn(rounds: readonly Round[], check: string, metric: string): Reported[] {
  return rounds.flatMap((round) => {
    if (round.status !== 'collected' || round.recheck || !Object.hasOwn(round.summary.verdicts, check)) return [];
    const distribution = round.summary.distributions?.[check]?.[metric];
    const { answered, lost } = round.summary.hosts;
    const known = distribution?.count ? distribution : undefined;
    return [{ slot: round.slot, at: round.sentAt, hosts: answered + lost, distribution: known }];
  });
}

/**
 * What a metric was like over all hosts and rounds. Median and p95 are by nearest rank, with an error of at most 2 %;
 * the others are exact. UNKNOWN where no host has reported it.
 * @param rounds those of the window, the oldest first
 * @param title of the check that reports the metric
 */
export function metricAnswer(
  { check, metric, hours }: MetricQuestion,
  rounds: readonly Round[],
  title: string,
): Answer {
  const reported = reportedIn(rounds, check, metric);
  const all = merged(reported.flatMap(({ distribution }) => distribution ?? []));
  if (!all) {
    const asked = reported.length === 0 ? 'no round has asked for it' : `not in ${counted(reported.length, 'round')}`;
    return {
      status: 'UNKNOWN',
      text: `${title}: no host reported ${metric} in the last ${hours} h, ${asked}`,
      metrics: [],
    };
  }
  const metrics = [
    measured('mean', meanOf(all), all.unit),
    measured('median', quantile(all, 0.5), all.unit),
    measured('p95', quantile(all, 0.95), all.unit),
    measured('least', all.least, all.unit),
    measured('most', all.most, all.unit),
  ];
  const told = metrics.map(({ label, value, unit }) => `${label} ${formatValue(value, unit)}`).join(', ');
  const text = `${title}, ${metric} of the last ${hours} h: ${told} (${counted(all.count, 'value')})`;
  return { status: 'OK', text, metrics };
}
