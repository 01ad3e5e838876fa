import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../functions/core/alert.ts';
import type { Round } from '../../../functions/core/round.ts';
import type { Silence } from '../../../functions/core/silence.ts';
import { isoOf } from '../../../functions/core/time.ts';
import { alertKey, roundKey, silenceKey, slotKey } from '../../../functions/flow/keys.ts';
import { endSilence, listSilences, type SilenceOptions, silence } from '../../../lib/cli/silence.ts';
import { readSilences } from '../../../lib/cli/silence-item.ts';
import { exampleAlert, exampleIncident, openedAt, parkedNotice } from '../../functions/core/example-alert.ts';
import { startTableCloud, type TableCloud } from './table-cloud.ts';

const zone = 'Europe/Berlin';
const options: SilenceOptions = { for: '2h', reason: 'database move', by: 'ann' };

const verdict = { counts: { OK: 3, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 }, text: '' };
const round: Round = {
  routine: 'morning',
  slot: openedAt,
  nonce: '',
  requestedAt: openedAt,
  status: 'collected',
  commandId: '',
  sentAt: openedAt,
  deadlineAt: openedAt,
  summary: {
    collectedAt: openedAt,
    hosts: { answered: 3, lost: 0, gone: 0, missing: 0 },
    verdicts: { disk: { ...verdict, status: 'CRITICAL' }, load: { ...verdict, status: 'OK' } },
  },
};

/** A platform whose disk is full, and whose load has never been too high. */
async function startShop(alert: Alert = exampleAlert): Promise<TableCloud> {
  const cloud = await startTableCloud();
  await cloud.table.put(alertKey('disk'), 0, alert);
  await cloud.table.put(slotKey('morning'), 0, { slot: '2026-11-24T07:00:00.000Z' });
  await cloud.table.put(roundKey(round), 0, round);
  return cloud;
}

function kept(id: string, until: string): Silence {
  return { id, by: 'bob', reason: 'a test', from: '2026-01-01T00:00:00.000Z', until, checks: ['load'] };
}

describe('a silence', () => {
  it('says who, why, until when, and what it matches', async () => {
    const cloud = await startShop();
    const { isDone, lines } = await silence(cloud, ['disk', 'load'], options, zone);
    const [stored] = await readSilences(cloud);
    expect(isDone).toBe(true);
    expect(lines).toEqual([
      `Silence ${stored?.id}, from now until 2026-11-23 10:10 GMT+1 (2 hours), by ann: database move`,
      `  disk: CRITICAL for 10 minutes, incident ${exampleIncident.number} is open`,
      '  load: OK',
      `End it early with: rounds silence --end ${stored?.id}`,
    ]);
    expect(stored).toMatchObject({ by: 'ann', reason: 'database move', checks: ['disk', 'load'], isInForce: true });
  });

  it('is only shown with --dry-run', async () => {
    const cloud = await startShop();
    const { lines } = await silence(cloud, [], { ...options, all: true, dryRun: true }, zone);
    expect(lines[0]).toBe('Would be silent from now until 2026-11-23 10:10 GMT+1 (2 hours), by ann: database move');
    expect(lines.slice(1).map((line) => line.trim().split(':')[0])).toEqual(['disk', 'load', 'round-morning']);
    expect(await readSilences(cloud)).toEqual([]);
  });

  it('may be about the hosts of a fleet that has never been bad', async () => {
    const { lines } = await silence(await startShop(), ['fleet-app'], options, zone);
    expect(lines[1]).toBe('  fleet-app: nothing is known of it yet');
  });

  it('may be about anything while no round has been', async () => {
    expect((await silence(await startTableCloud(), ['disk'], options, zone)).isDone).toBe(true);
  });

  it.each<[what: string, checks: string[], changes: Partial<SilenceOptions>, expected: string]>([
    ['a misspelt check', ['disc'], {}, "There is no check 'disc'; known are: disk, load, round-morning"],
    ['no check', [], {}, 'rounds silence got no check; expected checks, or --all.'],
    ['checks beside --all', ['disk'], { all: true }, 'rounds silence got both checks and --all'],
    ['no reason', ['disk'], { reason: ' ' }, '--reason got nothing; expected why nobody is to be told.'],
    ['a wrong length', ['disk'], { for: '2' }, '--for got "2"'],
  ])('is refused for %s, and nothing is stored', async (_what, checks, changes, expected) => {
    const cloud = await startShop();
    await expect(silence(cloud, checks, { ...options, ...changes }, zone)).rejects.toThrow(expected);
    expect(await readSilences(cloud)).toEqual([]);
  });

  it('of several people at once is lost for nobody', async () => {
    const cloud = await startShop();
    const people = ['ann', 'bob', 'cat', 'dan'];
    await Promise.all(people.map((by) => silence(cloud, ['disk'], { ...options, by }, zone)));
    expect((await readSilences(cloud)).map(({ by }) => by).sort()).toEqual(people);
  });

  it('drops those that ended long ago, and keeps the others for the export', async () => {
    const cloud = await startShop();
    const now = Date.parse(cloud.now());
    const day = 86_400_000;
    const before = [kept('s-old', isoOf(now - 91 * day)), kept('s-new', isoOf(now - 89 * day))];
    await cloud.table.put(silenceKey, 0, before);
    await silence(cloud, ['disk'], options, zone);
    const ids = (await readSilences(cloud)).map(({ id }) => id);
    expect(ids).toEqual([expect.stringMatching(/^s-[0-9a-f]{6}$/), 's-new']);
  });

  it('takes the place of the one that ended first where there are too many', async () => {
    const cloud = await startShop();
    const ended = Array.from({ length: 100 }, (_, index) =>
      kept(`s-${index}`, isoOf(Date.parse(openedAt) - ((index + 50) % 100) * 60_000)),
    );
    await cloud.table.put(silenceKey, 0, ended);
    await silence(cloud, ['disk'], options, zone);
    const ids = (await readSilences(cloud)).map(({ id }) => id);
    expect(ids).toHaveLength(100);
    expect(ids).not.toContain('s-49');
  });

  it('is refused where so many are in force', async () => {
    const cloud = await startShop();
    const inForce = Array.from({ length: 100 }, (_, index) => kept(`s-${index}`, '2027-01-01T00:00:00.000Z'));
    await cloud.table.put(silenceKey, 0, inForce);
    await expect(silence(cloud, ['disk'], options, zone)).rejects.toThrow('100 silences are in force');
  });
});

