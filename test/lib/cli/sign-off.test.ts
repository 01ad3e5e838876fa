import { describe, expect, it } from 'vitest';
import type { AskedSignOff, Signature } from '../../../functions/core/sign-off.ts';
import { isoOf } from '../../../functions/core/time.ts';
import { partition, signOffKey } from '../../../functions/flow/keys.ts';
import { signOff } from '../../../lib/cli/sign-off.ts';
import { listSignOffs } from '../../../lib/cli/sign-offs.ts';
import { status } from '../../../lib/cli/status.ts';
import { routine, signOff as signOffCheck } from '../../../lib/runbook/builders.ts';
import { businessDays } from '../../../lib/runbook/schedule.ts';
import { minute, mondayMorning, shop, startStage, told } from '../../functions/flow/stage.ts';
import { startTableCloud, type TableCloud } from './table-cloud.ts';

const zone = 'Europe/Berlin';

/** The table's clock begins at 07:10 of this day. */
const today = '2026-11-23T07:00:00.000Z';
const friday = '2026-11-20T07:00:00.000Z';

const access: AskedSignOff = {
  id: 'access-review',
  routine: 'morning',
  slot: today,
  title: 'Access review',
  question: 'Has everybody only the rights that he needs?',
  note: 'optional',
  dueAt: '2026-11-23T08:00:00.000Z',
  signatures: [],
};

const ann: Signature = { by: 'ann', at: '2026-11-23T07:05:00.000Z', note: '', isGood: true };

async function shopThatAsks(...asked: readonly AskedSignOff[]): Promise<TableCloud> {
  const cloud = await startTableCloud();
  await cloud.table.putAll(asked.map((body) => ({ ...signOffKey(body), body })));
  return cloud;
}

async function signaturesOf({ table }: TableCloud, slot = today): Promise<readonly Signature[] | undefined> {
  return (await table.get<AskedSignOff>(signOffKey({ slot, id: 'access-review' })))?.body.signatures;
}

describe('signing off', () => {
  it('records who, when and a note, and lets the tick go on with it at once', async () => {
    const cloud = await shopThatAsks(access);
    const { isDone, lines } = await signOff(cloud, 'access-review', { by: 'ann', note: ' two accounts\n removed' });
    expect({ isDone, lines }).toEqual({
      isDone: true,
      lines: [`Access review (${today}) is signed off by ann: two accounts removed`],
    });
    expect(await signaturesOf(cloud)).toEqual([
      { by: 'ann', at: expect.stringMatching(/^2026-11-23T07:10:/), note: 'two accounts removed', isGood: true },
    ]);
    const item = (await cloud.items()).find(({ pk }) => pk === partition.signOff);
    // At once, whatever the signer's clock says.
    expect(item?.dueAt).toBe(today);
    expect(item?.expiresAt).toBeGreaterThan(Date.parse(today) / 1_000 + 399 * 86_400);
  });

  it('records what is wrong, and that it was mended later', async () => {
    const cloud = await shopThatAsks(access);
    await signOff(cloud, 'access-review', { by: 'ann', problem: 'bob is still there' });
    const { isDone } = await signOff(cloud, 'access-review', { by: 'bob' });
    expect(isDone).toBe(true);
    expect(await signaturesOf(cloud)).toMatchObject([
      { by: 'ann', note: 'bob is still there', isGood: false },
      { by: 'bob', isGood: true },
    ]);
  });

  it('tells one of two at once of the other', async () => {
    const cloud = await shopThatAsks(access);
    const outcomes = await Promise.all(['ann', 'bob'].map((by) => signOff(cloud, 'access-review', { by })));
    const signatures = await signaturesOf(cloud);
    expect(signatures).toHaveLength(1);
    const refused = outcomes.filter(({ isDone }) => !isDone);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.lines.join()).toContain(`${signatures?.[0]?.by} has signed off Access review`);
  });

  it('is about the newest slot, signed or not, unless another one is named', async () => {
    const cloud = await shopThatAsks({ ...access, slot: friday }, { ...access, signatures: [ann] });
    const { isDone, lines } = await signOff(cloud, 'access-review', { by: 'bob' });
    expect(isDone).toBe(false);
    expect(lines.join()).toContain('ann has signed off Access review');
    expect(await signaturesOf(cloud, friday)).toEqual([]);
    await signOff(cloud, 'access-review', { by: 'bob', slot: '2026-11-20T08:00+01:00' });
    expect(await signaturesOf(cloud, friday)).toMatchObject([{ by: 'bob' }]);
    expect(await signaturesOf(cloud)).toEqual([ann]);
  });

  it('keeps a note to 500 characters, without what a terminal would obey', async () => {
    const cloud = await shopThatAsks(access);
    await signOff(cloud, 'access-review', { by: 'ann', note: `\u001b[2J${'x'.repeat(600)}` });
    const [signature] = (await signaturesOf(cloud)) ?? [];
    expect(signature?.note).toBe(`${'x'.repeat(499)}…`);
  });

  it('asks for the note that is required', async () => {
    const cloud = await shopThatAsks({ ...access, note: 'required' });
    const { isDone, lines } = await signOff(cloud, 'access-review', { by: 'ann' });
    expect(isDone).toBe(false);
    expect(lines.join()).toContain('add --note TEXT');
    expect(await signaturesOf(cloud)).toEqual([]);
  });

  it.each([
    [{}, 'reviews', "Nobody was asked for a sign-off 'reviews'. Asked for are: access-review (Access review)."],
    [
      { slot: '2026-11-21T07:00Z' },
      'access-review',
      "Nobody was asked for 'access-review' in the slot 2026-11-21T07:00:00.000Z. Its newest slots are: 2026-11-23T07:00:00.000Z.",
    ],
  ])('with %j of %s says what is asked for', async (options, id, expected) => {
    const { isDone, lines, data } = await signOff(await shopThatAsks(access), id, { by: 'ann', ...options });
    expect({ isDone, lines }).toEqual({ isDone: false, lines: [expected] });
    expect(data).toEqual({ isDone: false, answer: expected });
  });

  it.each([
    [{ note: 'a', problem: 'b' }, 'got both --note and --problem'],
    [{ problem: ' ' }, '--problem got nothing; expected what is wrong.'],
    [{ slot: 'friday' }, '--slot got "friday"; expected an ISO 8601 time'],
  ])('refuses %j', async (options, expected) => {
    const cloud = await shopThatAsks(access);
    await expect(signOff(cloud, 'access-review', { by: 'ann', ...options })).rejects.toThrow(expected);
    expect(await signaturesOf(cloud)).toEqual([]);
  });
});

