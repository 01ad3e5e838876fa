import { noteField, operatorField } from '../../../functions/core/console/actions.ts';
import { type Iso, isoOf } from '../../../functions/core/time.ts';
import { LocalClock } from '../../../lib/local/clock.ts';
import type { LocalCloud } from '../../../lib/local/cloud.ts';
import type { Intercept } from '../../../lib/local/gateway.ts';
import { GrantReport } from '../../../lib/local/iam/grants.ts';
import { startLocalCloud } from '../../../lib/local/local-cloud.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import { SimulatedHost } from '../../../lib/local/ssm/host.ts';
import { fleet, hostCheck, routine, signOff } from '../../../lib/runbook/builders.ts';
import { actions, checklist, heading, report } from '../../../lib/runbook/reports.ts';
import { businessDays } from '../../../lib/runbook/schedule.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';
import { synthesize } from '../../../lib/synthesize.ts';
import { minute, mondayMorning, mondaySlot, rulesAtOnce, shop } from '../../functions/flow/stage.ts';
import { scratchFolder } from '../../scratch-folder.ts';

const [morning] = shop.routines;
const [disk] = morning?.checks ?? [];
if (!morning || !disk || !('script' in disk)) throw new Error('The shop has changed: expected a check of its hosts.');

/** Everything that needs a permission, once: checks with a baseline, sign-offs, a report, a fleet of two stages. */
const runbook: Runbook = {
  ...shop,
  fleets: { app: fleet({ title: 'Hosts of the shop', tags: { Role: 'app', Stage: ['blue', 'green'] } }) },
  routines: [
    {
      ...morning,
      checks: [
        disk,
        hostCheck('load', {
          title: 'Load',
          script: disk.script,
          settings: disk.settings,
          baselines: [{ metric: 'disk_used', rounds: 7 }],
          look: 'uptime',
          rules: rulesAtOnce,
        }),
      ],
    },
    routine('reviews', {
      title: 'Reviews',
      schedule: businessDays.at('08:00'),
      checks: [signOff('access-review', { title: 'Access review', dueMinutes: 60 })],
    }),
    routine('late-reviews', {
      title: 'Late reviews',
      schedule: businessDays.at('08:30'),
      checks: [signOff('late-review', { title: 'Late review', dueMinutes: 15 })],
    }),
  ],
  reports: [
    report('log', {
      title: 'Morning log',
      schedule: businessDays.at('08:05'),
      tell: ['operations', 'lead'],
      parts: [heading('Morning'), checklist('morning'), actions],
    }),
  ],
};

const down = new ServiceError('AccessDeniedException', 'refused by the scenario');
const throttled = new ServiceError('ThrottlingException', 'Rate exceeded');

/** The same for every host: what is full on one is full on all, and so a P1, of which everybody is told. */
const disks = { used: 97 };

/** A morning of an hour in which all happens that Rounds holds a permission for. */
class Scenario {
  readonly grants: GrantReport;
  readonly #cloud: LocalCloud;
  readonly #fault: { now: Intercept };

  constructor(cloud: LocalCloud, fault: { now: Intercept }) {
    this.#cloud = cloud;
    this.#fault = fault;
    this.grants = new GrantReport(cloud.iam);
  }

  async play(): Promise<void> {
    await this.#until('08:02', 'a round of the schedule whose hosts fail');
    await this.#widgets();
    await this.#acts();
    await this.#until('08:04', 'what people have said in the console');
    await this.#until('08:05', 'a report');
    this.#fail(/report/i, ({ operation }) => operation === 'Publish', down);
    this.#cloud.fire('Reportslog', this.#cloud.clock.now() + minute);
    await this.#until('08:07', 'a report that SNS refuses');
    this.#fail(/report/i, () => true, down);
    this.#cloud.fire('Reportslog', this.#cloud.clock.now() + minute);
    await this.#until('08:11', 'a report that cannot be written');
    disks.used = 10;
    this.#fail(/collect/i, () => true, down);
    await this.#request('08:15', 'a round whose events reach nobody');
    const isSend = ({ operation }: Parameters<Intercept>[0]) => operation === 'SendCommand';
    this.#fail(/dispatch/i, isSend, 'drop-after');
    await this.#request('08:20', 'a round whose command was sent, and the answer lost');
    this.#fail(/dispatch/i, isSend, throttled);
    await this.#request('08:24', 'a round that SSM takes late');
    this.#fail(/dispatch/i, isSend, down);
    await this.#request('08:29', 'a round that SSM refuses');
    this.#fail(/dispatch/i, () => true, down);
    await this.#until('08:36', 'a slot that nobody fires');
    this.#fault.now = () => 'pass';
    await this.#until('09:00', 'a sign-off that is overdue, and the audit of contacts');
  }

