import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../../functions/core/alert.ts';
import type { WidgetData } from '../../../../functions/core/console/data.ts';
import type { Surface } from '../../../../functions/core/console/surface.ts';
import { noticeOf } from '../../../../functions/core/notice.ts';
import { fleetCheck, roundCheck } from '../../../../functions/core/observations.ts';
import { exampleAlert, exampleIncident, parkedNotice } from '../example-alert.ts';
import {
  alert,
  asked,
  brokenRound,
  drawn,
  goodDay,
  now,
  oddAlert,
  openAlert,
  round,
  roundWithoutAHost,
  runningRound,
  sendingRound,
  signature,
  verdict,
} from './example-day.ts';
import { textOf, tokensOf } from './html-tokens.ts';

type StatusData = Omit<Extract<WidgetData, { readonly widget: 'status' }>, 'widget'>;

/** The tone of the whole, and what is read. */
function status(data: Partial<StatusData>, changes: Partial<Surface> = {}) {
  const html = drawn({ widget: 'status', ...goodDay, ...data }, changes);
  const hero = tokensOf(html).find(
    (token) => token.kind === 'start' && token.attributes.class?.includes('rounds-hero'),
  );
  const tone = hero?.kind === 'start' ? hero.attributes.class?.replace('rounds-hero rounds-', '') : undefined;
  return { tone, text: textOf(html) };
}

