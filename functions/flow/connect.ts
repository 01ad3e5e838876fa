import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { SSMClient } from '@aws-sdk/client-ssm';
import { RunCommand } from '../adapters/ssm.ts';
import { environment } from '../contract.ts';
import { readMs } from '../core/round.ts';
import { requestHandler, variable } from './connect-records.ts';
import { connectTelling } from './connect-telling.ts';
import type { Services } from './services.ts';

/** Made once a container. */
const clients = {
  commands: new SSMClient({ requestHandler, maxAttempts: 5 }),
  send: new SSMClient({ requestHandler, maxAttempts: 1 }),
};

/**
 * All services, for one invocation.
 * @throws {Error} that names the environment variable that is missing
 */
export function connect(variables: NodeJS.ProcessEnv = process.env): Services {
  return {
    ...connectTelling(variables),
    documents: JSON.parse(variable(variables, environment.documents)),
    commands: new RunCommand(clients.commands, clients.send),
    newNonce: () => randomUUID().replaceAll('-', ''),
    readUntil: Date.now() + readMs,
    wait: (ms) => setTimeout(ms),
  };
}
