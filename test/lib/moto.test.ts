import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DescribeTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListDocumentsCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../scratch-folder.ts';

/**
 * `cdk deploy` for real, against moto: a CloudFormation that is not ours has to accept the template and create what it
 * knows of it.
 * @see https://docs.getmoto.org/en/latest/docs/server_mode.html
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const cdk = join(root, 'node_modules', '.bin', 'cdk');
const run = promisify(execFile);

const installed = spawnSync('moto_server', ['--help']).status === 0;
const withoutMoto = installed ? '' : ' (NOT RUN: moto_server is not on PATH; pip install "moto[server]")';
if (!installed) console.warn(`test/lib/moto.test.ts:${withoutMoto}`);

const startTimeoutMs = 60_000;
const deployTimeoutMs = 300_000;

describe.skipIf(!installed)(`cdk deploy against moto${withoutMoto}`, () => {
  const folder = scratchFolder();
  let server: ChildProcess | undefined;
  let environment: NodeJS.ProcessEnv = {};
  let client: { region: string; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } };

  /** Runs the CDK's command line on the app, with the fictional contacts unless `context` says otherwise. */
  const runCdk = (command: string[], context: string[] = ['-c', 'allowUnconfiguredContacts=true']) =>
    run(cdk, [...command, ...context, '-c', 'platform=fossawork', '--output', join(folder, 'cdk.out')], {
      cwd: root,
      env: environment,
    });

  beforeAll(async () => {
    const port = await freePort();
    server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    const endpoint = `http://127.0.0.1:${port}`;
    client = { region: 'us-east-1', endpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    environment = {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      // moto looks for a bucket in the host's name, unless that is localhost.
      AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: `http://localhost:${port}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    await answers(`${endpoint}/moto-api/`);
    await runCdk(['bootstrap', 'aws://123456789012/us-east-1']);
  }, startTimeoutMs + deployTimeoutMs);

  afterAll(() => {
    server?.kill();
  });

  it.skipIf(existsSync(join(root, 'contacts.json')))(
    'refuses a fresh clone, whose contacts are placeholders, and says what to do',
    async () => {
      await expect(runCdk(['deploy', '--require-approval', 'never'], [])).rejects.toThrow(
        /CopyContactsExampleJsonToContactsJsonAndFillItIn/,
      );
    },
    deployTimeoutMs,
  );

  it(
    'creates the table, the topics and the documents',
    async () => {
      const { stderr } = await runCdk(['deploy', '--require-approval', 'never']);
      expect(stderr).not.toMatch(/failed|rollback/i);

      const dynamodb = new DynamoDBClient(client);
      const { TableNames: [tableName] = [] } = await dynamodb.send(new ListTablesCommand());
      const { Table: table } = await dynamodb.send(new DescribeTableCommand({ TableName: tableName }));
      expect(table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['due']);

      const { Topics: topics = [] } = await new SNSClient(client).send(new ListTopicsCommand());
      expect(topics).toHaveLength(4);

      const ssm = new SSMClient(client);
      const filters = { Filters: [{ Key: 'Owner', Values: ['Self'] }], MaxResults: 50 };
      const { DocumentIdentifiers: documents = [] } = await ssm.send(new ListDocumentsCommand(filters));
      expect(documents).toHaveLength(17);
      for (const document of documents)
        expect(document).toMatchObject({ DocumentType: 'Command', SchemaVersion: '2.2', TargetType: '/' });
    },
    deployTimeoutMs,
  );
});

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Waits until something answers at `url`, `startTimeoutMs` at most. */
async function answers(url: string): Promise<void> {
  const giveUpAt = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch (cause) {
      if (Date.now() > giveUpAt)
        throw new Error(`moto_server does not answer at ${url}; run it by hand to see why`, { cause });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
