import type { Message } from '../../../functions/core/messages.ts';
import { messageOf } from '../../../functions/core/messages.ts';
import { auditObservation, ownObservation, rulesOf, singleObservation } from '../../../functions/core/observations.ts';
import type { Plan } from '../../../functions/core/plan.ts';
import { reportEmail } from '../../../functions/core/reports/report-email.ts';
import { sign, signOffObservation, signOffsOf } from '../../../functions/core/sign-off.ts';
import { laterBy } from '../../../functions/core/time.ts';
import { examplePlan, usualRules } from './example-plan.ts';
import { type Answers, Course, type Printed } from './message-course.ts';
import { exampleDocument } from './reports/example-document.ts';

/** A platform with long names, in whose zone the night is far from UTC's. */
const plan: Plan = {
  ...examplePlan,
  platform: { id: 'fossawork', name: 'FossaWork V2' },
  timeZone: 'America/New_York',
  procedureUrl: 'https://example.com/daily-operations',
  roles: {
    operations: { title: 'On-call engineer', contacts: ['ann'] },
    administrator: { title: 'System administrator', contacts: ['bob'] },
  },
  priorities: {
    ...examplePlan.priorities,
    P0: {
      meaning: 'data is being lost',
      channels: ['sms', 'email'],
      delivery: 'immediately',
      levels: [{ tell: ['operations', 'administrator'], acknowledgeMinutes: 15 }],
    },
  },
  checks: {
    ...examplePlan.checks,
    services: {
      title: 'Service Status',
      rules: usualRules,
      dependsOn: [],
      source: {
        ...{ kind: 'host', timeoutSeconds: 10, thresholds: [], baselines: [] },
        look: 'systemctl status fossawork-backend',
      },
    },
    corruption: {
      title: 'Database Integrity',
      rules: [{ priority: 'P0', states: ['CRITICAL'], attempts: 1 }],
      dependsOn: [],
      source: { ...{ kind: 'host', timeoutSeconds: 10, thresholds: [], baselines: [] }, look: 'sqlite3 app.db' },
    },
    overnight: {
      title: 'No critical alerts from overnight',
      rules: usualRules,
      dependsOn: [],
      source: { kind: 'incidents', since: '18:00', priorities: ['P0', 'P1'], thresholds: [] },
    },
    'day-closed': {
      title: 'The day is closed',
      rules: [
        { priority: 'P2', states: ['CRITICAL'], attempts: 1 },
        { priority: 'P3', states: ['WARNING'], attempts: 1 },
      ],
      dependsOn: [],
      source: {
        ...{ kind: 'sign-off', dueMinutes: 60, note: 'required' },
        question: 'the log of the day is complete and handed over',
      },
    },
  },
  routines: {
    ...examplePlan.routines,
    morning: {
      ...{ title: 'Morning Health Check', fleet: 'app', schedule: { days: 'business-days', at: ['08:00'] } },
      ...{ checks: ['services', 'disk', 'corruption', 'overnight', 'day-closed'], remedies: [], deadlineSeconds: 300 },
    },
  },
  reports: {
    'daily-log': {
      ...{ title: 'Daily Operations Log', schedule: { days: 'business-days', at: ['18:30'] } },
      ...{ tell: ['operations', 'administrator'], parts: [] },
    },
  },
};

/** Three at night of a Monday, and ten in its morning. */
const night = '2026-11-23T08:04:00.000Z';
const morning = '2026-11-23T15:00:00.000Z';

function later(minutes: number, than: string): string {
  return laterBy(minutes * 60_000, than);
}

const down: Printed = [2, '1 of 2 services not active: fossawork-backend is failed (failed, exit-code)'];
const running: Printed = [0, '2 of 2 services active'];
const full: Printed = [0, 'disk 93% used | disk_used=93%;80;90\n/var 93%\n/ 41%'];
const filling: Printed = [0, 'disk 85% used | disk_used=85%;80;90\n/var 85%\n/ 41%'];
const roomy: Printed = [0, 'disk 41% used | disk_used=41%;80;90'];

function onBoth(check: string, first: Printed, second: Printed = first): Answers {
  return { 'fossawork-app-1': { [check]: first }, 'fossawork-app-2': { [check]: second } };
}

