import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Plan, PlanReport } from '../../../functions/core/plan.ts';
import type { Document } from '../../../functions/core/reports/document.ts';
import type { ReportHead } from '../../../functions/core/reports/records.ts';
import { leaseMs } from '../../../functions/core/round.ts';
import { type AskedSignOff, signOffsOf } from '../../../functions/core/sign-off.ts';
import { type Iso, isoOf, laterBy } from '../../../functions/core/time.ts';
import { reportHeadKey, reportKey, signOffKey, slotKey } from '../../../functions/flow/keys.ts';
import { goOnWithReport } from '../../../functions/flow/send-report.ts';
import type { Services } from '../../../functions/flow/services.ts';
import { writeReport } from '../../../functions/flow/write-report.ts';
import type { InterceptedCall } from '../../../lib/local/gateway.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import { examplePlan } from '../core/example-plan.ts';
import { type SmallCloud, startSmallCloud } from './small-cloud.ts';

const log: PlanReport = {
  title: 'Daily log',
  schedule: { days: 'business-days', at: ['18:00'] },
  tell: ['operations', 'administrator', 'room'],
  parts: [{ kind: 'heading', text: 'Access' }, { kind: 'notes', of: ['morning/access'] }, { kind: 'operator' }],
};

/** Ann is told by two roles, and the room has no email. */
const plan: Plan = {
  ...examplePlan,
  contacts: { ...examplePlan.contacts, room: { name: 'Room', channels: ['https'] } },
  roles: { ...examplePlan.roles, room: { title: 'Room', contacts: ['room'] } },
  checks: {
    ...examplePlan.checks,
    access: {
      title: 'Access',
      rules: [],
      dependsOn: [],
      source: { kind: 'sign-off', question: 'Is it well?', dueMinutes: 60, note: 'optional' },
    },
  },
  routines: {
    morning: {
      title: 'Morning',
      schedule: { days: 'business-days', at: ['08:00'] },
      checks: ['access'],
      remedies: [],
      deadlineSeconds: 60,
    },
  },
  reports: { log },
};

/** In Berlin 18:00 is 17:00 in UTC: a Thursday to a Wednesday. */
const [thursday, friday, monday, tuesday, wednesday] = ['19', '20', '23', '24', '25'].map(
  (day) => `2026-11-${day}T17:00:00.000Z`,
) as [Iso, Iso, Iso, Iso, Iso];

let cloud: SmallCloud;
let now: Iso;
let logged: string[] = [];

beforeEach(async () => {
  logged = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void logged.push(line));
  cloud = await startSmallCloud(plan, monday, 0);
  now = monday;
});

const onTheHour = (hour: string): Iso => `${hour}:00:00.000Z`;

/** Each invocation is its own. */
function services(changes: Partial<Services> = {}): Services {
  return { ...cloud.services, now: () => Date.parse(now), owner: `invocation at ${now}`, ...changes };
}

/** The plan with another schedule of the report. */
function planAt(schedule: PlanReport['schedule']): Plan {
  return { ...plan, reports: { log: { ...log, schedule } } };
}

async function fire(slot: Iso, changes: Partial<Services> = {}): Promise<void> {
  now = slot;
  await writeReport(services(changes), { report: 'log', slot: slot.replace('.000Z', 'Z') });
}

async function tick(afterMs: number, slot = monday): Promise<void> {
  now = isoOf(Date.parse(now) + afterMs);
  await goOnWithReport(services(), reportHeadKey({ slot, id: 'log' }));
}

function mails(): string[] {
  return cloud.sns.deliveries.map(({ protocol, endpoint, subject }) => `${protocol}: ${subject} to ${endpoint}`);
}

async function kept(slot = monday) {
  const { table } = cloud.services;
  return {
    head: (await table.get<ReportHead>(reportHeadKey({ slot, id: 'log' })))?.body,
    document: (await table.get<Document>(reportKey({ slot, id: 'log' })))?.body,
  };
}

async function written(): Promise<Iso[]> {
  return (await cloud.items()).flatMap(({ pk, sk }) => (pk === 'report' ? [String(sk).split('#')[0] ?? ''] : []));
}

async function dueAt(slot = monday): Promise<unknown> {
  const { sk } = reportHeadKey({ slot, id: 'log' });
  return (await cloud.items()).find((item) => item.pk === 'report' && item.sk === sk)?.dueAt;
}

function failures(): string[] {
  return logged.map((line) => JSON.parse(line)).flatMap(({ level, message }) => (level === 'ERROR' ? [message] : []));
}

const isPublishTo = (contact: string) => (call: InterceptedCall) =>
  call.operation === 'Publish' && JSON.stringify(call.input).includes(`:${contact}`);

const toAnn = 'email: Demo Shop: Daily log 2026-11-23 to email of ann';
const toBob = 'email: Demo Shop: Daily log 2026-11-23 to email of bob';

