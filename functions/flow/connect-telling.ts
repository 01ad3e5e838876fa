import { randomUUID } from 'node:crypto';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SNSClient } from '@aws-sdk/client-sns';
import { Metrics } from '../adapters/cloudwatch.ts';
import { Topics } from '../adapters/sns.ts';
import { environment } from '../contract.ts';
import { connectRecords, requestHandler, variable } from './connect-records.ts';
import type { TellingServices } from './services.ts';

/** Made once a container. */
const clients = {
  topics: new SNSClient({ requestHandler, maxAttempts: 2 }),
  metrics: new CloudWatchClient({ requestHandler, maxAttempts: 2 }),
};

/**
 * The records, and what tells people, for one invocation.
 * @throws {Error} that names the environment variable that is missing
 */
export function connectTelling(variables: NodeJS.ProcessEnv = process.env): TellingServices {
  const records = connectRecords(variables);
  return {
    ...records,
    topics: new Topics(clients.topics, JSON.parse(variable(variables, environment.topics))),
    metrics: new Metrics(clients.metrics, records.plan.platform.id),
    owner: randomUUID(),
  };
}