/** All services are down at night, of which Ann is told at once. */
function outage(): Course {
  return new Course(plan, 'services').round(night, onBoth('services', down));
}

/** One disk of two is full by day. */
function fullDisk(number = 2): Course {
  return new Course(plan, 'disk', number).round(morning, onBoth('disk', full, roomy));
}

/** A disk fills up on a Saturday, which nobody need know before Monday. */
function fillingDisk(number: number): Course {
  return new Course(plan, 'disk', number).round('2026-11-21T15:00:00.000Z', onBoth('disk', filling, roomy));
}

const opening = '2026-11-23T13:00:00.000Z';

function flapping(ending: readonly Printed[]): Course {
  const course = fullDisk();
  const results = [roomy, full, roomy, full, roomy, full, ...ending];
  for (const [index, printed] of results.entries()) {
    course.round(later(10 * (index + 1), morning), onBoth('disk', printed, roomy));
  }
  return course;
}

function askedToClose() {
  const [asked] = signOffsOf(plan, 'morning', '2026-11-23T13:00:00.000Z');
  if (!asked) throw new Error('the example has no sign-off any more');
  return asked;
}

function signOff(at: string, asked = askedToClose()): Course {
  const observation = signOffObservation(plan, asked, at);
  if (!observation) throw new Error('there is nothing to tell of the sign-off');
  return new Course(plan, 'day-closed').observe(at, observation);
}

const round = { routine: 'morning', slot: '2026-11-23T13:00:00.000Z' };
const wrong = sign(askedToClose(), { by: 'Jane Doe', at: morning, note: 'two work orders are missing', isGood: false });

const hostile = [
  '<script>alert(1)</script> <cwdb-action action="call" endpoint="arn:aws:lambda:x">ok</cwdb-action> [a](http://b)',
  '\u202egpj.exe \x1b[31mred\x1b[0m \u2066hidden\u2069',
  'DB_PASSWORD=hunter2 Authorization: Bearer abcdef123456 https://ops:secret@db/x AKIAIOSFODNN7EXAMPLE',
  'To acknowledge: curl http://evil.example/',
  '=HYPERLINK("http://evil.example/","open") @SUM(1+1)*9',
].join('\n');

/** What happens, when it is written, and what is told. */
export interface Example {
  readonly name: string;
  readonly to: string;
  readonly message: Message;
}

/** One message about the newest notice of each course, or all of them that belong together. */
function example(name: string, courses: Course | readonly Course[], writtenAfter = 0): Example {
  const letters = [courses].flat().flatMap((course) => course.letters.slice(-1));
  const at =
    letters
      .map((letter) => letter.at)
      .sort()
      .at(-1) ?? night;
  const [first] = letters;
  if (!first) throw new Error(`Of ${name} nobody is told.`);
  const who = first.to.map((contact) => plan.contacts[contact]?.name ?? contact).join(', ');
  const message = messageOf(plan, first.to[0] ?? '', letters, later(writtenAfter, at));
  return { name, to: `${who}, by ${first.channels.join(' and ')}`, message };
}