describe('a report whose slot fires', () => {
  it('is made of the records, kept for as long as rounds are, and mailed once to everybody with an address', async () => {
    const [access] = signOffsOf(plan, 'morning', '2026-11-23T07:00:00.000Z');
    const signatures = [{ by: 'ann', at: '2026-11-23T07:30:00.000Z', note: 'two accounts removed', isGood: true }];
    if (access) await cloud.services.table.put<AskedSignOff>(signOffKey(access), 0, { ...access, signatures });
    await fire(monday);
    expect(mails()).toEqual([toAnn, toBob]);
    expect(cloud.sns.deliveries[0]?.body).toContain('two accounts removed');
    const { head, document } = await kept();
    expect(head).toEqual({
      id: 'log',
      slot: monday,
      title: 'Daily log',
      period: { from: friday, to: monday },
      writtenAt: monday,
      owed: [],
    });
    expect(JSON.stringify(document)).toContain('two accounts removed');
    const items = (await cloud.items()).filter(({ pk }) => String(pk).startsWith('report'));
    expect(items.map(({ dueAt, expiresAt }) => [dueAt, Number(expiresAt)])).toEqual(
      Array.from({ length: 2 }, () => [undefined, Date.parse(monday) / 1_000 + 400 * 86_400]),
    );
  });

  it('is written and mailed once though it fires twice, also at the same time', async () => {
    await Promise.all([fire(monday, { owner: 'one' }), fire(monday, { owner: 'other' })]);
    await fire(monday);
    expect(mails().sort()).toEqual([toAnn, toBob]);
    expect(await written()).toEqual([monday]);
  });

  it('is not written on a holiday', async () => {
    await fire('2026-12-25T17:00:00.000Z');
    expect([await written(), mails(), failures()]).toEqual([[], [], []]);
    expect(logged.join()).toContain('it is a holiday');
  });

  it('fails where the runbook has no such report', async () => {
    await expect(writeReport(services(), { report: 'audit', slot: monday })).rejects.toThrow(
      "There is no report 'audit' in the runbook; its reports are: log.",
    );
  });

  it('is not written before its time, by whomever it is invoked', async () => {
    await expect(writeReport(services(), { report: 'log', slot: tuesday })).rejects.toThrow('is still to come');
    expect(await written()).toEqual([]);
  });

  it('is cut where an item could not hold it, and says so', async () => {
    const parts = Array.from({ length: 2_000 }, () => ({ kind: 'text', text: 'Words. '.repeat(40) }) as const);
    await fire(monday, { plan: { ...plan, reports: { log: { ...log, parts } } } });
    const { document } = await kept();
    expect(JSON.stringify(document).length).toBeLessThanOrEqual(300_000);
    expect(document?.blocks.at(-1)).toMatchObject({ text: expect.stringMatching(/^Cut here: .* last \d+ parts/) });
  });
});

describe('a mail of a report', () => {
  it('that SNS refuses is sent by the tick in a minute, and to nobody else', async () => {
    cloud.intercept((call) => (isPublishTo('ann')(call) ? new ServiceError('KMSDisabled', 'no') : 'pass'));
    await fire(monday);
    expect([mails(), failures()]).toEqual([[toBob], ['a report was refused by SNS']]);
    expect((await kept()).head?.owed).toEqual(['ann']);
    expect(await dueAt()).toBe('2026-11-23T17:01:00.000Z');
    cloud.intercept(() => 'pass');
    await tick(60_000);
    await tick(60_000);
    expect(mails()).toEqual([toBob, toAnn]);
    expect([(await kept()).head?.owed, await dueAt()]).toEqual([[], undefined]);
  });

  it('that SNS always refuses is tried again ever later, and no more after a day', async () => {
    cloud.intercept((call) => (isPublishTo('ann')(call) ? new ServiceError('KMSDisabled', 'no') : 'pass'));
    await fire(monday);
    await tick(3_600_000);
    expect(await dueAt()).toBe('2026-11-23T19:00:00.000Z');
    await tick(23 * 3_600_000);
    expect([await dueAt(), (await kept()).head?.owed]).toEqual([undefined, ['ann']]);
    const refused = 'a report was refused by SNS';
    expect(failures()).toEqual([refused, refused, refused, 'a report is not mailed any more']);
  });

  it('is sent once more, and once, after a crash between publish and strike-out', async () => {
    let isCrashed = false;
    cloud.intercept((call) => {
      isCrashed ||= isPublishTo('ann')(call);
      return isCrashed && call.operation === 'PutItem' ? new ServiceError('Crashed', 'here') : 'pass';
    });
    await expect(fire(monday)).rejects.toThrow('Crashed');
    cloud.intercept(() => 'pass');
    // Lambda repeats the invocation; somebody who is alive could still hold the lease.
    await fire(monday);
    await tick(60_000);
    expect(mails()).toEqual([toAnn]);
    expect(await dueAt()).toBe(laterBy(leaseMs, monday));
    await tick(leaseMs - 60_000);
    await tick(60_000);
    expect(mails()).toEqual([toAnn, toAnn, toBob]);
  });

  it('says what was kept, whatever has become of the records since', async () => {
    cloud.intercept(({ operation, input }) => {
      const isHead = JSON.stringify(input).includes('"pk":{"S":"report"}');
      return operation === 'PutItem' && isHead ? new ServiceError('Crashed', 'here') : 'pass';
    });
    await expect(fire(monday)).rejects.toThrow('Crashed');
    expect(mails()).toEqual([]);
    const { document } = await kept();
    cloud.intercept(() => 'pass');
    await fire(monday, { plan: { ...plan, reports: { log: { ...log, parts: [{ kind: 'text', text: 'another' }] } } } });
    expect((await kept()).document).toEqual(document);
    expect(mails()).toEqual([toAnn, toBob]);
    expect(cloud.sns.deliveries[0]?.body).not.toContain('another');
  });

  it('is owed no more to who is not in this deployment', async () => {
    const { table, ...others } = services();
    const head: ReportHead = {
      id: 'log',
      slot: monday,
      title: 'Daily log',
      period: { from: friday, to: monday },
      writtenAt: monday,
      owed: ['carol', 'bob'],
    };
    await table.put(reportHeadKey(head), 0, head, { dueAt: monday });
    await table.put(reportKey(head), 0, { title: 'Daily log', blocks: [] });
    await goOnWithReport({ ...others, table }, reportHeadKey(head));
    expect([mails(), failures()]).toEqual([[toBob], ['a contact cannot be told']]);
    expect((await kept()).head?.owed).toEqual([]);
  });
});