  #fail(caller: RegExp, which: (call: Parameters<Intercept>[0]) => boolean, verdict: Awaited<ReturnType<Intercept>>) {
    this.#fault.now = (call) => (caller.test(call.caller) && which(call) ? verdict : 'pass');
  }

  async #until(clock: string, part: string): Promise<void> {
    this.grants.part = part;
    await this.#cloud.advanceTo(Date.parse(`2026-11-23T${clock}:00+01:00`));
  }

  /** A round that somebody asks for, and what becomes of it. */
  async #request(clock: string, part: string): Promise<void> {
    this.grants.part = part;
    const slot = isoOf(this.#cloud.clock.now());
    await this.#cloud.invoke('dispatch', { routine: 'morning', slot, requestedBy: 'ann' });
    await this.#until(clock, part);
  }

  async #widgets(): Promise<void> {
    this.grants.part = 'looking at the dashboard';
    for (const widget of ['status', 'checklist', 'incidents', 'upcoming', 'documents'])
      await this.#cloud.invoke('WidgetsConsole', { widget });
  }

  async #acts(): Promise<void> {
    this.grants.part = 'the buttons of the dashboard';
    const incident = 'DAILY-20261123-001';
    await this.#act({ action: 'acknowledge', incident });
    await this.#act({ action: 'note', incident, about: 'cause' }, noteField(incident));
    await this.#act({ action: 'silence', check: 'load', minutes: 60 }, noteField('load'));
    const slot: Iso = mondaySlot;
    await this.#act({ action: 'sign-off', id: 'access-review', slot, after: 0 }, noteField('access-review', slot));
  }

  async #act(event: object, field?: string): Promise<void> {
    const forms = { all: { [operatorField]: 'Ann', ...(field && { [field]: 'seen' }) } };
    const answer = await this.#cloud.invoke('WidgetsAct', { ...event, widgetContext: { forms } });
    if (!answer.ok) throw new Error(`${JSON.stringify(event)}: ${answer.error.errorMessage}`);
  }
}

/** @returns what everything in the stack was allowed to do, and what it did; and what was refused */
export async function playScenario(): Promise<{ readonly grants: GrantReport; readonly cloud: LocalCloud }> {
  const { template, folder: assetsFolder } = synthesize({ runbook, placeholders: false }, scratchFolder());
  const answer = ({ parameters }: { readonly parameters: Readonly<Record<string, string>> }) => {
    const text = `disk|'disk_used'=${disks.used}%`;
    const stdout = `ROUNDS/1 ${parameters.nonce} exit=0 stdout=${text.length + 1} stderr=0\n${text}\n`;
    return { exitCode: 0, stdout };
  };
  const hosts = [
    new SimulatedHost('i-00000001', { Role: 'app', Stage: 'blue' }, answer),
    new SimulatedHost('i-00000002', { Role: 'app', Stage: 'green' }, answer),
    new SimulatedHost('mi-00000000000000003', { Role: 'app', Stage: 'blue' }, answer),
    new SimulatedHost('mi-00000000000000004', { Role: 'app', Stage: 'green' }, answer),
  ];
  const fault: { now: Intercept } = { now: () => 'pass' };
  const cloud = await startLocalCloud({
    template,
    assetsFolder,
    hosts: { hosts: () => hosts },
    clock: new LocalClock(mondayMorning - 3 * minute),
    intercept: (call) => fault.now(call),
  });
  try {
    const scenario = new Scenario(cloud, fault);
    await scenario.play();
    return { grants: scenario.grants, cloud };
  } finally {
    await cloud.close();
  }
}
