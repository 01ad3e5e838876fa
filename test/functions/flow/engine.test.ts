import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Alert } from '../../../functions/core/alert.ts';
import { obey } from '../../../functions/core/command.ts';
import { isoOf } from '../../../functions/core/time.ts';
import { alertKey, mailboxKey, silenceKey } from '../../../functions/flow/keys.ts';
import type { InterceptedCall, Verdict } from '../../../lib/local/gateway.ts';
import { checkRules } from '../../../lib/runbook/rules.ts';
import type { Check, Runbook } from '../../../lib/runbook/types.ts';
import {
  fine,
  full,
  incidentsOf,
  minute,
  mondayMorning,
  morning,
  type Stage,
  shop,
  startStage,
  told,
} from './stage.ts';

/** The shop with rules that ask for three bad results, and with every kind of delivery. */
const patientShop: Runbook = {
  ...shop,
  routines: shop.routines.map((routine) => ({ ...routine, checks: routine.checks.map(patient) })),
  priorities: {
    P1: {
      meaning: 'the shop is down',
      channels: ['sms', 'email'],
      delivery: 'immediately',
      levels: [
        { tell: ['operations'], acknowledgeMinutes: 15 },
        { tell: ['lead'], acknowledgeMinutes: 60 },
      ],
      repageMinutes: 240,
    },
    P2: {
      meaning: 'the shop is impaired',
      channels: ['sms', 'email'],
      delivery: 'same-day',
      levels: [{ tell: ['operations'] }],
    },
    P3: {
      meaning: 'to be looked at',
      channels: ['email'],
      delivery: 'next-business-day',
      levels: [{ tell: ['operations'] }],
    },
  },
};

function patient(check: Check): Check {
  return 'rules' in check ? { ...check, rules: checkRules } : check;
}

let stage: Stage;
afterEach(() => stage.close());

/** What SSM was asked to run, after the round itself. */
async function rechecks({ cloud }: Stage) {
  const { Commands: commands } = await cloud.ssm.handle('ListCommands', {});
  const all = (Array.isArray(commands) ? commands : []) as {
    InstanceIds: string[];
    Parameters: { checks?: string[] };
  }[];
  return all
    .filter(({ Parameters: { checks = ['all'] } }) => checks[0] !== 'all')
    .map(({ InstanceIds: hosts, Parameters: { checks } }) => [...hosts, ...(checks ?? [])].join(' '));
}

function pass(minutes: number): Promise<void> {
  return stage.cloud.advanceTo(stage.cloud.clock.now() + minutes * minute);
}

const problem = 'problem P2 DAILY-20261123-001 to ann@example.com';
const recovery = 'recovery P2 DAILY-20261123-001 to ann@example.com';

describe('a check that fails', () => {
  it('is asked again, alone and only on the host that was bad, and is an incident after the third time', async () => {
    stage = await startStage({ runbook: patientShop });
    stage.answer(1, 'disk', full);
    await morning(stage, 2);
    expect(told(stage)).toEqual([]);
    await morning(stage, 6);
    expect(await rechecks(stage)).toEqual(Array.from({ length: 2 }, () => `${stage.hosts.hosts()[1]?.id} disk`));
    expect(told(stage)).toEqual([problem]);
    expect(await incidentsOf(stage)).toMatchObject([{ openedAt: expect.stringContaining('T07:00:') }]);
  });

  it('and is well a minute later is nobody to be told of', async () => {
    stage = await startStage({ runbook: patientShop });
    stage.answer(1, 'disk', full);
    await morning(stage, 1);
    stage.answer(1, 'disk', fine);
    await morning(stage, 20);
    expect(await rechecks(stage)).toHaveLength(1);
    expect(told(stage)).toEqual([]);
    expect(await incidentsOf(stage)).toEqual([]);
    expect((await stage.table.get<Alert>(alertKey('disk')))?.body.soft).toBeUndefined();
  });

  it('and is lost before it can be asked again is an incident: UNKNOWN never recovers anything', async () => {
    stage = await startStage({ runbook: patientShop });
    stage.answer(1, 'disk', full);
    await morning(stage, 1);
    const [, host] = stage.hosts.hosts();
    if (host) host.connection = 'silent';
    await morning(stage, 40);
    expect(told(stage)).toEqual([problem]);
  });

  it('and whose host is terminated before it can be asked again is nobody to be told of', async () => {
    stage = await startStage({ runbook: patientShop });
    stage.answer(1, 'disk', full);
    await morning(stage, 1);
    const [, host] = stage.hosts.hosts();
    if (host) host.connection = 'terminated';
    await morning(stage, 40);
    expect(told(stage)).toEqual([]);
    expect(await incidentsOf(stage)).toEqual([]);
  });

  it('is an incident although nothing can be asked again', async () => {
    const intercept = ({ operation, input }: InterceptedCall) =>
      operation === 'PutItem' && JSON.stringify(input).includes('recheck') ? 'drop-before' : ('pass' as const);
    stage = await startStage({ runbook: patientShop, intercept });
    stage.answer(1, 'disk', full);
    await morning(stage, 60);
    expect(await rechecks(stage)).toEqual([]);
    expect(told(stage)[0]).toBe(problem);
  });

  it('beside another one is asked again with it, by one command', async () => {
    stage = await startStage({ runbook: patientShop });
    stage.answer(1, 'disk', full);
    stage.answer(0, 'load', [2, 'overload']);
    await morning(stage, 3);
    const [one, two] = stage.hosts.hosts();
    expect((await rechecks(stage))[0]?.split(' ').sort()).toEqual([one?.id, two?.id, 'disk', 'load'].sort());
  });
});

