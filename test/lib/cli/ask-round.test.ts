import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { nonceParameter } from '../../../functions/contract.ts';
import type { Round, SendingRound } from '../../../functions/core/round.ts';
import { isoOf, msOf } from '../../../functions/core/time.ts';
import { roundKey } from '../../../functions/flow/keys.ts';
import { askForRound, followRound } from '../../../lib/cli/ask-round.ts';
import type { Connection } from '../../../lib/cli/connection.ts';
import { Interrupted } from '../../../lib/cli/interruption.ts';
import { job, routine } from '../../../lib/runbook/builders.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { examplePlan } from '../../functions/core/example-plan.ts';
import { minute, shop, startStage } from '../../functions/flow/stage.ts';
import { roundAt } from './platform.ts';
import { startTableCloud, type TableCloud } from './table-cloud.ts';

vi.setConfig({ testTimeout: 60_000 });

const restart = job('restart', {
  title: 'Restart',
  changes: 'restarts the shop',
  script: fileURLToPath(new URL('../../../lib/runbooks/scripts/services.sh', import.meta.url)),
  settings: { services: 'shop' },
  look: 'systemctl status shop',
});

const runbook = {
  ...shop,
  routines: [
    ...shop.routines,
    routine('restart', { title: 'Restart', fleet: 'app', schedule: 'on-demand', checks: [restart] }),
  ],
};

const never = new AbortController().signal;

/** A person whose clock stands still. */
function at(cloud: TableCloud, now: string): Connection {
  return { ...cloud, now: () => now };
}

async function change({ table }: TableCloud, asked: SendingRound, body: Round): Promise<void> {
  const stored = await table.get<Round>(roundKey(asked));
  await table.put(roundKey(asked), stored?.version ?? 0, body);
}

describe('asking for a round', () => {
  it('leaves it to the tick, with who wants it', async () => {
    const cloud = await startTableCloud();
    const now = '2026-11-23T07:10:00.123Z';
    const asked = await askForRound(at(cloud, now), 'morning', 'ann');
    const nonce = expect.stringMatching(new RegExp(nonceParameter.pattern));
    const round = { routine: 'morning', slot: now, nonce, requestedAt: now, requestedBy: 'ann', status: 'sending' };
    expect(asked).toEqual(round);
    expect((await cloud.table.get(roundKey(asked)))?.body).toEqual(round);
    const [item] = await cloud.items();
    // At once, whatever the computer's clock says.
    expect(item).toMatchObject({ owed: 'owed', dueAt: '1970-01-01T00:00:00.000Z' });
    expect(item?.expiresAt).toBeGreaterThan(msOf(now) / 1_000 + 399 * 86_400);
  });

  it('never takes the place of a slot', async () => {
    const cloud = await startTableCloud();
    const { slot } = await askForRound(at(cloud, '2026-11-23T08:00:00.000Z'), 'morning', 'ann');
    expect(slot).toBe('2026-11-23T08:00:00.001Z');
  });

  it('gives each of two at one moment a round of its own', async () => {
    const cloud = await startTableCloud();
    const now = '2026-11-23T07:10:00.123Z';
    const rounds = await Promise.all(['ann', 'bob'].map((by) => askForRound(at(cloud, now), 'morning', by)));
    expect(rounds.map(({ slot }) => slot).sort()).toEqual([now, '2026-11-23T07:10:00.124Z']);
    expect(new Set(rounds.map(({ nonce }) => nonce)).size).toBe(2);
    const stored = await Promise.all(
      rounds.map(async (round) => (await cloud.table.get<Round>(roundKey(round)))?.body),
    );
    expect(stored).toEqual(rounds);
  });
});

describe('watching a round', () => {
  it('tells each time how it stands, until it has ended', async () => {
    const cloud = await startTableCloud();
    const asked = await askForRound(cloud, 'morning', 'ann');
    const steps: Round[] = [
      { ...asked, refusal: 'SSM is busy' },
      roundAt(asked.slot, {}, { status: 'running' }),
      roundAt(asked.slot, { disk: 'OK' }),
    ];
    const told: string[] = [];
    const progress = async (standing: string) => {
      told.push(standing);
      const next = steps.shift();
      if (next) await change(cloud, asked, next);
    };
    const ended = await followRound(cloud, examplePlan, asked, { progress, signal: never });
    expect(ended.status).toBe('collected');
    expect(told).toEqual([
      'waiting for the tick, which sends it within a minute',
      'not sent yet: SSM is busy',
      'running on the hosts',
    ]);
  });

  it('says that the tick seems not to run, and gives up when it should have ended long since', async () => {
    const cloud = await startTableCloud();
    const asked = await askForRound(cloud, 'morning', 'ann');
    const told: string[] = [];
    let minutes = 0;
    const progress = (standing: string) => {
      told.push(standing);
      minutes += told.length === 1 ? 4 : 60;
    };
    const slow = { ...cloud, now: () => isoOf(msOf(asked.requestedAt) + minutes * 60_000) };
    await expect(followRound(slow, examplePlan, asked, { progress, signal: never })).rejects.toThrow(
      /had not ended after 55 minutes; it is still not sent yet after 3 minutes/,
    );
    expect(told).toHaveLength(2);
  });

  it('ends at once with a signal, and leaves the round as it is', async () => {
    const cloud = await startTableCloud();
    const asked = await askForRound(cloud, 'morning', 'ann');
    const stop = new AbortController();
    const progress = () => stop.abort(new Interrupted('SIGINT'));
    const watched = followRound(cloud, examplePlan, asked, { progress, signal: stop.signal });
    await expect(watched).rejects.toMatchObject({ exitCode: 130 });
    expect((await cloud.table.get(roundKey(asked)))?.body).toEqual(asked);
  });

  it('sees the tick send a job to the hosts, once, though no schedule ever does', async () => {
    const stage = await startStage({ runbook });
    try {
      const { cloud, table } = stage;
      const connection = { table, place: 'a test', platform: 'shop', now: () => isoOf(cloud.clock.now()) };
      const asked = await askForRound(connection, 'restart', 'ann');
      const watched = followRound(connection, compile(runbook), asked, { progress: () => {}, signal: never });
      await cloud.advanceTo(cloud.clock.now() + 5 * minute);
      expect(await watched).toMatchObject({
        status: 'collected',
        requestedBy: 'ann',
        slot: asked.slot,
        summary: { hosts: { answered: 3 }, verdicts: { restart: { status: 'OK' } } },
      });
      const { Commands: commands } = await cloud.ssm.handle('ListCommands', {});
      const comments = JSON.stringify(commands).match(/rounds shop restart/g);
      expect(comments).toHaveLength(1);
    } finally {
      await stage.close();
    }
  });
});
