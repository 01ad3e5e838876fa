import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Table } from '../../../functions/adapters/dynamodb.ts';
import { isoOf } from '../../../functions/core/time.ts';
import { notificationsOf, readIncidents, readRoundReport } from '../../../lib/cli/records.ts';
import { LocalClock } from '../../../lib/local/clock.ts';
import type { LocalCloud } from '../../../lib/local/cloud.ts';
import type { Intercept } from '../../../lib/local/gateway.ts';
import { startLocalCloud } from '../../../lib/local/local-cloud.ts';
import { type SimulatedHosts, simulatedHosts } from '../../../lib/local/ssm/host.ts';
import { fleet, hostCheck, incidentsCheck, routine } from '../../../lib/runbook/builders.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { checkRules } from '../../../lib/runbook/rules.ts';
import { businessDays } from '../../../lib/runbook/schedule.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';
import { type Assembly, synthesize } from '../../../lib/synthesize.ts';
import { scratchFolder } from '../../scratch-folder.ts';

const script = fileURLToPath(new URL('../../../lib/runbooks/scripts/disk.sh', import.meta.url));

/** The usual rules, at the first bad result. */
export const rulesAtOnce = checkRules.map((rule) => rule.atOnce());

/** A shop with three hosts, two checks, and Ann, who is told of everything; Bob too when it is P1; all at once. */
export const shop: Runbook = {
  id: 'shop',
  name: 'Demo Shop',
  timeZone: 'Europe/Berlin',
  calendar: {
    businessDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    hours: { from: '08:00', to: '18:00' },
    wakingHours: { from: '07:00', to: '22:00' },
    holidays: [{ date: '2026-11-25', name: 'Founders Day' }],
    holidaysThrough: '2099-12-31',
  },
  incidentFormat: 'DAILY-YYYYMMDD-NNN',
  procedureUrl: 'https://wiki.example.com/shop',
  contacts: {
    ann: { name: 'Ann', email: 'ann@example.com', phone: '+12025550100' },
    bob: { name: 'Bob', email: 'bob@example.com', phone: '+12025550101' },
  },
  roles: {
    operations: { title: 'Operations', contacts: ['ann'] },
    lead: { title: 'Team lead', contacts: ['bob'] },
  },
  priorities: {
    P1: {
      meaning: 'the shop is down',
      channels: ['sms', 'email'],
      delivery: 'immediately',
      levels: [{ tell: ['operations', 'lead'], acknowledgeMinutes: 60 }],
    },
    P2: {
      meaning: 'the shop is impaired',
      channels: ['sms', 'email'],
      delivery: 'immediately',
      levels: [{ tell: ['operations'] }],
    },
    P3: {
      meaning: 'to be looked at',
      channels: ['email'],
      delivery: 'immediately',
      levels: [{ tell: ['operations'] }],
    },
  },
  watchers: 'lead',
  fleets: { app: fleet({ title: 'Hosts of the shop', tags: { Role: 'app' }, floor: 2 }) },
  routines: [
    routine('morning', {
      title: 'Morning',
      fleet: 'app',
      schedule: businessDays.at('08:00'),
      checks: [
        hostCheck('disk', {
          title: 'Disk usage',
          script,
          settings: { diskPath: '/' },
          thresholds: [{ metric: 'disk_used', warning: '80', critical: '90' }],
          look: 'df -h',
          rules: rulesAtOnce,
        }),
        hostCheck('load', { title: 'Load', script, settings: { diskPath: '/' }, look: 'uptime', rules: rulesAtOnce }),
        incidentsCheck('overnight', { title: 'No critical alerts', since: '18:00', priorities: ['P0', 'P1'] }),
      ],
    }),
  ],
};

export const plan = compile(shop);

/** Half a minute before eight on a Monday, in Berlin. */
export const mondayMorning = Date.parse('2026-11-23T06:59:30Z');

export const minute = 60_000;
export const day = 24 * 60 * minute;

/** The slot of the morning that comes after `mondayMorning`. */
export const mondaySlot = '2026-11-23T07:00:00.000Z';

/** What a host answers to a check: exit code and first line. */
export type Answer = readonly [exitCode: number, text: string];