describe('the line of the status', () => {
  const acknowledged = { by: 'ann', at: '2026-11-23T08:00:00.000Z', sequence: 2 };
  const cases: readonly (readonly [what: string, data: Partial<StatusData>, tone: string, line: string])[] = [
    ['is well where everything that ran was', {}, 'ok', 'All well 3 checks OK today'],
    [
      'knows nothing before a round has ended',
      { rounds: [runningRound('morning'), runningRound('pulse')] },
      'none',
      'Nothing is known yet',
    ],
    [
      'knows nothing of a new platform',
      { rounds: [], signOffs: [], expected: { morning: now, pulse: now } },
      'none',
      'Nothing is known yet of today: no round has ended On duty',
    ],
    [
      'is not well where nothing has run all day',
      { rounds: [] },
      'unknown',
      'but 2 things are not known ? UNKNOWN Morning: no round of 08:00 GMT+1 (2 hours ago) is known',
    ],
    [
      'is not well where a round does not end',
      { rounds: [runningRound('morning', '2026-11-23T08:27:59.999Z'), round('pulse')] },
      'unknown',
      'Morning: 08:00 GMT+1, has not ended',
    ],
    [
      'is well while a round may still be read',
      { rounds: [runningRound('morning', '2026-11-23T08:28:00.000Z'), round('pulse')] },
      'ok',
      'All well',
    ],
    [
      'is not well where a round cannot be sent',
      { rounds: [sendingRound('morning', '2026-11-23T08:42:59.999Z', 'AccessDenied'), round('pulse')] },
      'unknown',
      'Morning: 08:00 GMT+1, not sent yet: AccessDenied',
    ],
    [
      'is well while a round may still be sent',
      { rounds: [sendingRound('morning', '2026-11-23T08:43:00.000Z'), round('pulse')] },
      'ok',
      'All well',
    ],
    [
      'is not well where a newer round is missing than the one that runs',
      {
        rounds: [
          round('morning'),
          { ...runningRound('pulse', '2026-11-23T08:55:00.000Z'), slot: '2026-11-23T08:50:00.000Z' },
        ],
      },
      'unknown',
      'Pulse: 09:50 GMT+1, has not ended; no round of 09:55 GMT+1 (5 minutes ago) is known',
    ],
    [
      'is not well where a host was never heard and what was bad is well',
      {
        alerts: [alert('disk', 'OK', { since: '2026-11-23T07:14:00.000Z' }), openAlert(fleetCheck('app'))],
        rounds: [roundWithoutAHost('morning', 'disk', 'CRITICAL'), round('pulse')],
      },
      'unknown',
      'Disk usage UNKNOWN: what was bad is well, of 1 host nothing is known',
    ],
    ['forgets what the runbook has no more', { alerts: [alert('gone', 'CRITICAL')] }, 'ok', 'All well'],
    [
      'still names the incident of what the runbook has no more',
      { alerts: [openAlert('gone')] },
      'warning',
      '1 open incident: 1 P2 nobody has',
    ],
    [
      'misses no round of a time before the platform was there',
      { rounds: [round('pulse')], expected: { morning: '2026-11-23T08:30:00.000Z' } },
      'ok',
      'All well',
    ],
    [
      'is not well where a check could not be checked',
      { alerts: [alert('disk', 'UNKNOWN')] },
      'unknown',
      'No open incident, but one thing is not known',
    ],
    [
      'is not well where a round found something that has no alert',
      { rounds: [round('morning', { disk: verdict('UNKNOWN') }), round('pulse')] },
      'unknown',
      'Disk usage UNKNOWN: UNKNOWN indeed',
    ],
    [
      'names what is not an incident yet',
      { alerts: [alert('disk', 'CRITICAL', { soft: { attempt: 2, attempts: 3, priority: 'P2', openedAt: now } })] },
      'critical',
      'not an incident yet: bad result 2 of 3',
    ],
    [
      'names a round that could not be run',
      { rounds: [brokenRound('morning', 'failed', 'SSM refused'), round('pulse')] },
      'unknown',
      'Morning: 08:00 GMT+1: SSM refused',
    ],
    [
      'does not take old results for new ones',
      { rounds: [round('morning'), round('pulse', {}, '2026-11-23T08:00:00.000Z')] },
      'unknown',
      'Pulse: no round of 09:55 GMT+1 (5 minutes ago) is known; the newest is of 09:00 GMT+1',
    ],
    [
      'names a sign-off that is overdue',
      { signOffs: [asked([], { dueAt: now })] },
      'warning',
      'overdue since 10:00 GMT+1',
    ],
    [
      'names what somebody has found wrong',
      { signOffs: [asked([signature({ isGood: false, note: 'gone' })])] },
      'critical',
      'Alerts reviewed: found wrong',
    ],
    [
      'says how urgent incidents are and who has them',
      {
        alerts: [
          openAlert('load', { number: 'DAILY-2', acknowledged }),
          openAlert('disk', { priority: 'P1' }),
          openAlert('fleet-app', { number: 'DAILY-3', priority: 'P2' }),
        ],
      },
      'critical',
      '3 open incidents: 1 P1 nobody has, 1 P2 nobody has, 1 P2 ann has Most urgent: Disk usage CRITICAL on 1 of 3 hosts, for 2 hours',
    ],
    [
      'counts an acknowledgement that is forgotten for none',
      { alerts: [openAlert('disk', { acknowledged: { ...acknowledged, until: now } })] },
      'warning',
      '1 open incident: 1 P2 nobody has',
    ],
  ];

  it.each(cases)('%s', (_what, data, tone, line) => {
    const shown = status(data);
    expect(shown.text).toContain(line);
    expect(shown.tone).toBe(tone);
  });

  it('waits a while for a round before it is missing', () => {
    const rounds = [round('morning'), round('pulse', {}, '2026-11-23T08:55:00.000Z')];
    expect(status({ rounds }, { at: '2026-11-23T09:04:59.999Z' }).tone).toBe('ok');
    expect(status({ rounds }, { at: '2026-11-23T09:05:00.000Z' }).text).toContain('Pulse: no round of 10:00 GMT+1');
  });

  it('names what somebody has resolved and is still bad', () => {
    const { facts: _none, ...resolved } = alert('disk', 'CRITICAL');
    expect(status({ alerts: [resolved] }).text).toContain('Disk usage CRITICAL, for 2 hours (nobody is told of it)');
  });

  it('leaves to an incident what it is about', () => {
    const alerts = [openAlert(roundCheck('morning')), openAlert('reviewed')];
    const data = {
      alerts,
      rounds: [brokenRound('morning', 'failed', 'refused'), round('pulse')],
      signOffs: [asked([], { dueAt: now })],
    };
    expect(status(data).text).not.toMatch(/refused|overdue since/);
  });

  it('leaves to the incident of a fleet no more than its hosts', () => {
    const alerts = [openAlert(fleetCheck('app'))];
    const failed = [brokenRound('morning', 'failed', 'SSM refused'), round('pulse')];
    expect(status({ alerts, rounds: failed }).text).toContain('Morning: 08:00 GMT+1: SSM refused');
    expect(status({ alerts, rounds: [round('pulse')] }).text).toContain('Morning: no round of 08:00 GMT+1');
    expect(status({ alerts: [openAlert(roundCheck('morning'))], rounds: [round('pulse')] }).text).not.toContain(
      'no round of 08:00',
    );
  });

  it.each<[what: string, changes: object]>([
    ['parked notices', { parked: undefined }],
    ['a time', { since: 'yesterday' }],
    ['who was told', { incident: { ...exampleIncident, told: undefined } }],
    [
      'the output of a host',
      { facts: { ...exampleAlert.facts, worst: [{ ...exampleAlert.facts?.worst[0], longText: undefined }] } },
    ],
  ])('says of an alert that lacks %s that it cannot be read, and shows the others', (_what, changes) => {
    const { tone, text } = status({ alerts: [oddAlert('disk', changes), openAlert('load')] });
    expect(tone).toBe('unknown');
    expect(text).toContain('1 open incident: 1 P2 nobody has');
    expect(text).toContain('? UNKNOWN Disk usage: what is stored of it cannot be read');
  });

  it('says that hosts did not answer, unless their fleet has an incident', () => {
    const whole = round('morning');
    if (whole.status !== 'collected') throw new Error('The example is collected.');
    const hosts = { answered: 1, lost: 1, gone: 0, missing: 1 };
    const rounds = [{ ...whole, summary: { ...whole.summary, hosts } }, round('pulse')];
    expect(status({ rounds }).text).toContain('Morning: 08:00 GMT+1: 1 host answered, 1 did not, 1 missing');
    expect(status({ rounds, alerts: [openAlert(fleetCheck('app'))] }).text).not.toContain('1 host answered');
  });

  it('shows the worst first and counts what is too much', () => {
    const checks = ['disk', 'load', 'overnight', 'reviewed', 'minutes', 'contacts', fleetCheck('app')];
    const alerts = checks.map((check) => alert(check, check === 'contacts' ? 'CRITICAL' : 'WARNING'));
    const { text } = status({ alerts });
    expect(text).toContain('but 7 things are not well ✕ CRITICAL Disk usage');
    expect(text).toContain('and 2 more');
  });
});

