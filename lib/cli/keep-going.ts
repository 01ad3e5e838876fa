import { setTimeout } from 'node:timers/promises';
import { onDemand, type Plan } from '../../functions/core/plan.ts';
import { roundName } from '../../functions/core/round.ts';
import { nextSlot } from '../../functions/core/slots.ts';
import { clockText, type Iso, isoOf } from '../../functions/core/time.ts';
import type { Demo } from './demo.ts';
import { beat } from './heartbeat.ts';
import { endedRounds, notificationsOf, readResults } from './records.ts';
import { print, showNotifications, showRound } from './show.ts';

const newsIntervalMs = 1_000;

/** Lets the schedules fire in real time, and shows each round and message when it comes, until the signal aborts. */
export async function keepGoing(demo: Demo, signal: AbortSignal): Promise<void> {
  const { cloud, plan, table } = demo;
  const shown = new Set(cloud.sns.deliveries.map(({ messageId }) => messageId));
  for (const round of await endedRounds(table, plan)) shown.add(roundName(round));
  await beat(cloud);
  print([
    '',
    'The schedules go on; Ctrl-C ends. From another terminal, without --stack: npx rounds status, ack, silence ...',
    'Next:',
    ...showNextSlots(plan, isoOf(cloud.clock.now())),
  ]);
  cloud.run();
  while (!signal.aborted) {
    await showNews(demo, shown);
    await setTimeout(newsIntervalMs, undefined, { signal }).catch(() => {});
  }
}

/** A line for each routine, the soonest first. */
export function showNextSlots(plan: Plan, now: Iso): string[] {
  return Object.values(plan.routines)
    .flatMap(({ title, schedule }) =>
      schedule === onDemand ? [] : [{ title, slot: nextSlot(schedule, plan.calendar, plan.timeZone, now) }],
    )
    .sort((one, other) => Date.parse(one.slot) - Date.parse(other.slot))
    .map(({ title, slot }) => `  ${clockText(slot, plan.timeZone)}  ${title}`);
}

async function showNews({ cloud, plan, table }: Demo, shown: Set<string>): Promise<void> {
  for (const round of await endedRounds(table, plan)) {
    if (shown.has(roundName(round))) continue;
    shown.add(roundName(round));
    print(['', ...showRound(round, await readResults(table, plan, round), plan.timeZone)]);
  }
  const fresh = cloud.sns.deliveries.filter(({ messageId }) => !shown.has(messageId));
  for (const { messageId } of fresh) shown.add(messageId);
  print(showNotifications(notificationsOf(fresh)));
}