/** The running stack, with simulated hosts whose answers the test changes. */
export interface Stage {
  readonly cloud: LocalCloud;
  readonly hosts: SimulatedHosts;
  readonly table: Table;
  /** Sets what a host (by its number) answers to a check from now on. */
  answer(host: number, check: string, answer: Answer): void;
  close(): Promise<void>;
}

const assemblies = new Map<Runbook, Assembly>();

/** A runbook's stack, synthesized once for each test file. */
function assemblyOf(runbook: Runbook): Assembly {
  const assembly = assemblies.get(runbook) ?? synthesize({ runbook, placeholders: false }, scratchFolder());
  assemblies.set(runbook, assembly);
  return assembly;
}

export interface StageOptions {
  /** @default shop */
  readonly runbook?: Runbook;
  readonly intercept?: Intercept;
  /** Number of hosts. @default 3 */
  readonly hosts?: number;
  /** When the cloud's time begins, in epoch milliseconds. @default mondayMorning */
  readonly at?: number;
  /** The template to run, made of the runbook's own. @default the runbook's own */
  readonly change?: (template: unknown) => unknown;
}

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const answers = new Map<string, Answer>();
  const hosts = simulatedHosts(options.hosts ?? 3, { Role: 'app' }, ({ hostId, stepName, parameters }) => {
    const [exitCode, text] = answers.get(`${hostId} ${stepName}`) ?? [0, "fine|'disk_used'=10%"];
    const stdout = `ROUNDS/1 ${parameters.nonce} exit=${exitCode} stdout=${text.length + 1} stderr=0\n${text}\n`;
    return { exitCode, stdout };
  });
  const { template, folder: assetsFolder } = assemblyOf(options.runbook ?? shop);
  const clock = new LocalClock(options.at ?? mondayMorning);
  const { intercept, change = (unchanged) => unchanged } = options;
  const cloud = await startLocalCloud({
    template: change(template),
    assetsFolder,
    hosts,
    clock,
    ...(intercept && { intercept }),
  });
  const client = new DynamoDBClient(cloud.clientFor('test'));
  const all = hosts.hosts();
  return {
    cloud,
    hosts,
    table: new Table(client, cloud.resource('AWS::DynamoDB::Table').ref),
    answer: (host, check, answer) => void answers.set(`${all[host]?.id} ${check}`, answer),
    close: () => cloud.close(),
  };
}

/**
 * One line for each incident in an email: `problem P2 DAILY-20261123-001 to ann@example.com`, in the order in which they
 * were sent. Every priority of the shop is told by email as well.
 */
export function told({ cloud }: Stage): string[] {
  return notificationsOf(cloud.sns.deliveries).flatMap(({ incidents, endpoints: { email } }) =>
    email ? incidents.map(({ kind, priority, incident }) => `${kind} ${priority} ${incident} to ${email}`) : [],
  );
}

export function roundOf({ table }: Stage, slot = mondaySlot) {
  return readRoundReport(table, plan, { routine: 'morning', slot });
}

export function incidentsOf({ table }: Stage) {
  return readIncidents(table);
}

/** Commands that SSM was really made to run. */
export async function commandsSent({ cloud }: Stage): Promise<number> {
  const { Commands: commands } = await cloud.ssm.handle('ListCommands', {});
  return Array.isArray(commands) ? commands.length : 0;
}

/** What a host answers to `disk` when its disk is full, and when it is not. */
export const full: Answer = [0, "full|'disk_used'=97%"];
export const fine: Answer = [0, "fine|'disk_used'=10%"];

/** Lets the morning round of Monday fire and everything that follows happen, so many minutes long. */
export async function morning({ cloud }: Stage, minutes = 2): Promise<void> {
  await cloud.advanceTo(mondayMorning + minutes * minute);
}

/** A round that somebody asks for, after that of the schedule; the slot it has. */
export async function another({ cloud }: Stage): Promise<string> {
  const slot = isoOf(cloud.clock.now());
  await cloud.invoke('dispatch', { routine: 'morning', slot, requestedBy: 'ann' });
  await cloud.advanceTo(cloud.clock.now() + 3 * minute);
  return slot;
}
