import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Table } from '../../../functions/adapters/dynamodb.ts';
import { Topics } from '../../../functions/adapters/sns.ts';
import type { Alert } from '../../../functions/core/alert.ts';
import type { Mailbox } from '../../../functions/core/mailbox.ts';
import { isoOf } from '../../../functions/core/time.ts';
import { deliverAll, putLetters } from '../../../functions/flow/deliver.ts';
import { Journal } from '../../../functions/flow/journal.ts';
import { alertKey, mailboxKey } from '../../../functions/flow/keys.ts';
import type { Services } from '../../../functions/flow/services.ts';
import { MemoryDynamoDb } from '../../simulation/memory-dynamodb.ts';
import { topicArns } from '../../simulation/memory-sns.ts';
import { Random } from '../../simulation/random.ts';
import { examplePlan } from '../core/example-plan.ts';
import { diskProblem, letterOf } from '../core/letters.ts';

let now = 0;
let dynamo: MemoryDynamoDb;
let writes = 0;
/** A line a publish: contact, kind, channels. */
let told: string[] = [];
let logged: string[] = [];
/** What SNS does before it takes a message, and before it answers then. */
let onPublish: () => Promise<void> | void = () => {};
let onPublished: () => Promise<void> | void = () => {};

beforeEach(() => {
  now = Date.parse('2026-11-23T07:00:30.000Z');
  dynamo = new MemoryDynamoDb(() => now, new Random(1));
  writes = 0;
  told = [];
  logged = [];
  onPublish = () => {};
  onPublished = () => {};
  vi.spyOn(console, 'log').mockImplementation((line: string) => void logged.push(line));
});

function servicesOf(owner: string): Services {
  const send = async (command: object) => {
    if (command instanceof PublishCommand) {
      await onPublish();
      const { TopicArn = '', MessageAttributes: attributes = {} } = command.input;
      const channels = JSON.parse(attributes.channel?.StringValue ?? '[]').join('+');
      told.push(`${TopicArn.split(':').at(-1)} ${JSON.parse(attributes.kind?.StringValue ?? '[]')[0]} ${channels}`);
      await onPublished();
      return {};
    }
    if (command.constructor.name === 'PutItemCommand') writes += 1;
    return dynamo.apply(command);
  };
  return {
    plan: examplePlan,
    documents: {},
    table: new Table({ send } as unknown as DynamoDBClient, 'table'),
    topics: new Topics({ send } as unknown as SNSClient, topicArns(['ann'])),
    journal: new Journal(),
    now: () => now,
    newNonce: () => '',
    owner,
  } as unknown as Services;
}

const services = () => servicesOf('collect');

async function mailbox(contact = 'ann'): Promise<Mailbox | undefined> {
  return (await services().table.get<Mailbox>(mailboxKey(contact)))?.body;
}

function dueAt(contact = 'ann'): string | undefined {
  return dynamo.items().find(({ pk, sk }) => pk === 'mailbox' && sk === contact)?.dueAt;
}

function later(ms: number): string {
  return isoOf(now + ms);
}

function failures(): string[] {
  return logged.map((line) => JSON.parse(line)).flatMap(({ level, message }) => (level === 'ERROR' ? [message] : []));
}

describe('putting letters in', () => {
  it('leaves them to the tick, and writes nothing the second time', async () => {
    await putLetters(services(), 'ann', [letterOf()]);
    await putLetters(services(), 'ann', [letterOf()]);
    expect((await mailbox())?.letters).toEqual([letterOf()]);
    expect(dueAt()).toBe(isoOf(now));
    expect(writes).toBe(1);
  });

  it('goes on when somebody else was faster', async () => {
    await Promise.all([1, 2, 3].map((sequence) => putLetters(services(), 'ann', [letterOf({ sequence })])));
    expect((await mailbox())?.letters).toHaveLength(3);
  });
});

