import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Topics } from '../../../functions/adapters/sns.ts';

const topic = 'arn:aws:sns:eu-central-1:000000000000:ann';

/** What SNS answers, page by page; the last one again and again. */
let pages: readonly string[] = [];
let calls = 0;
/** The newest request, by the names of its parameters. */
let asked = new URLSearchParams();
const server = createServer(async (request, response) => {
  asked = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
  const action = asked.get('Action');
  const result = pages[Math.min(calls++, pages.length - 1)];
  response.end(`<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`);
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

function topics(...answers: readonly string[]) {
  pages = answers;
  calls = 0;
  const { port } = server.address() as AddressInfo;
  const client = new SNSClient({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return new Topics(client, { ann: topic });
}

function confirmed(...answers: readonly string[]) {
  return topics(...answers).confirmed('ann');
}

function page(subscriptions: readonly (readonly [protocol: string, arn: string])[], token = '') {
  const members = subscriptions.map(
    ([protocol, arn]) => `<member><Protocol>${protocol}</Protocol><SubscriptionArn>${arn}</SubscriptionArn></member>`,
  );
  return `<Subscriptions>${members.join('')}</Subscriptions>${token && `<NextToken>${token}</NextToken>`}`;
}

const arn = `${topic}:c7fe3a54`;

it.each<[what: string, subscriptions: [string, string][], channels: string[]]>([
  [
    'every channel that is confirmed',
    [
      ['email', arn],
      ['sms', arn],
      ['https', arn],
    ],
    ['email', 'sms', 'https'],
  ],
  ['email as JSON as email', [['email-json', arn]], ['email']],
  [
    'nothing that waits for its confirmation',
    [
      ['email', 'PendingConfirmation'],
      ['sms', arn],
    ],
    ['sms'],
  ],
  ['nothing that was deleted', [['https', 'Deleted']], []],
  [
    'a channel that is confirmed once and waits once',
    [
      ['email', arn],
      ['email', 'PendingConfirmation'],
    ],
    ['email'],
  ],
  [
    'nothing that reaches no people',
    [
      ['sqs', arn],
      ['http', arn],
    ],
    [],
  ],
  ['nothing where there is no subscription', [], []],
])('finds %s', async (_what, subscriptions, channels) => {
  expect([...(await confirmed(page(subscriptions)))]).toEqual(channels);
});

it('reads page after page', async () => {
  expect([...(await confirmed(page([['email', arn]], 'next'), page([['sms', arn]])))]).toEqual(['email', 'sms']);
  expect(calls).toBe(2);
});

it('gives up on pages without end, and does not say that all is well', async () => {
  await expect(confirmed(page([['email', arn]], 'next'))).rejects.toThrow('The topic of ann has more than 10 pages');
  expect(calls).toBe(10);
});

it('sends a text for each protocol, and a list of values for each attribute that has any', async () => {
  const attributes = { incident: [], kind: ['report'], priority: [], role: ['operations', 'administrator'] };
  const message = { subject: 'a', email: 'b', sms: 'c', https: '{}', attributes };
  await topics('<MessageId>1</MessageId>').publish({ contact: 'ann', channels: ['email'], message });
  expect(asked.get('TopicArn')).toBe(topic);
  expect(JSON.parse(asked.get('Message') ?? '')).toEqual({ default: 'b', email: 'b', sms: 'c', https: '{}' });
  const values = [1, 2, 3, 4, 5].map((entry) => {
    const start = `MessageAttributes.entry.${entry}`;
    return [asked.get(`${start}.Name`), asked.get(`${start}.Value.StringValue`)];
  });
  expect(values).toEqual([
    ['channel', '["email"]'],
    ['role', '["operations","administrator"]'],
    ['kind', '["report"]'],
    ['AWS.SNS.SMS.SMSType', 'Transactional'],
    [null, null],
  ]);
});