describe('a report that was missed', () => {
  /** The routines of the platform are known since then. */
  const knownSince = (since: Iso) =>
    cloud.services.table.put(slotKey('morning'), 0, { slot: wednesday, expected: { since, schedule: '' } });

  it('is written and mailed by the next firing', async () => {
    await fire(thursday);
    await fire(wednesday);
    expect((await written()).sort()).toEqual([thursday, friday, monday, tuesday, wednesday]);
    expect((await kept(friday)).head).toMatchObject({ period: { from: thursday, to: friday }, writtenAt: wednesday });
    expect(mails()).toContain(toAnn);
  });

  it('does not keep the others from being written', async () => {
    await fire(thursday);
    cloud.intercept(({ operation, input }) =>
      operation === 'PutItem' && JSON.stringify(input).includes(`"sk":{"S":"${friday}`)
        ? new ServiceError('Refused', 'here')
        : 'pass',
    );
    await fire(tuesday);
    expect((await written()).sort()).toEqual([thursday, monday, tuesday]);
    expect(failures()).toEqual(['a report that was missed could not be written']);
  });

  it.each<[what: string, since: Iso, expected: Iso[]]>([
    ['is owed from the first day of a new platform on', '2026-11-22T12:00:00.000Z', [monday, tuesday, wednesday]],
    ['is none where the report is newer than the platform', '2026-10-01T12:00:00.000Z', [wednesday]],
  ])('%s', async (_what, since, expected) => {
    await knownSince(since);
    await fire(wednesday);
    expect((await written()).sort()).toEqual(expected);
  });

  it.each([
    ['later', '19:00', '2026-11-25T18:00:00.000Z'],
    ['earlier', '17:00', '2026-11-25T16:00:00.000Z'],
  ])('is none where the schedule has moved to %s in the day, and nothing is left out', async (_what, time, slot) => {
    for (const each of [thursday, friday, monday, tuesday]) await fire(each);
    await fire(slot, { plan: planAt({ days: 'business-days', at: [time] }) });
    expect((await written()).sort()).toEqual([thursday, friday, monday, tuesday, slot]);
    expect((await kept(slot)).head?.period).toEqual({ from: tuesday, to: slot });
  });

  it('is made up for by the next one of a month', async () => {
    const monthly = planAt({ days: { every: 'month', on: 'monday' }, at: ['18:00'] });
    await fire('2026-10-05T16:00:00.000Z', { plan: monthly });
    await fire('2026-12-07T17:00:00.000Z', { plan: monthly });
    expect((await written()).sort()).toEqual(['2026-10-05T16', '2026-11-02T17', '2026-12-07T17'].map(onTheHour));
  });

  it('is not made up for after more than eight days', async () => {
    await fire('2026-11-03T17:00:00.000Z');
    await fire('2026-11-16T17:00:00.000Z');
    expect((await written()).sort()).toEqual(
      ['03', '09', '10', '11', '12', '13', '16'].map((day) => `2026-11-${day}T17:00:00.000Z`),
    );
  });
});