describe('the end of a silence', () => {
  const held = [parkedNotice('problem', { heldBy: 'silence by bob', notBefore: '2026-11-23T12:00:00.000Z' })];

  it('lets the tick look at what waited for it, when no round can still hold it back', async () => {
    const cloud = await startShop({ ...exampleAlert, parked: held });
    await silence(cloud, ['disk'], options, zone);
    const [stored] = await readSilences(cloud);
    const { lines } = await endSilence(cloud, stored?.id ?? '', 'cat');
    expect(lines).toEqual([
      `The silence ${stored?.id} has ended. What is still bad and was not told is told in the next minutes.`,
    ]);
    const [ended] = await readSilences(cloud);
    expect(ended).toMatchObject({ isInForce: false, by: 'ann', ended: { by: 'cat', planned: stored?.until } });
    const due = (await cloud.items()).find(({ pk }) => pk === silenceKey.pk)?.dueAt;
    expect(Date.parse(String(due)) - Date.parse(ended?.until ?? '')).toBe(30_000);
    expect((await cloud.table.get<Alert>(alertKey('disk')))?.body).toEqual({ ...exampleAlert, parked: held });
  });

  it('is refused for one that has ended, or never was, with those that are in force', async () => {
    const cloud = await startShop();
    await expect(endSilence(cloud, 's-9', 'cat')).rejects.toThrow("There is no silence 's-9'. No silence is in force.");
    await cloud.table.put(silenceKey, 0, [kept('s-1', openedAt), kept('s-2', '2027-01-01T00:00:00.000Z')]);
    await expect(endSilence(cloud, 's-1', 'cat')).rejects.toThrow(
      `The silence s-1 has ended already, at ${openedAt}. In force are: s-2.`,
    );
  });
});

describe('the list of silences', () => {
  it('shows those in force first', async () => {
    const cloud = await startShop();
    await cloud.table.put(silenceKey, 0, [
      kept('s-1', openedAt),
      { ...kept('s-2', '2026-11-23T08:00:00.000Z'), checks: [] },
      { ...kept('s-0', openedAt), ended: { by: 'ann', planned: '2026-11-30T07:00:00.000Z' } },
    ]);
    expect((await listSilences(cloud, zone)).lines).toEqual([
      '  s-2  all checks, until 2026-11-23 09:00 GMT+1, by bob: a test',
      '  s-0  load, ended by ann, 2026-01-01 01:00 GMT+1 to 2026-11-23 08:00 GMT+1, by bob: a test',
      '  s-1  load, ended, 2026-01-01 01:00 GMT+1 to 2026-11-23 08:00 GMT+1, by bob: a test',
    ]);
  });

  it('says that there is none', async () => {
    expect((await listSilences(await startTableCloud(), zone)).lines).toEqual(['No silence.']);
  });
});