describe('the status of a time that is past', () => {
  const past = { isPast: true };

  it('is never well: which incidents were open then it does not know', () => {
    expect(status({}, past)).toMatchObject({ tone: 'none', text: expect.stringContaining('Of 3 checks none was bad') });
  });

  it('leaves out what came later', () => {
    const later = '2026-11-23T09:00:00.001Z';
    const alerts: Alert[] = [
      openAlert('disk', { openedAt: later }, { since: later }),
      alert('load', 'CRITICAL', { since: later }),
    ];
    expect(status({ alerts }, past).text).toContain('Of 3 checks none was bad');
    expect(status({ alerts, signOffs: [asked([signature({ at: later, isGood: false })])] }, past).text).not.toContain(
      'wrong',
    );
  });

  it('knows what was bad then, though its incident came later', () => {
    const alerts = [openAlert('disk', { openedAt: '2026-11-23T09:30:00.000Z' }, { status: 'WARNING' })];
    expect(status({ alerts }, past).text).toContain('! WARNING Then: one thing is not well');
  });
});

describe('what stands below the line of the status', () => {
  it('says who is on duty, and until when', () => {
    expect(status({}).text).toContain('On duty: On call Bob, until Mon 2026-11-30 09:00 GMT+1');
  });

  it('counts what waits', () => {
    const notice = noticeOf(exampleAlert, exampleIncident, 'problem', now, 'a reason');
    const parked = [
      parkedNotice('problem', { notice }),
      parkedNotice('recovery', { notBefore: '2026-11-25T07:00:00.000Z' }),
    ];
    const { text } = status({ alerts: [alert('disk', 'OK', { parked })], signOffs: [asked([], { dueAt: now })] });
    expect(text).toContain('Sign-offs 1 to give, 1 overdue');
    expect(text).toContain('To be told 2 notices wait, the first until Tue 2026-11-24 08:00 GMT+1');
    expect(text).toContain('Routines today 2 ended, the next at 12:00 GMT+1');
  });

  it('says that nothing waits', () => {
    expect(status({}).text).toContain('Sign-offs nothing waits To be told nothing waits');
  });
});
