import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { onTestFinished } from 'vitest';
import { Table } from '../../../functions/adapters/dynamodb.ts';
import type { Round } from '../../../functions/core/round.ts';
import { type AskedSignOff, sign } from '../../../functions/core/sign-off.ts';
import { isoOf, localTime } from '../../../functions/core/time.ts';
import { partition, roundKey } from '../../../functions/flow/keys.ts';
import { repetitionsOf } from '../../../lib/cli/day.ts';
import { beat } from '../../../lib/cli/heartbeat.ts';
import { notificationsOf, readIncidents } from '../../../lib/cli/records.ts';
import { LocalClock } from '../../../lib/local/clock.ts';
import type { LocalCloud } from '../../../lib/local/cloud.ts';
import { startLocalCloud } from '../../../lib/local/local-cloud.ts';
import { rememberingHosts } from '../../../lib/local/remembering-hosts.ts';
import { startSandboxes } from '../../../lib/local/sandbox.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';
import { synthesize } from '../../../lib/synthesize.ts';
import { scratchFolder } from '../../scratch-folder.ts';

const hourMs = 3_600_000;

export interface BusinessDay {
  readonly cloud: LocalCloud;
  readonly table: Table;
  /** Lets the hours pass; whoever is asked for a sign-off gives it within the hour. */
  passUntil(time: string): Promise<void>;
  /** Every round of a routine, the oldest first. */
  roundsOf(routine: string): Promise<Round[]>;
  incidents: () => ReturnType<typeof readIncidents>;
  /** What anybody was told, but for reports, and alarms of Rounds itself that are off. */
  notifications: () => ReturnType<typeof notificationsOf>;
  /** Every report that was mailed, to whomever, with its subject. */
  mails: () => readonly { readonly subject: string; readonly text: string }[];
  /** Local hours, in the order of the rounds, of each routine that ran and was collected; others say what they are. */
  hoursOf(routine: string): Promise<readonly (number | string)[]>;
  /** Every verdict that is not OK, and its text. */
  troubles(): Promise<readonly string[]>;
  signOffs: () => Promise<AskedSignOff[]>;
  /** What the functions have logged as failures of Rounds itself, and what IAM has refused to anybody. */
  failures: () => readonly string[];
}

/** A platform on its demo hosts, with time driven from `start` on; what comes often is not really run each time. */
export async function beginDay(runbook: Runbook, start: string, scenario = 'healthy'): Promise<BusinessDay> {
  const folder = scratchFolder();
  const sandboxes = await startSandboxes({ runbook, scenario, folder: join(folder, 'hosts') });
  onTestFinished(() => sandboxes.close());
  const { template, folder: assetsFolder } = synthesize({ runbook, placeholders: false }, join(folder, 'cdk.out'));
  const clock = new LocalClock(Date.parse(start));
  const hosts = rememberingHosts(sandboxes, Object.values(repetitionsOf(runbook)));
  const cloud = await startLocalCloud({ template, assetsFolder, clock, hosts });
  onTestFinished(() => cloud.close());
  await beat(cloud);
  const client = new DynamoDBClient(cloud.clientFor('test'));
  const table = new Table(client, cloud.resource('AWS::DynamoDB::Table').ref);
  const signOffs = async () =>
    (await table.query<AskedSignOff>({ pk: partition.signOff, limit: 1_000 })).map(({ body }) => body);

  const roundsOf = async (routine: string) => {
    const { pk } = roundKey({ routine, slot: '' });
    return (await table.query<Round>({ pk, limit: 1_000 })).map(({ body }) => body);
  };
  const told = () => notificationsOf(cloud.sns.deliveries);
  const signAll = async () => {
    for (const { pk, sk, version, body } of await table.query<AskedSignOff>({ pk: partition.signOff, limit: 1_000 })) {
      if (body.signatures.length > 0) continue;
      const at = isoOf(clock.now());
      const { next } = sign(body, { by: 'ann', at, note: 'seen, and in order', isGood: true });
      if (next) await table.put({ pk, sk }, version, next, { dueAt: at });
    }
  };
  return {
    cloud,
    table,
    signOffs,
    failures: () => [
      ...['Dispatch', 'Collect', 'Tick', 'Report'].flatMap((name) =>
        cloud.log(name).flatMap(({ text }) => (text.includes('"level":"ERROR"') ? [`${name}: ${text}`] : [])),
      ),
      ...cloud.iam.refusals.map(({ request: { action, resource } }) => `IAM: ${action} on ${resource}`),
    ],
    incidents: () => readIncidents(table),
    notifications: () => told().filter(({ subject, kind }) => kind !== 'report' && !subject.startsWith('OK: ')),
    mails: () =>
      told().flatMap(({ subject, kind, texts }) => (kind === 'report' ? [{ subject, text: texts.email ?? '' }] : [])),
    roundsOf,
    hoursOf: async (routine) =>
      (await roundsOf(routine)).map(({ slot, status }) =>
        status === 'collected' ? localTime(slot, runbook.timeZone).hour : `${slot} ${status}`,
      ),
    troubles: async () => {
      const rounds = await Promise.all(runbook.routines.map(({ id }) => roundsOf(id)));
      return rounds.flat().flatMap((round) => {
        const verdicts = round.status === 'collected' ? Object.entries(round.summary.verdicts) : [];
        return verdicts.flatMap(([check, { status, text }]) =>
          status === 'OK' ? [] : [`${round.slot} ${round.routine}/${check}: ${status} ${text}`],
        );
      });
    },
    passUntil: async (time) => {
      const end = Date.parse(time);
      while (clock.now() < end) {
        await cloud.advanceTo(Math.min(clock.now() + hourMs / 2, end));
        await signAll();
      }
    },
  };
}