describe('a sign-off of a running platform', () => {
  const runbook = {
    ...shop,
    routines: [
      ...shop.routines,
      routine('reviews', {
        title: 'Reviews',
        schedule: businessDays.at('08:00'),
        checks: [signOffCheck('access-review', { title: 'Access review', dueMinutes: 30 })],
      }),
    ],
  };

  it('is overdue at its time, which somebody is told of, and of its end when it is signed', async () => {
    const stage = await startStage({ runbook });
    try {
      const { cloud, table } = stage;
      const connection = { table, place: 'a test', platform: 'shop', now: () => isoOf(cloud.clock.now()) };
      await cloud.advanceTo(mondayMorning + 10 * minute);
      expect((await listSignOffs(connection, {}, zone)).data).toMatchObject([{ id: 'access-review', status: 'open' }]);
      await cloud.advanceTo(mondayMorning + 40 * minute);
      expect((await listSignOffs(connection, {}, zone)).data).toMatchObject([{ status: 'overdue' }]);
      const before = told(stage);
      expect(before).toEqual([expect.stringMatching(/^problem /)]);
      await signOff(connection, 'access-review', { by: 'ann', note: 'all well' });
      await cloud.advanceTo(mondayMorning + 43 * minute);
      expect(told(stage).slice(1)).toEqual([expect.stringMatching(/^recovery /)]);
      expect((await listSignOffs(connection, {}, zone)).lines).toEqual(['Nothing is asked for.']);
    } finally {
      await stage.close();
    }
  });
});

describe('the list of sign-offs', () => {
  const wrong: Signature = { ...ann, note: 'two are missing', isGood: false };
  const audit: AskedSignOff = { ...access, id: 'audit', title: 'Audit', question: 'Audit', dueAt: today };
  const backups: AskedSignOff = { ...access, id: 'backups', title: 'Backups', note: 'required', signatures: [wrong] };
  const keys: AskedSignOff = { ...access, id: 'keys', title: 'Keys', signatures: [{ ...ann, note: 'all there' }] };

  it('shows what is asked for now, the overdue first, and how to sign', async () => {
    const cloud = await shopThatAsks({ ...access, slot: friday, dueAt: friday }, access, audit, backups, keys);
    const { lines, data } = await listSignOffs(cloud, {}, zone);
    expect(lines).toEqual([
      '  overdue  audit  Audit, of morning, due 2026-11-23 08:00 GMT+1, 10 minutes ago',
      '    rounds signoff audit, or with --problem TEXT',
      '  wrong  backups  Backups, of morning, due 2026-11-23 09:00 GMT+1, in 49 minutes',
      '    Has everybody only the rights that he needs?',
      '    reported as wrong by ann, 2026-11-23 08:05 GMT+1: two are missing',
      '    rounds signoff backups --note TEXT, or with --problem TEXT',
      '  open  access-review  Access review, of morning, due 2026-11-23 09:00 GMT+1, in 49 minutes',
      '    Has everybody only the rights that he needs?',
      '    rounds signoff access-review, or with --problem TEXT',
    ]);
    expect(data).toMatchObject([{ id: 'audit', status: 'overdue' }, { id: 'backups' }, { id: 'access-review' }]);
  });

  it('shows with --all who has signed in the last days, and what nobody has', async () => {
    const old = { ...keys, slot: '2026-11-15T07:00:00.000Z' };
    const cloud = await shopThatAsks({ ...access, slot: friday, dueAt: friday }, access, keys, old);
    const { lines } = await listSignOffs(cloud, { all: true }, zone);
    expect(lines.slice(3)).toEqual([
      '',
      'The last 7 days',
      '  2026-11-23 08:00 GMT+1  keys  Keys: signed off by ann, 2026-11-23 08:05 GMT+1: all there',
      '  2026-11-20 08:00 GMT+1  access-review  Access review: nobody has signed it off',
    ]);
  });

  it('says so where nothing is asked for', async () => {
    const cloud = await shopThatAsks(keys);
    expect((await listSignOffs(cloud, {}, zone)).lines).toEqual(['Nothing is asked for.']);
  });

  it('is part of the status', async () => {
    const { lines, data } = await status(await shopThatAsks(audit, keys), zone);
    expect(lines.slice(lines.indexOf('Sign-offs'), lines.indexOf('Sign-offs') + 3)).toEqual([
      'Sign-offs',
      '  overdue  audit  Audit, of morning, due 2026-11-23 08:00 GMT+1, 10 minutes ago',
      '',
    ]);
    expect(data).toMatchObject({ signOffs: [{ id: 'audit', status: 'overdue', isAskedFor: true }] });
  });
});
