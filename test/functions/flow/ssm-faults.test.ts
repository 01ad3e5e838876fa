import { afterEach, describe, expect, it } from 'vitest';
import { readResults, readRoundReport } from '../../../lib/cli/records.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import { hostCheck, routine } from '../../../lib/runbook/builders.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { businessDays } from '../../../lib/runbook/schedule.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';
import { script } from '../../../lib/runbooks/script.ts';
import { changeInvocations, numberOf } from './changed-answers.ts';
import {
  commandsSent,
  full,
  incidentsOf,
  minute,
  mondayMorning,
  mondaySlot,
  morning,
  plan,
  roundOf,
  rulesAtOnce,
  type Stage,
  shop,
  startStage,
  told,
} from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

describe('a list of invocations that is still empty when the command is over', () => {
  it('means that the hosts are pending: nobody is told of anything until they are listed', async () => {
    const listedFrom = mondayMorning + 1.5 * minute;
    stage = await startStage({
      intercept: ({ operation }) => {
        const connection = stage?.cloud.clock.now() < listedFrom ? 'unlisted' : 'online';
        if (operation === 'ListCommandInvocations')
          for (const host of stage.hosts.hosts()) host.connection = connection;
        return 'pass';
      },
    });
    stage.answer(1, 'disk', full);
    await morning(stage, 1);
    expect(await roundOf(stage)).toMatchObject({ status: 'running' });
    expect(told(stage)).toEqual([]);
    await morning(stage, 4);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected', hosts: { answered: 3, lost: 0 } });
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
  });
});

describe('a fleet with fewer hosts than its floor', () => {
  it('is an incident, although every host that there is answers and is well', async () => {
    stage = await startStage({ hosts: 1 });
    await morning(stage, 10);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected', hosts: { answered: 1, lost: 0, missing: 1 } });
    expect(await incidentsOf(stage)).toMatchObject([{ check: 'fleet-app', status: 'open' }]);
    expect(told(stage)).not.toEqual([]);
  });
});