describe('delivering', () => {
  it('sends all in one message, with two writes, and owes nothing then', async () => {
    await putLetters(services(), 'ann', [letterOf(), letterOf({ check: 'load' })]);
    await deliverAll(services(), ['ann', 'bob']);
    expect(told).toEqual(['ann problem sms+email']);
    expect(writes).toBe(3);
    expect(dueAt()).toBeUndefined();
    const after = await mailbox();
    expect([after?.letters, after?.lease]).toEqual([[], undefined]);
    expect(logged.map((line) => JSON.parse(line))).toEqual([
      {
        level: 'INFO',
        message: 'told',
        contact: 'ann',
        incidents: ['DAILY-20261123-001'],
        kinds: ['problem'],
        channels: ['sms', 'email'],
      },
    ]);
  });

  it('writes nothing where nothing is owed', async () => {
    await putLetters(services(), 'ann', [letterOf()]);
    await deliverAll(services(), ['ann']);
    writes = 0;
    await deliverAll(services(), ['ann']);
    expect([writes, told.length]).toEqual([0, 1]);
  });

  it('counts the next message in the write that strikes the last one out', async () => {
    await putLetters(services(), 'ann', [letterOf(), letterOf({ sequence: 2, kind: 'reminder' }, ['email'])]);
    writes = 0;
    await deliverAll(services(), ['ann']);
    expect(told).toEqual(['ann problem sms', 'ann reminder email']);
    expect(writes).toBe(3);
  });

  it('leaves what a cap holds back until it may be sent', async () => {
    await putLetters(services(), 'ann', [letterOf({}, ['sms'])]);
    await deliverAll(services(), ['ann']);
    const open = later(60_000);
    now += 10_000;
    await putLetters(services(), 'ann', [letterOf({ sequence: 2 }, ['sms'])]);
    await deliverAll(services(), ['ann']);
    expect(told).toHaveLength(1);
    expect(dueAt()).toBe(open);
    now += 50_000;
    await deliverAll(services(), ['ann']);
    expect(told).toHaveLength(2);
  });

  it('asks what is so now before it wakes anybody', async () => {
    const { table } = services();
    const alert: Alert = {
      check: 'disk',
      status: 'OK',
      since: later(0),
      observedAt: later(0),
      parked: [],
      outbox: [],
    };
    await table.put(alertKey('disk'), 0, alert);
    await putLetters(services(), 'ann', [letterOf()]);
    await deliverAll(services(), ['ann']);
    expect(told).toEqual(['ann digest email']);
  });

  it('does not send what somebody else is sending', async () => {
    await putLetters(services(), 'ann', [letterOf()]);
    onPublish = () => deliverAll(servicesOf('tick'), ['ann']);
    await deliverAll(services(), ['ann']);
    expect(told).toEqual(['ann problem sms+email']);
  });

  it('goes on with what came while it was sending', async () => {
    await putLetters(services(), 'ann', [letterOf()]);
    onPublish = async () => {
      onPublish = () => {};
      now += 1_000;
      await putLetters(servicesOf('other'), 'ann', [letterOf({ check: 'load' })]);
    };
    await deliverAll(services(), ['ann']);
    expect(told).toEqual(['ann problem sms+email', 'ann problem email']);
    expect((await mailbox())?.letters.map(({ channels }) => channels)).toEqual([['sms']]);
  });

  it('tries again in a minute what SNS refuses, and does not count it', async () => {
    await putLetters(services(), 'ann', [letterOf()]);
    onPublish = () => Promise.reject(new Error('KMSAccessDenied'));
    await deliverAll(services(), ['ann']);
    expect(failures()).toEqual(['a message was refused by SNS']);
    expect(await mailbox()).toEqual({
      contact: 'ann',
      letters: [letterOf()],
      known: [`disk/${diskProblem.openedAt}/1`],
      sent: [],
    });
    expect(dueAt()).toBe(later(60_000));
    onPublish = () => {};
    await deliverAll(services(), ['ann']);
    expect(told).toEqual(['ann problem sms+email']);
  });

  it('is done again, once, after a crash when it was published, as soon as the lease has run out', async () => {
    await putLetters(services(), 'ann', [letterOf()]);
    onPublished = () => new Promise(() => {});
    void deliverAll(services(), ['ann']);
    await vi.waitFor(() => expect(told).toEqual(['ann problem sms+email']));
    expect(dueAt()).toBe(later(60_000));
    onPublished = () => {};
    now += 59_999;
    await deliverAll(servicesOf('tick'), ['ann']);
    expect(told).toHaveLength(1);
    now += 1;
    for (const owner of ['tick', 'next tick']) await deliverAll(servicesOf(owner), ['ann']);
    expect(told).toEqual(['ann problem sms+email', 'ann problem sms+email']);
  });

  it('begins nothing in the last part of its lease', async () => {
    await putLetters(services(), 'ann', [letterOf(), letterOf({ sequence: 2 }, ['email'])]);
    onPublish = () => {
      now += 25_001;
    };
    await deliverAll(services(), ['ann']);
    expect(told).toEqual(['ann problem sms']);
    expect(dueAt()).toBe(isoOf(now));
  });

  it('hands the pages of a contact whom a deployment has removed on to who has the role now, each once', async () => {
    await putLetters(services(), 'carol', [letterOf(), letterOf({ check: 'load' }, ['email'])]);
    await putLetters(services(), 'ann', [letterOf()]);
    await deliverAll(services(), ['carol', 'ann']);
    // Her own letter by both of its channels, and with it what Carol had still to be told.
    expect(told).toEqual(['ann problem sms', 'ann problem email']);
    expect((await mailbox())?.known).toHaveLength(2);
    expect([(await mailbox('carol'))?.letters, dueAt('carol'), failures()]).toEqual([[], undefined, []]);
  });

  it('hands them on to all of the level where the role is gone too', async () => {
    await putLetters(services(), 'carol', [{ ...letterOf({ priority: 'P1', level: 1 }), role: 'night-shift' }]);
    await deliverAll(services(), ['carol', 'ann']);
    expect(told).toEqual(['ann problem sms+email']);
  });

  it('says once that nobody is told where nobody is left', async () => {
    const { P1 } = examplePlan.priorities;
    const nobody = { ...services(), plan: { ...examplePlan, roles: {}, priorities: P1 ? { P1 } : {} } };
    await putLetters(nobody, 'carol', [letterOf()]);
    await deliverAll(nobody, ['carol']);
    await deliverAll(nobody, ['carol']);
    expect(failures()).toEqual(['a contact cannot be told']);
    expect([(await mailbox('carol'))?.letters, dueAt('carol')]).toEqual([[], undefined]);
  });

  it('tells nobody in the place of such a contact that something is over of which he alone knew', async () => {
    await putLetters(services(), 'carol', [letterOf({ kind: 'recovery', sequence: 2 })]);
    await deliverAll(services(), ['carol', 'ann']);
    expect([told, failures(), (await mailbox('carol'))?.letters]).toEqual([[], [], []]);
  });

  it('goes on with the other contacts where one mailbox cannot be read', async () => {
    await putLetters(services(), 'ann', [letterOf()]);
    await services().table.put(mailboxKey('bob'), 0, 'broken');
    await deliverAll(services(), ['bob', 'ann']);
    expect(failures()).toEqual(['a mailbox could not be emptied']);
    expect(told).toEqual(['ann problem sms+email']);
  });
});