describe('what is told later', () => {
  it('is one message in the morning, about all that came in the night', async () => {
    const night = Date.parse('2026-11-23T22:00:00Z');
    stage = await startStage({ runbook: patientShop, at: night });
    stage.answer(1, 'disk', full);
    stage.answer(0, 'load', [2, 'overload']);
    await stage.cloud.invoke('dispatch', { routine: 'morning', slot: isoOf(night), requestedBy: 'ann' });
    await pass(120);
    expect(told(stage)).toEqual([]);
    await stage.cloud.advanceTo(Date.parse('2026-11-24T06:00:30Z'));
    expect(told(stage).sort()).toEqual([
      'problem P2 DAILY-20261123-001 to ann@example.com',
      'problem P2 DAILY-20261123-002 to ann@example.com',
    ]);
    expect(stage.cloud.sns.deliveries.filter(({ attributes }) => attributes.incident)).toHaveLength(2);
  });

  it('costs the tick one query a minute for as long as it waits', async () => {
    const friday = Date.parse('2026-11-27T18:30:00Z');
    stage = await startStage({ runbook: patientShop, at: friday });
    stage.answer(1, 'disk', [1, 'filling']);
    await stage.cloud.invoke('dispatch', { routine: 'morning', slot: isoOf(friday), requestedBy: 'ann' });
    // By then it has also been asked, once, whether everybody can be told.
    await pass(90);
    const before = stage.cloud.calls.count({ service: 'dynamodb' });
    await pass(60);
    expect(stage.cloud.calls.count({ service: 'dynamodb' }) - before).toBe(60);
    expect((await stage.table.get<Alert>(alertKey('disk')))?.body.parked).toMatchObject([
      { notBefore: '2026-11-30T07:00:00.000Z' },
    ]);
  });
});

describe('an incident of which nobody says that he has it', () => {
  const down = () => {
    for (const host of [0, 1, 2]) stage.answer(host, 'load', [2, 'down']);
  };

  it('climbs its levels, and stops when somebody acknowledges', async () => {
    stage = await startStage({ runbook: patientShop });
    down();
    await morning(stage, 17);
    await acknowledge('bob');
    await pass(180);
    expect(told(stage)).toEqual([
      'problem P1 DAILY-20261123-001 to ann@example.com',
      'escalation P1 DAILY-20261123-001 to bob@example.com',
    ]);
  });

  it('tells nobody of the next level when the acknowledgement comes first, even in the middle of the tick', async () => {
    let isRaced = false;
    stage = await startStage({
      runbook: patientShop,
      intercept: async ({ operation, input }): Promise<Verdict> => {
        const isEscalation = operation === 'PutItem' && JSON.stringify(input).includes('\\"kind\\":\\"escalation\\"');
        if (isEscalation && !isRaced) {
          isRaced = true;
          await acknowledge('bob');
        }
        return 'pass';
      },
    });
    down();
    await morning(stage, 60);
    expect(isRaced).toBe(true);
    expect(told(stage)).toEqual(['problem P1 DAILY-20261123-001 to ann@example.com']);
    expect((await stage.table.get<Alert>(alertKey('load')))?.body.incident?.acknowledged?.by).toBe('bob');
  });

  async function acknowledge(by: string): Promise<void> {
    const stored = await stage.table.get<Alert>(alertKey('load'));
    const now = isoOf(stage.cloud.clock.now());
    const { next } = obey(stored?.body, { kind: 'acknowledge', by }, now);
    if (!stored || !next) throw new Error('nothing to acknowledge');
    await stage.table.put(alertKey('load'), stored.version, next, { dueAt: now });
  }
});

