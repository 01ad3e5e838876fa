import { Activity } from './activity.ts';
import { LocalAlarms } from './alarms.ts';
import { LocalClock } from './clock.ts';
import { LocalCloud } from './cloud.ts';
import { LocalCloudwatch } from './cloudwatch.ts';
import { LocalDynamodb } from './dynamodb.ts';
import { LocalEventBus } from './events.ts';
import { Gateway, type Intercept } from './gateway.ts';
import { callAuthorizer } from './iam/authorize-call.ts';
import { handedOver } from './iam/hand-over.ts';
import { LocalIam } from './iam/local-iam.ts';
import type { StartThread } from './lambda-worker.ts';
import { MetricStore } from './metric-store.ts';
import { startMinutes } from './minute.ts';
import { awsJson, awsQuery } from './protocols.ts';
import { provision, readTemplate } from './provision.ts';
import { LocalScheduler } from './scheduler.ts';
import type { LocalEvent } from './service.ts';
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
  /**
   * A deployment of the same stack that this one takes the place of. It ends; its items, its clock, its hosts and what runs
   * on them are this one's. Messages in its queues are not.
   */
  readonly before?: LocalCloud;
  /** Sees every API call before it is applied, and decides what becomes of it. */
  readonly intercept?: Intercept;
  /** Runs functions elsewhere. @default in threads of this process */
  readonly startThread?: StartThread;
  /** Puts an event of SSM on the bus, late or not at all: AWS promises neither. @default at once */
  readonly deliver?: (event: LocalEvent, put: (event: LocalEvent) => void) => void;
}

/** Stands before every physical name. */
const stackName = 'Rounds';

/** Serves what a template asks for on 127.0.0.1. */
export async function startLocalCloud(props: LocalCloudProps): Promise<LocalCloud> {
  const place = { region: props.region ?? 'us-east-1', accountId: '000000000000' };
  const { startThread } = props;
  const read = readTemplate(props.template, stackName, place);
  const kept = await props.before?.handOver();
  const { clock = props.clock ?? new LocalClock(), activity = new Activity() } = kept ?? {};
  const dynamodb = kept?.dynamodb ?? (await LocalDynamodb.start());
  const parts = { ...makeServices(place, clock, activity, props, kept?.ssm), dynamodb };
  const gateway = makeGateway(parts, props);
  const endpoint = await gateway.listen(props.port).catch(async (error: unknown) => {
    await parts.dynamodb.close();
    throw error;
  });
  const services: Services = {
    ...parts,
    assetsFolder: props.assetsFolder,
    lambdaRuntime: { ...parts, keys: gateway.keys, region: place.region, endpoint, startThread },
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

function makeServices(
  place: Place,
  clock: LocalClock,
  activity: Activity,
  { hosts, deliver = (event, put) => put(event) }: LocalCloudProps,
  ssm?: LocalSsm,
): Omit<Parts, 'dynamodb'> {
  const timers = new Timers(clock);
  const store = new MetricStore();
  const iam = new LocalIam(place);
  const topicKeys = new Map<string, string>();
  const sns = new LocalSns({ clock });
  const bus = new LocalEventBus({ clock, ...place });
  const emit = (event: LocalEvent) => deliver(event, (delivered) => bus.put(delivered));
  return {
    place,
    clock,
    timers,
    activity,
    iam,
    tableKeys: new Map(),
    topicKeys,
    store,
    sns,
    bus,
    ssm: ssm ?? new LocalSsm({ clock, hosts, activity, emit }),
    alarms: new LocalAlarms({
      clock,
      store,
      ...place,
      publish: (TopicArn, Subject, message) =>
        handedOver({
          iam,
          principal: { kind: 'service', service: 'cloudwatch.amazonaws.com', source: String(message.AlarmArn) },
          arn: TopicArn,
          key: topicKeys.get(TopicArn),
          target: (payload) => sns.publish({ TopicArn, Subject, Message: JSON.stringify(payload) }),
        })(message),
    }),
    scheduler: new LocalScheduler({ clock, timers }),
    targets: new Targets(),
    queues: new Map(),
    functions: new Map(),
  };
}

function makeGateway(parts: Parts, { hosts, intercept }: LocalCloudProps): Gateway {
  const { clock, activity, ssm, dynamodb, sns, store } = parts;
  return new Gateway({
    clock,
    activity,
    intercept,
    authorize: callAuthorizer({ ...parts, hosts }),
    services: {
      ssm: { service: ssm, protocol: awsJson('1.1') },
      dynamodb: { service: dynamodb, protocol: awsJson('1.0') },
      sns: { service: sns, protocol: awsQuery('http://sns.amazonaws.com/doc/2010-03-31/') },
      monitoring: { service: new LocalCloudwatch({ clock, store }), protocol: awsJson('1.0') },
    },
  });
}
