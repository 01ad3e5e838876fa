import { expect, it, onTestFinished } from 'vitest';
import { isoOf } from '../../../functions/core/time.ts';
import type { Connection } from '../../../lib/cli/connection.ts';
import { commandIncident } from '../../../lib/cli/incident-command.ts';
import { listIncidents } from '../../../lib/cli/incidents.ts';
import { endSilence, silence } from '../../../lib/cli/silence.ts';
import { readSilences } from '../../../lib/cli/silence-item.ts';
import { full, minute, morning, type Stage, startStage, told } from '../../functions/flow/stage.ts';

const number = 'DAILY-20261123-001';
const zone = 'Europe/Berlin';

/** The running stack, whose disks are all full, and what the command line connects to. */
async function startFull(): Promise<{ stage: Stage; connection: Connection }> {
  const stage = await startStage();
  onTestFinished(() => stage.close());
  for (const host of [0, 1, 2]) stage.answer(host, 'disk', full);
  const { table, cloud } = stage;
  return { stage, connection: { table, place: 'a test', platform: 'shop', now: () => isoOf(cloud.clock.now()) } };
}

function pass({ cloud }: Stage, minutes: number): Promise<void> {
  return cloud.advanceTo(cloud.clock.now() + minutes * minute);
}

const problem = [`problem P1 ${number} to ann@example.com`, `problem P1 ${number} to bob@example.com`];

it('nobody is told again of what somebody has acknowledged', async () => {
  const { stage, connection } = await startFull();
  await morning(stage);
  await pass(stage, 58);
  await commandIncident(connection, 'acknowledge', number, 'ann');
  await pass(stage, 180);
  expect(told(stage).sort()).toEqual(problem);
  const { lines } = await listIncidents(connection, {}, zone);
  expect(lines[0]).toContain('; ann has it since 2026-11-23 08:59 GMT+1');
});

it('everybody who was told hears within a minute that somebody has resolved it', async () => {
  const { stage, connection } = await startFull();
  await morning(stage);
  const { lines } = await commandIncident(connection, 'resolve', 'disk', 'ann');
  expect(lines).toEqual([expect.stringContaining('the check is still CRITICAL')]);
  await pass(stage, 1);
  const recovery = problem.map((line) => line.replace('problem', 'recovery'));
  expect(told(stage).slice(2).sort()).toEqual(recovery);
  const { lines: all } = await listIncidents(connection, { all: true }, zone);
  expect(all).toEqual([expect.stringContaining(`${number}  P1  resolved  Disk usage`)]);
});

it('what is still bad when somebody ends a silence is told then, and not before', async () => {
  const { stage, connection } = await startFull();
  await silence(connection, ['disk'], { for: '12h', reason: 'moving the database', by: 'bob' }, zone);
  await morning(stage);
  await pass(stage, 120);
  expect(told(stage)).toEqual([]);
  const { lines } = await listIncidents(connection, {}, zone);
  expect(lines[0]).toMatch(/operations and lead are not told: silence by bob until .*: moving the database/);
  const [inForce] = await readSilences(connection);
  await endSilence(connection, inForce?.id ?? '', 'bob');
  await pass(stage, 3);
  expect(told(stage).sort()).toEqual(problem);
});