describe('a silence', () => {
  it('has the check asked again before its end, and nobody is paged for what is well by then', async () => {
    stage = await startStage({ runbook: patientShop });
    await stage.table.put(silenceKey, 0, [silenceUntil(120)]);
    stage.answer(1, 'disk', full);
    await morning(stage, 30);
    expect(await incidentsOf(stage)).toMatchObject([{ check: 'disk' }]);
    stage.answer(1, 'disk', fine);
    await morning(stage, 180);
    expect(await rechecks(stage)).toHaveLength(3);
    expect(told(stage)).toEqual([]);
    expect(await incidentsOf(stage)).toMatchObject([{ status: 'resolved' }]);
  });

  it('is followed by the page when it still is bad', async () => {
    stage = await startStage({ runbook: patientShop });
    await stage.table.put(silenceKey, 0, [silenceUntil(120)]);
    stage.answer(1, 'disk', full);
    await morning(stage, 119);
    expect(told(stage)).toEqual([]);
    await morning(stage, 125);
    expect(told(stage)).toEqual([problem]);
    stage.answer(1, 'disk', fine);
    await stage.cloud.invoke('dispatch', {
      routine: 'morning',
      slot: isoOf(stage.cloud.clock.now()),
      requestedBy: 'ann',
    });
    await pass(3);
    expect(told(stage)).toEqual([problem, recovery]);
  });

  it('that is ended early lets everything be told, although one alert is poisoned', async () => {
    stage = await startStage();
    await stage.table.put(silenceKey, 0, [silenceUntil(36 * 60)]);
    stage.answer(1, 'load', [2, 'overload']);
    await morning(stage, 5);
    // It comes before the other one.
    await stage.table.put(alertKey('broken'), 0, { check: 'broken' });
    expect(told(stage)).toEqual([]);
    await stage.table.put(silenceKey, 1, [], { dueAt: isoOf(stage.cloud.clock.now()) });
    await pass(2);
    expect(told(stage)).toEqual([problem]);
  });

  function silenceUntil(minutes: number) {
    const [from, until] = [mondayMorning, mondayMorning + minutes * minute].map(isoOf);
    return { id: 's1', by: 'ann', reason: 'works', from, until, checks: [] };
  }
});

describe('two collectors of one round', () => {
  it('tell everybody once: the one that does not hold the lease stops', async () => {
    let goOn: (verdict: Verdict) => void = () => {};
    const released = new Promise<Verdict>((resolve) => {
      goOn = resolve;
    });
    let commandId: unknown;
    /** What the second one asks for while the first one waits in the middle of its reading. */
    const second: string[] = [];
    let isReading = false;
    stage = await startStage({
      intercept: (call) => {
        if (!/collect/i.test(call.caller)) return 'pass';
        if (isReading) second.push(call.operation);
        if (isReading || call.operation !== 'ListCommandInvocations') return 'pass';
        isReading = true;
        commandId = call.input.CommandId;
        return released;
      },
    });
    const { cloud } = stage;
    stage.answer(1, 'disk', full);
    const whole = morning(stage, 3);
    await vi.waitFor(() => expect(isReading).toBe(true), 10_000);
    const document = cloud.resource('AWS::SSM::Document').ref;
    const body = JSON.stringify({ detail: { 'command-id': commandId, 'document-name': document } });
    const stopped = cloud.invoke('collect', { Records: [{ messageId: 'again', body }] });
    // It has seen the lease, and waits a little for its end.
    await vi.waitFor(() => expect(second).toContain('GetItem'));
    cloud.clock.advanceTo(cloud.clock.now() + minute / 6);
    expect(await stopped).toEqual({ ok: true, payload: { batchItemFailures: [] } });
    expect([...new Set(second)]).toEqual(['Query', 'GetItem']);
    isReading = false;
    goOn('pass');
    await whole;
    expect(told(stage)).toEqual([problem]);
  });
});

