import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Table } from '../../../functions/adapters/dynamodb.ts';
import { LocalClock } from '../../../lib/local/clock.ts';
import type { LocalCloud } from '../../../lib/local/cloud.ts';
import type { Intercept } from '../../../lib/local/gateway.ts';
import { startLocalCloud } from '../../../lib/local/local-cloud.ts';
import { type Host, startOnAgent } from '../../../lib/local/ssm/host.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';
import { type Assembly, synthesize } from '../../../lib/synthesize.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { mondayMorning } from './stage.ts';

/** The running stack with hosts that really run what they are sent. */
export interface RealStage {
  readonly cloud: LocalCloud;
  readonly table: Table;
  /** The home folders of the hosts `app-1`, `app-2` and so on. */
  readonly homes: readonly string[];
}

/** A script `name` in a folder of the test file's own; its path. */
export function scriptOf(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  return path;
}

const assemblies = new Map<Runbook, Assembly>();

export async function startRealStage(runbook: Runbook, intercept?: Intercept): Promise<RealStage> {
  const assembly = assemblies.get(runbook) ?? synthesize({ runbook, placeholders: false }, scratchFolder());
  assemblies.set(runbook, assembly);
  const folder = scratchFolder();
  const homes = ['app-1', 'app-2'].map((name) => join(folder, name));
  const hosts = homes.map((home, index) => realHost(`i-0000000${index + 1}`, `app-${index + 1}`, home));
  const cloud = await startLocalCloud({
    template: assembly.template,
    assetsFolder: assembly.folder,
    hosts: { hosts: () => hosts },
    clock: new LocalClock(mondayMorning),
    ...(intercept && { intercept }),
  });
  const table = new Table(new DynamoDBClient(cloud.clientFor('test')), cloud.resource('AWS::DynamoDB::Table').ref);
  return { cloud, table, homes };
}

function realHost(id: string, name: string, root: string): Host {
  mkdirSync(root);
  const environment = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: root,
    ROUNDS_STATE_FOLDER: join(root, 'state'),
    AWS_SSM_INSTANCE_ID: id,
  };
  const host = { id, root, environment, platformType: 'Linux' } as const;
  return { ...host, name, tags: { Role: 'app' }, connection: 'online', start: (task) => startOnAgent(host, task) };
}