/** What SSM says of hosts one by one, and what Rounds says then. */
const statuses: readonly (readonly [status: string, says: RegExp])[] = [
  ['Undeliverable', /cannot be delivered/],
  ['Delivery Timed Out', /not delivered in time/],
  ['Execution Timed Out', /SSM stopped the step at its time-out/],
  ['Access Denied', /not allowed to run the command/],
  ['Terminated', /because of errors on other hosts/],
  ['Rate Exceeded', /rate exceeded/],
  ['Invalid Platform', /does not run on the platform/],
  ['Cancelled', /was cancelled/],
  ['In Progress', /had not finished when the round's time was over/],
  ['Vanished', /the status 'Vanished', which Rounds does not know/],
];

describe('what SSM says of a host instead of its answer', () => {
  it('has a reason of its own each, none of which is OK', async () => {
    stage = await startStage({ hosts: statuses.length + 1 });
    changeInvocations(stage.cloud, (invocation) => {
      const [StatusDetails] = statuses[numberOf(invocation)] ?? [];
      if (StatusDetails === undefined) return invocation;
      const CommandPlugins = ['disk', 'load'].map((Name) => ({ Name, StatusDetails, Output: '' }));
      return { ...invocation, StatusDetails, Status: StatusDetails.replaceAll(' ', ''), CommandPlugins };
    });
    await morning(stage, 20);

    const round = await roundOf(stage);
    expect(round).toMatchObject({ status: 'collected', hosts: { answered: 2, lost: statuses.length - 1, gone: 0 } });
    const results = round ? await readResults(stage.table, plan, round) : [];
    const texts = stage.hosts.hosts().map(({ id }) => {
      const own = results.filter(({ host }) => host === id);
      const isWell = own.some(({ status }) => status === 'OK');
      return isWell ? 'OK' : own.map(({ text }) => text).join('\n');
    });
    expect(texts).toEqual([...statuses.map(([, says]) => expect.stringMatching(says)), 'OK']);
    expect(new Set(texts).size).toBe(texts.length);
    for (const check of ['disk', 'load']) {
      expect(round?.verdicts.find((verdict) => verdict.check === check)).toMatchObject({ status: 'UNKNOWN' });
    }
    const incidents = await incidentsOf(stage);
    expect(incidents.map(({ check }) => check).sort()).toEqual(['disk', 'fleet-app', 'load']);
  });
});

const refusals = {
  'no-document': new ServiceError('InvalidDocument', 'The specified document does not exist.'),
  'no-parameters': new ServiceError('InvalidParameters', 'Parameter nonce is not allowed.'),
  'no-access': new ServiceError('AccessDeniedException', 'not authorized to perform: ssm:SendCommand'),
};

/** The routines that SSM refuses, and one that it does not, all at eight. */
const refusedShop: Runbook = {
  ...shop,
  routines: [...Object.keys(refusals), 'taken'].map((id) =>
    routine(id, {
      title: id,
      fleet: 'app',
      schedule: businessDays.at('08:00'),
      checks: [hostCheck(`${id}-disk`, { title: id, script: script('disk.sh'), look: 'df', rules: rulesAtOnce })],
    }),
  ),
};

describe('a command that SSM refuses for what it is', () => {
  it('is not tried again, is a P1 about ourselves by its routine, and keeps no other routine from running', async () => {
    const refusedPlan = compile(refusedShop);
    stage = await startStage({
      runbook: refusedShop,
      intercept: ({ operation, input }) =>
        (operation === 'SendCommand' &&
          Object.entries(refusals).find(([id]) => String(input.Comment).includes(id))?.[1]) ||
        'pass',
    });
    await morning(stage, 5);

    const rounds = await Promise.all(
      Object.keys(refusedPlan.routines).map((id) =>
        readRoundReport(stage.table, refusedPlan, { routine: id, slot: mondaySlot }),
      ),
    );
    expect(rounds).toMatchObject([
      { routine: 'no-document', status: 'failed', reason: expect.stringContaining('InvalidDocument') },
      { routine: 'no-parameters', status: 'failed', reason: expect.stringContaining('InvalidParameters') },
      { routine: 'no-access', status: 'failed', reason: expect.stringContaining('AccessDenied') },
      { routine: 'taken', status: 'collected', hosts: { answered: 3 } },
    ]);
    expect(stage.cloud.calls.count({ operation: 'SendCommand' })).toBe(rounds.length);
    const incidents = await incidentsOf(stage);
    expect(incidents.map(({ check, priority }) => `${priority} ${check}`).sort()).toEqual([
      'P1 round-no-access',
      'P1 round-no-document',
      'P1 round-no-parameters',
    ]);
    expect(told(stage).filter((line) => line.includes('bob@example.com'))).toHaveLength(3);
  });
});

describe('hosts whose tags change in mid-round', () => {
  it('count by their ids: one that left is read, one that came is not asked, and neither is lost', async () => {
    stage = await startStage({
      hosts: 4,
      intercept: ({ operation }) => {
        if (operation === 'ListCommandInvocations') retag(leaving, 'database');
        if (operation === 'ListCommandInvocations') retag(coming, 'app');
        return 'pass';
      },
    });
    const [, leaving, , coming] = stage.hosts.hosts();
    const retag = (host: typeof leaving, Role: string) => Object.assign(host ?? {}, { tags: { Role } });
    retag(coming, 'database');
    stage.answer(1, 'disk', full);
    stage.answer(3, 'disk', full);
    await morning(stage, 2);

    expect(await roundOf(stage)).toMatchObject({ status: 'collected', hosts: { answered: 3, lost: 0, gone: 0 } });
    expect(await incidentsOf(stage)).toMatchObject([{ check: 'disk', priority: 'P2' }]);
    expect(await commandsSent(stage)).toBe(1);
    const round = await roundOf(stage);
    const results = round ? await readResults(stage.table, plan, round) : [];
    const bad = results.filter(({ check, status }) => check === 'disk' && status === 'CRITICAL');
    expect(bad.map(({ host }) => host)).toEqual([leaving?.id]);
  });
});