describe('two platforms at once', () => {
  it('share nothing: each has its incident, its number and its messages', async () => {
    stage = await startStage();
    const other = await startStage({ runbook: patientShop });
    try {
      stage.answer(1, 'disk', full);
      for (const host of [0, 1, 2]) other.answer(host, 'load', [2, 'down']);
      await Promise.all([morning(stage), morning(other)]);
      expect(told(stage)).toEqual([problem]);
      expect(told(other)).toEqual(['problem P1 DAILY-20261123-001 to ann@example.com']);
    } finally {
      await other.close();
    }
  });
});

describe('an open incident', () => {
  it('of a check that the runbook has no more is over, and who was told of it hears so', async () => {
    stage = await startStage();
    stage.answer(1, 'disk', full);
    await morning(stage, 2);
    const stored = await stage.table.get<Alert>(alertKey('disk'));
    if (!stored) throw new Error('no alert');
    const now = isoOf(stage.cloud.clock.now());
    await stage.table.put(alertKey('old-disk'), 0, { ...stored.body, check: 'old-disk' }, { dueAt: now });
    await pass(3);
    expect(told(stage)).toEqual([problem, recovery]);
    expect((await stage.table.get<Alert>(alertKey('old-disk')))?.body.incident).toBeUndefined();
    expect((await stage.table.get<Alert>(alertKey('disk')))?.body.incident).toBeDefined();
  });

  it('that was looked at and has nothing to do is due no more', async () => {
    stage = await startStage();
    stage.answer(1, 'disk', full);
    await morning(stage, 2);
    const stored = await stage.table.get<Alert>(alertKey('disk'));
    if (!stored) throw new Error('no alert');
    const now = isoOf(stage.cloud.clock.now());
    await stage.table.put(alertKey('disk'), stored.version, stored.body, { dueAt: now });
    await pass(2);
    expect((await stage.cloud.items()).find(({ pk, sk }) => pk === 'alert' && sk === 'disk')?.dueAt).toBeUndefined();
  });
});

describe('an alert that nobody can read', () => {
  it('keeps no contact from being told of another', async () => {
    stage = await startStage();
    stage.answer(1, 'disk', full);
    const client = new DynamoDBClient(stage.cloud.clientFor('test'));
    const item = { pk: { S: 'alert' }, sk: { S: 'load' }, version: { N: '1' }, body: { S: 'not JSON' } };
    const TableName = stage.cloud.resource('AWS::DynamoDB::Table').ref;
    await client.send(new PutItemCommand({ TableName, Item: item }));
    const mailbox = { contact: 'ann', letters: [letterAbout('load')], known: [], sent: [] };
    await stage.table.put(mailboxKey('ann'), 0, mailbox, { dueAt: isoOf(mondayMorning) });
    await morning(stage, 4);
    expect(told(stage)).toContain(problem);
  });

  function letterAbout(check: string) {
    const at = '2026-11-23T06:00:00.000Z';
    const facts = { title: check, headline: check, round: 'morning/x', troubled: 1, population: 3, worst: [] };
    const notice = { ...facts, kind: 'problem', incident: 'OLD-1', sequence: 1, check, priority: 'P2', level: 1 };
    return { notice: { ...notice, openedAt: at, at, reason: 'bad' }, role: 'operations', channels: ['email'] };
  }
});

describe('a poisoned item', () => {
  it('is set aside, and rings the alarm; the others go on', async () => {
    stage = await startStage();
    const past = '2026-11-23T06:00:00.000Z';
    // What another deployment may have left: an alert without any of its parts.
    await stage.table.put(alertKey('load'), 0, { check: 'load' }, { dueAt: past });
    stage.answer(1, 'disk', full);
    await morning(stage, 8);
    expect(told(stage)).toContain(problem);
    const aside = (await stage.cloud.items()).find(({ pk, sk }) => pk === 'alert' && sk === 'load');
    expect(String(aside?.dueAt) > isoOf(mondayMorning)).toBe(true);
    const alarms = stage.cloud.sns.deliveries.filter(({ subject }) => subject?.includes('ALARM'));
    expect(alarms.map(({ endpoint }) => endpoint)).toContain('bob@example.com');
  });
});
