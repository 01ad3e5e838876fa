import type { Activity } from './activity.ts';
import type { LocalAlarms } from './alarms.ts';
import type { LocalClock } from './clock.ts';
import type { LocalDynamodb } from './dynamodb.ts';
import type { LocalEventBus } from './events.ts';
import type { TableKeys } from './iam/dynamodb-requests.ts';
import type { LocalIam } from './iam/local-iam.ts';
import type { LambdaFunction, LambdaRuntimeProps } from './lambda.ts';
import type { AsyncInvoker } from './lambda-async.ts';
import type { MetricStore } from './metric-store.ts';
import type { LocalQueue } from './queue.ts';
import type { LocalScheduler } from './scheduler.ts';
import type { LocalSns } from './sns.ts';
import type { LocalSsm } from './ssm.ts';
import type { Targets } from './targets.ts';
import type { Timers } from './timers.ts';

/** Where the cloud pretends to be. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** Everything that resources are made in. */
export interface Services {
  readonly place: Place;
  readonly clock: LocalClock;
  readonly timers: Timers;
  readonly activity: Activity;
  readonly iam: LocalIam;
  /** By the table's name. */
  readonly tableKeys: Map<string, TableKeys>;
  /** ARN of the key of each encrypted topic, by the topic's ARN. */
  readonly topicKeys: Map<string, string>;
  readonly dynamodb: LocalDynamodb;
  readonly ssm: LocalSsm;
  readonly sns: LocalSns;
  readonly store: MetricStore;
  readonly alarms: LocalAlarms;
  readonly bus: LocalEventBus;
  readonly scheduler: LocalScheduler;
  readonly targets: Targets;
  /** By ARN. */
  readonly queues: Map<string, LocalQueue>;
  /** By ARN and by name, since a template refers to a function by either. */
  readonly functions: Map<string, { readonly lambda: LambdaFunction; readonly invoker: AsyncInvoker }>;
  readonly lambdaRuntime: LambdaRuntimeProps;
  /** Folder of the synthesized app, which holds the functions' code. */
  readonly assetsFolder: string;
}

/** @throws {Error} when the template names something that it does not hold */
export function required<T>(found: T | undefined, what: string, name: string): T {
  if (found !== undefined) return found;
  throw new Error(`there is no ${what} ${name} in the template`);
}
