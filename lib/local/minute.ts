import type { LocalQueue } from './queue.ts';
import type { Services } from './services.ts';

const minuteMs = 60_000;

type MinuteServices = Pick<Services, 'clock' | 'timers' | 'store' | 'alarms' | 'queues'>;

/** At every full minute of the cloud's clock: puts the metrics of AWS/SQS, then evaluates the alarms. */
export function startMinutes(services: MinuteServices): void {
  const { clock, timers, alarms, queues } = services;
  const arm = (at: number) =>
    timers.schedule(at, () => {
      arm(at + minuteMs);
      for (const queue of queues.values()) measure(queue, at, services);
      alarms.evaluate();
    });
  arm((Math.floor(clock.now() / minuteMs) + 1) * minuteMs);
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
function measure(queue: LocalQueue, minute: number, { store }: MinuteServices): void {
  // The last instant of the minute that has ended: the alarms look at nothing later.
  const at = minute - 1;
  const put = (name: string, value: number) =>
    store.addValue({ namespace: 'AWS/SQS', name, dimensions: { QueueName: queue.name } }, at, value);
  put('ApproximateNumberOfMessagesVisible', queue.visible.length);
  put('ApproximateAgeOfOldestMessage', Math.max(0, at - (queue.oldestSentAt ?? at)) / 1_000);
}