export const examples: readonly Example[] = [
  example('problem', outage()),
  example('problem-on-one-host', fullDisk()),
  example(
    'problem-of-the-night-in-the-morning',
    new Course(plan, 'disk').round(night, onBoth('disk', full, roomy)).wait(morning),
  ),
  example('problem-that-was-held-back-by-a-cap', outage(), 4),
  example(
    'problem-p0',
    new Course(plan, 'corruption').round(night, onBoth('corruption', [2, 'database disk image is malformed'])),
  ),
  example('problem-p3', fillingDisk(1).wait(opening)),
  example(
    'problem-hosts-lost',
    new Course(plan, 'fleet-app').round(morning, { 'fossawork-app-1': {}, 'fossawork-app-2': 'lost' }),
  ),
  example('problem-hosts-missing', new Course(plan, 'fleet-app').round(morning, { 'fossawork-app-1': {} })),
  example(
    'problem-of-many-hosts',
    new Course(plan, 'disk').round(
      morning,
      Object.fromEntries(
        Array.from({ length: 212 }, (_, index) => [`web-${index}`, { disk: index < 37 ? full : roomy }]),
      ),
    ),
  ),
  example(
    'problem-in-the-records',
    new Course(plan, 'overnight')
      .observe(morning, {
        ...singleObservation(
          {
            check: 'overnight',
            title: 'No critical alerts from overnight',
            headline: 'No critical alerts from overnight: 2 incidents since 18:00, 1 of P1',
            at: morning,
            round: `morning/${morning}`,
            name: "Rounds' own records",
          },
          rulesOf(plan, 'overnight'),
          'WARNING',
          '2 incidents since 18:00, 1 of P1',
        ),
      })
      .wait('2026-11-24T13:00:00.000Z'),
  ),
  example('problem-sign-off-overdue', signOff('2026-11-23T14:00:00.000Z').wait('2026-11-24T13:00:00.000Z')),
  example('problem-sign-off-found-wrong', signOff(morning, wrong.next)),
  example(
    'problem-of-rounds-itself',
    new Course(plan, 'round-morning').observe(
      night,
      ownObservation(plan, round, night, 'SSM refused the command: the document does not exist'),
    ),
  ),
  example(
    'problem-of-contacts',
    new Course(plan, 'contacts').observe(
      night,
      auditObservation(
        plan,
        new Map([
          ['ann', ['sms', 'email'] as const],
          ['bob', ['email'] as const],
        ]),
        night,
        true,
      ),
    ),
  ),
  example(
    'problem-with-hostile-output',
    new Course(plan, 'services').round(morning, onBoth('services', [2, hostile], running)),
  ),
  example('escalation', outage().wait(later(15, night))),
  example('reminder-nobody-acknowledged', outage().wait(later(75, night))),
  example(
    'reminder-acknowledgement-forgotten',
    outage().says(later(5, night), { kind: 'acknowledge', by: 'Ann' }).wait(later(245, night)),
  ),
  example('update', fullDisk().round(later(30, morning), onBoth('disk', full))),
  example('recovery', outage().round(later(47, night), onBoth('services', running))),
  example(
    'recovery-of-one-host',
    new Course(plan, 'services')
      .round(night, { 'fossawork-app-1': { services: down } })
      .round(later(1, night), { 'fossawork-app-1': { services: running } }),
  ),
  example('recovery-by-a-person', outage().says(later(20, night), { kind: 'resolve', by: 'Jane Doe' })),
  example(
    'recovery-of-rounds-itself',
    new Course(plan, 'round-morning')
      .observe(night, ownObservation(plan, round, night, 'refused'))
      .observe(later(60, night), ownObservation(plan, round, later(60, night))),
  ),
  example('flapping-start', flapping([])),
  example('flapping-end-well', flapping(Array.from({ length: 16 }, () => roomy))),
  example('flapping-end-bad', flapping(Array.from({ length: 16 }, () => full))),
  example('digest-over', fillingDisk(1).round('2026-11-21T18:00:00.000Z', onBoth('disk', roomy)).wait(opening)),
  example(
    'digest-acknowledged',
    fillingDisk(1).says('2026-11-22T18:00:00.000Z', { kind: 'acknowledge', by: 'Jane Doe' }).wait(opening),
  ),
  example('several', [
    outage(),
    new Course(plan, 'disk', 2).round(night, onBoth('disk', full)),
    new Course(plan, 'corruption', 3).round(
      night,
      onBoth('corruption', [2, 'database disk image is malformed'], [0, 'ok']),
    ),
  ]),
  example('several-one-to-act-on', [
    outage().round(later(30, night), onBoth('services', running)),
    new Course(plan, 'disk', 2).round(later(29, night), onBoth('disk', full)),
  ]),
  example('several-nothing-to-do', [
    outage().round(later(30, night), onBoth('services', running)),
    new Course(plan, 'disk', 2).round(night, onBoth('disk', full)).round(later(30, night), onBoth('disk', roomy)),
  ]),
  {
    name: 'report',
    to: 'Ann and Bob, by email',
    message: reportEmail(
      plan,
      {
        id: 'daily-log',
        slot: '2026-12-07T23:30:00.000Z',
        title: 'Daily Operations Log',
        period: { from: '2026-12-04T23:30:00.000Z', to: '2026-12-07T23:30:00.000Z' },
        writtenAt: '2026-12-07T23:30:04.000Z',
        owed: ['ann', 'bob'],
      },
      exampleDocument,
    ),
  },
];
