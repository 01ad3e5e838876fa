import { fileURLToPath } from 'node:url';
import { type HostRun, type HostTask, SimulatedHost, type SimulatedHosts } from '../../lib/local/ssm/host.ts';
import { fleet, hostCheck, incidentsCheck, job, roundsCheck, routine, signOff } from '../../lib/runbook/builders.ts';
import * as parts from '../../lib/runbook/reports.ts';
import { checkRules, info, p2, p3 } from '../../lib/runbook/rules.ts';
import { businessDays, everyDay } from '../../lib/runbook/schedule.ts';
import type { Runbook } from '../../lib/runbook/types.ts';

const script = fileURLToPath(new URL('../../lib/runbooks/scripts/disk.sh', import.meta.url));

const look = 'df -h';
const onDisk = { script, settings: { diskPath: '/' }, look };
const atOnce = checkRules.map((rule) => rule.atOnce());

const cleanUp = job('clean-up', { title: 'Clean up', changes: 'old files are deleted', script, look });

/** A shop with something of everything that Rounds keeps items of. */
export const shop: Runbook = {
  id: 'shop',
  name: 'Demo Shop',
  timeZone: 'Europe/Berlin',
  calendar: {
    businessDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    hours: { from: '08:00', to: '18:00' },
    wakingHours: { from: '07:00', to: '22:00' },
    holidays: [{ date: '2026-11-24', name: 'Founders Day' }],
    holidaysThrough: '2099-12-31',
  },
  incidentFormat: 'DAILY-YYYYMMDD-NNN',
  procedureUrl: 'https://wiki.example.com/shop',
  contacts: {
    ann: { name: 'Ann', email: 'ann@example.com', phone: '+12025550100' },
    bob: { name: 'Bob', email: 'bob@example.com' },
    carol: { name: 'Carol', email: 'carol@example.com', phone: '+12025550102' },
  },
  roles: {
    operations: { title: 'Operations', contacts: ['ann', 'carol'] },
    lead: { title: 'Team lead', contacts: ['bob'] },
  },
  priorities: {
    P1: {
      meaning: 'the shop is down',
      channels: ['sms', 'email'],
      delivery: 'immediately',
      levels: [
        { tell: ['operations'], acknowledgeMinutes: 30 },
        { tell: ['lead'], acknowledgeMinutes: 480 },
      ],
      repageMinutes: 240,
    },
    P2: {
      meaning: 'the shop is impaired',
      channels: ['email'],
      delivery: 'immediately',
      levels: [{ tell: ['operations'] }],
    },
    P3: {
      meaning: 'to be looked at',
      channels: ['email'],
      delivery: 'next-business-day',
      levels: [{ tell: ['operations'] }],
    },
  },
  watchers: 'lead',
  fleets: {
    app: fleet({ title: 'Hosts of the shop', tags: { Role: 'app' }, floor: 3 }),
    db: fleet({ title: 'Databases', tags: { Role: 'db' } }),
  },
  routines: [
    routine('morning', {
      title: 'Morning',
      fleet: 'app',
      schedule: businessDays.at('08:00'),
      checks: [
        hostCheck('disk', {
          ...onDisk,
          title: 'Disk usage',
          thresholds: [{ metric: 'disk_used', warning: '80', critical: '90' }],
          rules: atOnce,
          remedy: cleanUp,
        }),
        hostCheck('memory', { ...onDisk, title: 'Memory', rules: [p2.when('CRITICAL').atOnce()] }),
        incidentsCheck('overnight', { title: 'No critical alerts', since: '18:00', priorities: ['P0', 'P1'] }),
        roundsCheck('all-ran', { title: 'Every round ran', since: '08:00' }),
      ],
    }),
    routine('often', {
      title: 'Every six hours',
      fleet: 'app',
      schedule: everyDay.everyHours(6),
      checks: [
        hostCheck('latency', {
          ...onDisk,
          title: 'Latency',
          baselines: [{ metric: 'disk_used', rounds: 3 }],
          rules: [p2.whenWorse('disk_used', 50)],
        }),
      ],
    }),
    routine('pulse', {
      title: 'Pulse',
      fleet: 'app',
      schedule: everyDay.at('09:00'),
      checks: [
        hostCheck('api', { ...onDisk, title: 'The shop answers', rules: atOnce }),
        hostCheck('cpu', { ...onDisk, title: 'Processor', rules: [p2.when('CRITICAL').after(10)] }),
        hostCheck('logs', { ...onDisk, title: 'Logs', rules: [info.when('WARNING').atOnce()] }),
        hostCheck('certificate', { ...onDisk, title: 'Certificate', rules: [p3.when('WARNING').atOnce()] }),
      ],
    }),
    routine('database', {
      title: 'Database',
      fleet: 'db',
      schedule: everyDay.at('07:40'),
      checks: [hostCheck('replication', { ...onDisk, title: 'Replication' })],
    }),
    routine('backups', {
      title: 'Backups',
      fleet: 'db',
      schedule: everyDay.at('09:06'),
      checks: [hostCheck('backup', { ...onDisk, title: 'Backup', timeoutSeconds: 300 })],
    }),
    routine('stock', {
      title: 'Stock',
      fleet: 'app',
      schedule: everyDay.at('07:45'),
      checks: [hostCheck('stock-sync', { ...onDisk, title: 'Stock is in step' })],
    }),
    routine('orders', {
      title: 'Orders',
      fleet: 'app',
      schedule: everyDay.at('09:05'),
      checks: [hostCheck('order-queue', { ...onDisk, title: 'Orders are taken' })],
    }),
    routine('payments', {
      title: 'Payments',
      fleet: 'app',
      schedule: everyDay.at('09:07'),
      checks: [hostCheck('payment', { ...onDisk, title: 'Payments are taken', rules: atOnce })],
    }),
    routine('reviews', {
      title: 'Reviews',
      schedule: businessDays.at('08:30'),
      checks: [
        signOff('access-review', { title: 'Access review', dueMinutes: 30 }),
        signOff('backup-review', { title: 'Backup review', dueMinutes: 30 }),
      ],
    }),
  ],
  reports: [
    parts.report('log', {
      title: 'Daily Operations Log',
      schedule: everyDay.at('18:00'),
      tell: ['lead'],
      parts: [
        parts.checklist('morning', 'reviews'),
        parts.issues('Issues'),
        parts.outstanding('Outstanding'),
        parts.actions,
        parts.notes('reviews'),
        parts.operator,
      ],
    }),
    parts.report('health', {
      title: 'Health',
      schedule: everyDay.at('09:04'),
      tell: ['lead'],
      parts: [
        parts.verdict('Shop', ['pulse'], { good: 'well', bad: 'not well' }),
        parts.figures(parts.figure('Disk', 'disk', 'disk_used', 'most')),
        parts.uptime('Uptime', { Answers: 'api' }),
        parts.incidents('incident-report'),
        parts.responseTimes,
      ],
    }),
  ],
};

