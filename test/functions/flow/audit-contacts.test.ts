import { afterEach, describe, expect, it } from 'vitest';
import { auditKey } from '../../../functions/flow/keys.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import { incidentsOf, minute, mondayMorning, mondaySlot, morning, type Stage, startStage, told } from './stage.ts';

/** People have an hour to confirm, before it is asked for the first time. */
const anHourBefore = mondayMorning - 60 * minute;

const tomorrow = '2026-11-24T07:00:00.000Z';

let stage: Stage;
afterEach(() => stage.close());

/** Ann's or Bob's own subscription, not that to the alarms. */
function setConfirmed(contact: 'ann' | 'bob', protocol: 'email' | 'sms', isConfirmed: boolean): void {
  const { sns } = stage.cloud;
  const ofContact = sns.subscriptions.filter(({ topic }) => topic.includes(`Contacts${contact}`));
  const found = ofContact.find((each) => each.protocol === protocol);
  if (!found) throw new Error(`the shop's stack has changed: expected a subscription of ${contact} for ${protocol}`);
  sns.setConfirmed(found.arn, isConfirmed);
}

const asked = () => stage.cloud.calls.count({ service: 'sns', operation: 'ListSubscriptionsByTopic' });
const nextAudit = async () => (await stage.table.get(auditKey))?.body;

/** What people got, and what the alarms said over their own topic. */
const pages = () => stage.cloud.sns.deliveries.filter(({ attributes }) => attributes.incident);
const alarms = () =>
  stage.cloud.sns.deliveries.filter(({ subject }) => subject?.startsWith('ALARM') && subject.includes('Failures'));

describe('the audit of the contacts', () => {
  it('asks for every topic an hour after the first deployment, then once a day, and tells nobody that all is well', async () => {
    stage = await startStage({ at: anHourBefore - 20 * minute });
    await stage.cloud.advanceTo(mondayMorning - 16 * minute);
    expect(asked()).toBe(2);
    expect(await nextAudit()).toEqual({ nextAt: mondaySlot });
    await morning(stage, 0);
    expect(asked()).toBe(2);
    await morning(stage, 10);
    expect(asked()).toBe(4);
    expect(await nextAudit()).toEqual({ nextAt: tomorrow });
    expect(pages()).toEqual([]);
    expect(await incidentsOf(stage)).toEqual([]);
  });

  it('tells those who can be reached, once, of an email that is not confirmed, and the watchers by the alarm', async () => {
    stage = await startStage({ at: anHourBefore });
    setConfirmed('ann', 'email', false);
    await morning(stage, 50);
    expect(told(stage)).toEqual(['problem P1 DAILY-20261123-001 to bob@example.com']);
    expect(pages().map(({ endpoint }) => endpoint)).toEqual(
      expect.arrayContaining(['+12025550100', '+12025550101', 'bob@example.com']),
    );
    expect(pages()).toHaveLength(3);
    const email = pages().find(({ protocol }) => protocol === 'email');
    expect(email?.subject).toContain('Ann cannot be told by email');
    expect(email?.body).toContain('Ann: email not confirmed');
    expect(alarms().map(({ endpoint }) => endpoint)).toEqual(['bob@example.com']);
  });

  it('asks every hour while somebody cannot be told, and recovers with the confirmation', async () => {
    stage = await startStage({ at: anHourBefore });
    setConfirmed('bob', 'sms', false);
    await morning(stage, 50);
    setConfirmed('bob', 'sms', true);
    await morning(stage, 65);
    expect(told(stage).slice(-2)).toEqual([
      'recovery P1 DAILY-20261123-001 to ann@example.com',
      'recovery P1 DAILY-20261123-001 to bob@example.com',
    ]);
    expect(await nextAudit()).toEqual({ nextAt: tomorrow });
  });

  it('finds what is lost after the first audit', async () => {
    stage = await startStage({ at: anHourBefore - 20 * minute });
    await stage.cloud.advanceTo(mondayMorning - 16 * minute);
    setConfirmed('ann', 'sms', false);
    await morning(stage, 0);
    expect(told(stage)).toEqual([]);
    await morning(stage, 2);
    expect(told(stage)).toContain('problem P1 DAILY-20261123-001 to bob@example.com');
  });
});

describe('an audit that SNS refuses', () => {
  /** Part of the topics that SNS says nothing about; empty for all. */
  let refused: string | undefined;

  async function startRefusing(error: ServiceError, topics: string | undefined): Promise<void> {
    refused = topics;
    stage = await startStage({
      at: anHourBefore,
      intercept: ({ operation, input }) => {
        const isRefused = refused !== undefined && String(input.TopicArn).includes(refused);
        return operation === 'ListSubscriptionsByTopic' && isRefused ? error : 'pass';
      },
    });
  }

  it.each([
    { error: new ServiceError('Throttled', 'Rate exceeded', 429) },
    { error: new ServiceError('AuthorizationError', 'not authorized', 403) },
  ])('rings the alarm, and is tried again in an hour: $error.code', async ({ error }) => {
    await startRefusing(error, '');
    await morning(stage, 20);
    expect(alarms()).toHaveLength(1);
    const before = asked();
    await morning(stage, 55);
    expect(asked()).toBe(before);
    refused = undefined;
    await morning(stage, 65);
    expect(asked()).toBe(before + 2);
    expect(await nextAudit()).toEqual({ nextAt: tomorrow });
    expect(told(stage)).toEqual([]);
  });

  it('still tells of what it knows', async () => {
    await startRefusing(new ServiceError('InternalError', 'down', 500), 'Contactsann');
    setConfirmed('bob', 'sms', false);
    await morning(stage, 5);
    expect(told(stage)).toContain('problem P1 DAILY-20261123-001 to ann@example.com');
  });

  it('ends no incident before it is known that everybody can be told', async () => {
    await startRefusing(new ServiceError('AuthorizationError', 'no', 403), undefined);
    setConfirmed('bob', 'sms', false);
    await morning(stage, 5);
    refused = 'Contactsann';
    setConfirmed('bob', 'sms', true);
    await morning(stage, 65);
    expect(await incidentsOf(stage)).toMatchObject([{ check: 'contacts', status: 'open' }]);
    refused = undefined;
    await morning(stage, 125);
    expect(await incidentsOf(stage)).toMatchObject([{ check: 'contacts', status: 'resolved' }]);
  });
});
