import { type Reported, reportedIn } from '../metric-answer.ts';
import type { Figure, ReportPart, Statistic } from '../plan.ts';
import type { Round } from '../round.ts';
import { counted } from '../words.ts';
import type { Block, Field } from './document.ts';
import type { ReportRecords } from './records.ts';
import { isWithin } from './report-clock.ts';
import { statisticOf, valueText } from './statistic.ts';

/** A line for each figure; of one that no host has reported it says why. */
export function figuresBlocks({ figures }: Extract<ReportPart, { kind: 'figures' }>, records: ReportRecords): Block[] {
  const rounds = records.rounds.filter(({ slot }) => isWithin(slot, records.period));
  return [{ kind: 'fields', fields: figures.map((figure) => fieldOf(figure, rounds)) }];
}

function fieldOf({ label, check, metric, statistic }: Figure, rounds: readonly Round[]): Field {
  const reported = reportedIn(rounds, check, metric);
  const value = statisticOf(reported, statistic);
  if (!value) {
    const why =
      reported.length === 0 ? 'no round was collected' : `no host reported it in ${counted(reported.length, 'round')}`;
    return { label, value: `not known: ${why}`, status: 'UNKNOWN' };
  }
  return { label, value: [valueText(value), ...remarksOn(statistic, value.count, reported)].join(', ') };
}

/** Of which hosts it is, where there are several, and what has not been reported. */
function remarksOn(statistic: Statistic, hosts: number, reported: readonly Reported[]): string[] {
  const isOfNewest = statistic === 'latest' || statistic === 'total';
  if (!isOfNewest) {
    const known = reported.filter(({ distribution }) => distribution).length;
    return known < reported.length ? [`reported in ${known} of ${counted(reported.length, 'round')}`] : [];
  }
  const which = statistic === 'latest' ? 'the highest' : 'the sum';
  const since = reported.length - 1 - reported.findLastIndex(({ distribution }) => distribution);
  return [
    ...(hosts > 1 ? [`${which} of ${hosts} hosts`] : []),
    ...(since > 0 ? [`not reported in the ${counted(since, 'round')} since`] : []),
  ];
}
