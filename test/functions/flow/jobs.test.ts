import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Round } from '../../../functions/core/round.ts';
import { isoOf } from '../../../functions/core/time.ts';
import { roundKey, slotKey } from '../../../functions/flow/keys.ts';
import { readIncidents } from '../../../lib/cli/records.ts';
import { job, routine } from '../../../lib/runbook/builders.ts';
import { onDemand } from '../../../lib/runbook/schedule.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { type RealStage, scriptOf, startRealStage } from './real-stage.ts';
import { minute, mondayMorning, shop } from './stage.ts';

/** Says that it runs, and ends when it may. */
const script = scriptOf(
  scratchFolder(),
  'restart.sh',
  'echo once >>"$HOME/runs"\nuntil [ -e "$HOME/may-end" ]; do sleep 0.05; done\necho restarted',
);

const shopWithJob: Runbook = {
  ...shop,
  routines: [
    routine('restart', {
      title: 'Restart',
      fleet: 'app',
      schedule: onDemand,
      checks: [
        job('restart-shop', {
          title: 'Restart the shop',
          script,
          look: 'ps',
          changes: 'restarts it',
          timeoutSeconds: 60,
        }),
      ],
    }),
  ],
};

let stage: RealStage;
beforeEach(async () => {
  stage = await startRealStage(shopWithJob);
});
afterEach(() => stage.cloud.close());

const slotAt = (seconds: number) => isoOf(mondayMorning + seconds * 1_000);

function ask(slot: string, requestedBy?: string) {
  return stage.cloud.invoke('dispatch', { routine: 'restart', slot, ...(requestedBy && { requestedBy }) });
}

/** Lets the jobs end that run, and everything happen that follows. */
async function end(): Promise<void> {
  for (const home of stage.homes) writeFileSync(join(home, 'may-end'), '');
  await stage.cloud.advanceTo(mondayMorning + 3 * minute);
}

async function roundIn(slot: string): Promise<Round | undefined> {
  return (await stage.table.get<Round>(roundKey({ routine: 'restart', slot })))?.body;
}

const runs = () =>
  stage.homes.map((home) => (existsSync(join(home, 'runs')) ? readFileSync(join(home, 'runs'), 'utf8') : ''));

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    if (tries > 600) throw new Error('it has not come to pass in 30 s');
    await setTimeout(50);
  }
}

/** Commands that SSM is done with. */
async function done(): Promise<number> {
  const { Commands: commands } = await stage.cloud.ssm.handle('ListCommands', {});
  return (commands as { Status: string }[]).filter(({ Status }) => !['Pending', 'InProgress'].includes(Status)).length;
}

it('a job on demand runs once on every host of its fleet, and is recorded with who has asked for it', async () => {
  expect(await ask(slotAt(1), 'ann')).toMatchObject({ ok: true });
  await end();
  expect(runs()).toEqual(['once\n', 'once\n']);
  expect(await roundIn(slotAt(1))).toMatchObject({
    status: 'collected',
    requestedBy: 'ann',
    summary: { hosts: { answered: 2 }, verdicts: { 'restart-shop': { status: 'OK', text: 'restarted' } } },
  });
});

it('a job on demand is asked for by somebody, or does not run', async () => {
  expect(await ask(slotAt(1))).toMatchObject({
    ok: false,
    error: { errorMessage: expect.stringContaining("'restart' runs on demand: got no requestedBy") },
  });
  await end();
  expect([runs(), await roundIn(slotAt(1))]).toEqual([['', ''], undefined]);
});

it('a job on demand has no schedule, and none of its slots is waited for', async () => {
  await end();
  expect(JSON.stringify(stage.cloud.upcoming)).not.toMatch(/restart/i);
  expect((await stage.table.get<{ slot: null }>(slotKey('restart')))?.body.slot).toBeNull();
  const item = (await stage.cloud.items()).find(({ pk, sk }) => pk === 'slot' && sk === 'restart');
  expect(item).not.toHaveProperty('dueAt');
});

it('of a job that is asked for twice at once the second does not run, and says why', async () => {
  await ask(slotAt(1), 'ann');
  await until(() => runs().every((text) => text !== ''));
  await ask(slotAt(2), 'bob');
  await until(async () => (await done()) === 1);
  await end();
  expect(runs()).toEqual(['once\n', 'once\n']);
  const verdictIn = async (slot: string) => {
    const round = await roundIn(slot);
    return round?.status === 'collected' ? round.summary.verdicts['restart-shop'] : round;
  };
  expect(await verdictIn(slotAt(1))).toMatchObject({ status: 'OK', text: 'restarted' });
  expect(await verdictIn(slotAt(2))).toMatchObject({
    status: 'UNKNOWN',
    text: expect.stringContaining('it is running already, started by another round; wait for its end'),
  });
  expect(await readIncidents(stage.table)).toMatchObject([{ check: 'restart-shop', priority: 'P3' }]);
});

it('a job whose host does nothing else runs again when it is asked for again', async () => {
  await ask(slotAt(1), 'ann');
  await end();
  await ask(slotAt(200), 'ann');
  await stage.cloud.advanceTo(mondayMorning + 6 * minute);
  expect(runs()).toEqual(['once\nonce\n', 'once\nonce\n']);
});
