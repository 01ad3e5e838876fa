import { Activity } from './activity.ts';
import { LocalAlarms } from './alarms.ts';
import { LocalClock } from './clock.ts';
import { LocalCloud } from './cloud.ts';
import { LocalCloudwatch } from './cloudwatch.ts';
import { LocalDynamodb } from './dynamodb.ts';
import { LocalEventBus } from './events.ts';
import { Gateway, type Intercept } from './gateway.ts';
import { MetricStore } from './metric-store.ts';
import { startMinutes } from './minute.ts';
import { awsJson, awsQuery } from './protocols.ts';
import { provision, readTemplate } from './provision.ts';
import { LocalScheduler } from './scheduler.ts';
import type { Place, Services } from './services.ts';
import { LocalSns } from './sns.ts';
import type { HostSource } from './ssm/host.ts';
import { LocalSsm } from './ssm.ts';
import { Targets } from './targets.ts';
import { Timers } from './timers.ts';

export interface LocalCloudProps {
  /** The stack's CloudFormation template, parsed. */
  readonly template: unknown;
  /** Folder of the synthesized app, which holds the functions' code. */
  readonly assetsFolder: string;
  readonly hosts: HostSource;
  /** @default us-east-1 */
  readonly region?: string;
  /** @default a free port */
  readonly port?: number;
  /** @default real time */
  readonly clock?: LocalClock;
  /** Sees every API call before it is applied, and decides what becomes of it. */
  readonly intercept?: Intercept;
}

/** Stands before every physical name. */
const stackName = 'Rounds';

/** Serves what a template asks for on 127.0.0.1. */
export async function startLocalCloud(props: LocalCloudProps): Promise<LocalCloud> {
  const place = { region: props.region ?? 'us-east-1', accountId: '000000000000' };
  const read = readTemplate(props.template, stackName, place);
  const clock = props.clock ?? new LocalClock();
  const activity = new Activity();
  const parts = { ...makeServices(place, clock, activity, props.hosts), dynamodb: await LocalDynamodb.start() };
  const gateway = makeGateway(parts, props.intercept);
  const endpoint = await gateway.listen(props.port).catch(async (error: unknown) => {
    await parts.dynamodb.close();
    throw error;
  });
  const services: Services = {
    ...parts,
    assetsFolder: props.assetsFolder,
    lambdaRuntime: { clock, activity, keys: gateway.keys, store: parts.store, region: place.region, endpoint },
  };
  const cloud = new LocalCloud(services, gateway, endpoint, read);
  try {
    await provision(read, services);
  } catch (error) {
    await cloud.close();
    throw error;
  }
  startMinutes(services);
  return cloud;
}

type Parts = Omit<Services, 'assetsFolder' | 'lambdaRuntime'>;

function makeServices(place: Place, clock: LocalClock, activity: Activity, hosts: HostSource): Omit<Parts, 'dynamodb'> {
  const timers = new Timers(clock);
  const store = new MetricStore();
  const sns = new LocalSns({ clock });
  const bus = new LocalEventBus({ clock, ...place });
  return {
    place,
    clock,
    timers,
    activity,
    store,
    sns,
    bus,
    ssm: new LocalSsm({ clock, hosts, activity, emit: (event) => bus.put(event) }),
    alarms: new LocalAlarms({
      clock,
      store,
      ...place,
      publish: (TopicArn, Subject, message) => sns.publish({ TopicArn, Subject, Message: JSON.stringify(message) }),
    }),
    scheduler: new LocalScheduler({ clock, timers }),
    targets: new Targets(),
    queues: new Map(),
    functions: new Map(),
  };
}

function makeGateway({ clock, activity, ssm, dynamodb, sns, store }: Parts, intercept: Intercept | undefined): Gateway {
  return new Gateway({
    clock,
    activity,
    intercept,
    services: {
      ssm: { service: ssm, protocol: awsJson('1.1') },
      dynamodb: { service: dynamodb, protocol: awsJson('1.0') },
      sns: { service: sns, protocol: awsQuery('http://sns.amazonaws.com/doc/2010-03-31/') },
      monitoring: { service: new LocalCloudwatch({ clock, store }), protocol: awsJson('1.0') },
    },
  });
}
