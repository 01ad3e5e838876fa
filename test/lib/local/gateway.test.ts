import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { ListCommandsCommand, ListDocumentsCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { fixtureCloud } from './fixtures/cloud.ts';

const topic = 'arn:aws:sns:us-east-1:000000000000:Rounds-Topic';
const key = { id: { S: 'a' } };

describe('the gateway', () => {
  it("speaks each service's protocol with its unmodified SDK client", async () => {
    const cloud = await fixtureCloud();
    const settings = cloud.clientFor('person');
    const table = new DynamoDBClient(settings);
    await table.send(new PutItemCommand({ TableName: 'Rounds-Table', Item: { ...key, text: { S: 'ä<&>"\n' } } }));
    expect((await table.send(new GetItemCommand({ TableName: 'Rounds-Table', Key: key }))).Item?.text?.S).toBe(
      'ä<&>"\n',
    );
    const published = await new SNSClient(settings).send(new PublishCommand({ TopicArn: topic, Message: 'ä<&>"\n' }));
    expect(cloud.sns.deliveries).toMatchObject([{ messageId: published.MessageId, body: 'ä<&>"\n' }]);
    expect((await new SSMClient(settings).send(new ListCommandsCommand({}))).Commands).toEqual([]);
    const MetricData = [{ MetricName: 'Beat', Value: 2 }];
    await new CloudWatchClient(settings).send(new PutMetricDataCommand({ Namespace: 'Test', MetricData }));
    const beat = { namespace: 'Test', name: 'Beat', dimensions: {} };
    expect(cloud.metrics.samples(beat).map(({ sum }) => sum)).toEqual([2]);
    expect(cloud.calls.count({ caller: 'person' })).toBe(5);
    expect(cloud.calls.count({ service: 'dynamodb' })).toBe(2);
  });

  it('reads a body that the client has compressed', async () => {
    const cloud = await fixtureCloud();
    const client = new CloudWatchClient(cloud.clientFor('person'));
    // The client compresses from 10,240 bytes on.
    const MetricData = Array.from({ length: 500 }, (_, index) => ({ MetricName: `Metric${index}`, Value: index }));
    await client.send(new PutMetricDataCommand({ Namespace: 'Test', MetricData }));
    expect(cloud.metrics.all.filter(({ namespace }) => namespace === 'Test')).toHaveLength(500);
  });

  it.each([
    {
      name: 'DynamoDB',
      client: (settings: object) =>
        new DynamoDBClient(settings).send(new GetItemCommand({ TableName: 'Rounds-Table', Key: key })),
    },
    {
      name: 'SNS',
      client: (settings: object) => new SNSClient(settings).send(new PublishCommand({ TopicArn: topic, Message: 'x' })),
    },
    {
      name: 'CloudWatch',
      client: (settings: object) =>
        new CloudWatchClient(settings).send(new PutMetricDataCommand({ Namespace: 'x', MetricData: [] })),
    },
    { name: 'SSM', client: (settings: object) => new SSMClient(settings).send(new ListCommandsCommand({})) },
  ])('refuses a key that it did not issue: $name', async ({ client }) => {
    const cloud = await fixtureCloud();
    const credentials = { accessKeyId: 'SOMEBODY', secretAccessKey: 'x' };
    const call = client({ ...cloud.clientFor('person'), credentials, maxAttempts: 1 });
    await expect(call).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    expect(cloud.calls.recent).toMatchObject([{ caller: '(unknown)', outcome: 'UnrecognizedClientException' }]);
  });

  it('raises the exception that the SDK knows for each kind of refusal', async () => {
    const cloud = await fixtureCloud();
    const settings = cloud.clientFor('person');
    const table = new DynamoDBClient(settings);
    const put = { TableName: 'Rounds-Table', Item: key, ConditionExpression: 'attribute_not_exists(id)' };
    await table.send(new PutItemCommand(put));
    await expect(table.send(new PutItemCommand(put))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    const missing = new PublishCommand({ TopicArn: `${topic}-other`, Message: 'x' });
    await expect(new SNSClient(settings).send(missing)).rejects.toMatchObject({ name: 'NotFoundException' });
    const empty = new PublishCommand({ TopicArn: topic, Message: '' });
    await expect(new SNSClient(settings).send(empty)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const notANumber = new PutMetricDataCommand({
      Namespace: 'Test',
      MetricData: [{ MetricName: 'x', Value: Number.NaN }],
    });
    await expect(new CloudWatchClient(settings).send(notANumber)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  it('refuses, by name, what a service does not know', async () => {
    const cloud = await fixtureCloud();
    const settings = { ...cloud.clientFor('person'), maxAttempts: 1 };
    const table = new DynamoDBClient(settings);
    const transaction = new TransactWriteItemsCommand({ TransactItems: [] });
    await expect(table.send(transaction)).rejects.toThrow('has no TransactWriteItems');
    const returned = new PutItemCommand({
      TableName: 'Rounds-Table',
      Item: key,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(table.send(returned)).rejects.toThrow('does not know ReturnValuesOnConditionCheckFailure');
    const subscribe = new SubscribeCommand({ TopicArn: topic, Protocol: 'email' });
    await expect(new SNSClient(settings).send(subscribe)).rejects.toThrow('has no operation Subscribe');
    await expect(new SSMClient(settings).send(new ListDocumentsCommand({}))).rejects.toThrow('ListDocuments');
  });

  it('counts capacity units without showing them to a client that did not ask', async () => {
    const cloud = await fixtureCloud();
    const table = new DynamoDBClient(cloud.clientFor('person'));
    const Item = { ...key, text: { S: 'x'.repeat(1_500) } };
    const put = await table.send(new PutItemCommand({ TableName: 'Rounds-Table', Item }));
    const get = new GetItemCommand({
      TableName: 'Rounds-Table',
      Key: key,
      ReturnConsumedCapacity: 'TOTAL',
      ConsistentRead: true,
    });
    expect(put.ConsumedCapacity).toBeUndefined();
    expect((await table.send(get)).ConsumedCapacity?.CapacityUnits).toBe(1);
    expect(cloud.dynamodb.units).toEqual({ read: 1, write: 2 });
  });
});
