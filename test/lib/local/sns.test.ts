import { describe, expect, it } from 'vitest';
import { LocalClock } from '../../../lib/local/clock.ts';
import type { JsonObject } from '../../../lib/local/service.ts';
import { LocalSns } from '../../../lib/local/sns.ts';

const topic = 'arn:aws:sns:us-east-1:000000000000:on-call';

function snsWithContact(displayName?: string): LocalSns {
  const sns = new LocalSns({ clock: new LocalClock() });
  sns.createTopic(topic, displayName);
  const channel = (name: string) => ({ filterPolicy: { channel: [name] } });
  sns.subscribe({ arn: '1', topic, protocol: 'email', endpoint: 'a@example.com', ...channel('email') });
  sns.subscribe({ arn: '2', topic, protocol: 'sms', endpoint: '+12025550100', ...channel('sms') });
  sns.subscribe({ arn: '3', topic, protocol: 'https', endpoint: 'https://example.com/hook' });
  return sns;
}

const publish = (sns: LocalSns, input: JsonObject) =>
  sns.handle('Publish', { TopicArn: topic, Message: 'text', ...input });

describe('publishing', () => {
  it.each([
    { attributes: {}, protocols: ['https'] },
    { attributes: { channel: { DataType: 'String', StringValue: 'sms' } }, protocols: ['sms', 'https'] },
    { attributes: { channel: { DataType: 'String', StringValue: 'fax' } }, protocols: ['https'] },
    {
      attributes: { channel: { DataType: 'String.Array', StringValue: '["sms","email"]' } },
      protocols: ['email', 'sms', 'https'],
    },
  ])('reaches $protocols with attributes $attributes', async ({ attributes, protocols }) => {
    const sns = snsWithContact();
    await publish(sns, { MessageAttributes: attributes });
    expect(sns.deliveries.map(({ protocol }) => protocol)).toEqual(protocols);
  });

  it('gives each protocol its own text, and the subject only to email', async () => {
    const sns = snsWithContact();
    const channel = { DataType: 'String.Array', StringValue: '["sms","email"]' };
    const Message = JSON.stringify({ default: 'long', sms: 'short' });
    await publish(sns, { Message, MessageStructure: 'json', Subject: 'Hello', MessageAttributes: { channel } });
    expect(sns.deliveries.map(({ protocol, body, subject }) => [protocol, body, subject])).toEqual([
      ['email', 'long', 'Hello'],
      ['sms', 'short', undefined],
      ['https', 'long', undefined],
    ]);
  });

  it.each([
    { name: 'a subject of 100 characters', input: { Subject: 'x'.repeat(100) } },
    { name: 'a subject with a line break', input: { Subject: 'a\nb' } },
    { name: 'a subject that is not ASCII', input: { Subject: 'Störung' } },
    { name: 'an empty message', input: { Message: '' } },
    { name: 'a message over 256 KB', input: { Message: 'x'.repeat(262_145) } },
    { name: 'texts without a default', input: { Message: '{"sms":"x"}', MessageStructure: 'json' } },
    { name: 'texts that are not JSON', input: { Message: 'x', MessageStructure: 'json' } },
    { name: 'an empty attribute', input: { MessageAttributes: { channel: { DataType: 'String', StringValue: '' } } } },
    { name: 'a member that it does not know', input: { PhoneNumber: '+12025550100' } },
  ])('refuses $name', async ({ input }) => {
    const sns = snsWithContact();
    await expect(publish(sns, input)).rejects.toMatchObject({ code: 'InvalidParameter' });
    expect(sns.deliveries).toEqual([]);
  });

  it.each([
    { displayName: undefined, expected: 'text' },
    { displayName: 'Rounds', expected: 'ROUNDS> text' },
    { displayName: 'Rounds of the shop', expected: 'ROUNDS OF > text' },
  ])('puts the display name $displayName before an SMS, and nowhere else', async ({ displayName, expected }) => {
    const sns = snsWithContact(displayName);
    await publish(sns, {
      MessageAttributes: { channel: { DataType: 'String.Array', StringValue: '["sms","email"]' } },
    });
    expect(sns.deliveries.map(({ body }) => body)).toEqual(['text', expected, 'text']);
  });

  it('accepts an SMS that is too long, and says that no phone gets it', async () => {
    const sns = snsWithContact();
    const channel = { DataType: 'String', StringValue: 'sms' };
    await publish(sns, { Message: 'x'.repeat(1_601), MessageAttributes: { channel } });
    expect(sns.deliveries.find(({ protocol }) => protocol === 'sms')?.failure).toContain('1601 characters');
  });
});

describe('the subscriptions of a topic', () => {
  const list = (sns: LocalSns, input: JsonObject = {}) =>
    sns.handle('ListSubscriptionsByTopic', { TopicArn: topic, ...input });

  it('count as confirmed, until a test says otherwise: then their endpoints get nothing', async () => {
    const sns = snsWithContact();
    sns.setConfirmed('3', false);
    expect(await list(sns)).toMatchObject({
      Subscriptions: [
        { SubscriptionArn: '1', Protocol: 'email', Endpoint: 'a@example.com', Owner: '000000000000', TopicArn: topic },
        { SubscriptionArn: '2', Protocol: 'sms' },
        { SubscriptionArn: 'PendingConfirmation', Protocol: 'https' },
      ],
    });
    await publish(sns, {});
    expect(sns.deliveries).toEqual([]);
    sns.setConfirmed('3', true);
    await publish(sns, {});
    expect(sns.deliveries.map(({ protocol }) => protocol)).toEqual(['https']);
  });

  it('come in pages of 100', async () => {
    const sns = snsWithContact();
    for (let index = 4; index <= 101; index++) {
      sns.subscribe({ arn: String(index), topic, protocol: 'email', endpoint: `${index}@example.com` });
    }
    const first = await list(sns);
    expect(first.Subscriptions).toHaveLength(100);
    const { Subscriptions, NextToken } = await list(sns, { NextToken: first.NextToken ?? '' });
    expect(Subscriptions).toMatchObject([{ SubscriptionArn: '101' }]);
    expect(NextToken).toBeUndefined();
  });

  it('cannot be listed of a topic that there is not', async () => {
    const call = list(snsWithContact(), { TopicArn: `${topic}-else` });
    await expect(call).rejects.toMatchObject({ code: 'NotFound', statusCode: 404 });
  });
});