/** What a host answers to a check: exit code and first line. */
export type Answer = readonly [exitCode: number, text: string];

export const well: Answer = [0, "fine|'disk_used'=10%"];

/** Three hosts of the shop (0 to 2) and its database (3). */
export interface ShopHosts extends SimulatedHosts {
  /** Sets what a host answers to a check from now on. */
  answer(host: number, check: string, answer: Answer): void;
  /** Lets no command that begins from now on come to its end. Returns what lets all of them. */
  hold(): () => void;
}

/** A host on which commands can be held. */
class ShopHost extends SimulatedHost {
  held: Promise<void> = Promise.resolve();

  override start(task: HostTask): HostRun {
    const { held } = this;
    const run = super.start(task);
    return { ...run, done: held.then(() => run.done) };
  }
}

export function shopHosts(roles: readonly string[] = ['app', 'app', 'app', 'db']): ShopHosts {
  const answers = new Map<string, Answer>();
  const hosts = roles.map((Role, index) => {
    const id = `i-0${index.toString(16).padStart(16, '0')}`;
    return new ShopHost(id, { Role }, ({ stepName, parameters: { nonce, checks } }) => {
      if (checks !== 'all' && !checks?.split(' ').includes(stepName)) return { exitCode: 0, stdout: '' };
      const [exitCode, text] = answers.get(`${index} ${stepName}`) ?? well;
      return { exitCode, stdout: `ROUNDS/1 ${nonce} exit=${exitCode} stdout=${text.length + 1} stderr=0\n${text}\n` };
    });
  });
  return {
    hosts: () => hosts.filter(({ connection }) => connection !== 'terminated'),
    answer: (host, check, answer) => void answers.set(`${host} ${check}`, answer),
    hold: () => {
      const { promise, release } = gate();
      for (const host of hosts) host.held = promise;
      return () => {
        for (const host of hosts) host.held = Promise.resolve();
        release();
      };
    },
  };
}

function gate(): { readonly promise: Promise<void>; readonly release: () => void } {
  let release = () => {};
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, release };
}
