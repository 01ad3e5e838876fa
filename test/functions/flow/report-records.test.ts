import { describe, expect, it } from 'vitest';
import { incidentKey } from '../../../functions/core/incident-number.ts';
import type { Plan } from '../../../functions/core/plan.ts';
import type { ReportHead } from '../../../functions/core/reports/records.ts';
import type { Round } from '../../../functions/core/round.ts';
import type { AskedSignOff } from '../../../functions/core/sign-off.ts';
import type { Silence } from '../../../functions/core/silence.ts';
import { type Iso, isoOf } from '../../../functions/core/time.ts';
import type { IncidentHead } from '../../../functions/core/verdicts.ts';
import {
  noteKey,
  partition,
  recordKey,
  reportHeadKey,
  roundKey,
  signOffKey,
  silenceKey,
  slotKey,
} from '../../../functions/flow/keys.ts';
import { readReportHeads, readReportRecords } from '../../../functions/flow/report-records.ts';
import { startTableCloud } from '../../lib/cli/table-cloud.ts';
import { examplePlan } from '../core/example-plan.ts';

const slot = '2026-11-24T17:00:00.000Z';
const from = '2026-11-23T17:00:00.000Z';

const plan: Plan = {
  ...examplePlan,
  reports: {
    log: {
      title: 'Daily log',
      schedule: { days: 'business-days', at: ['18:00'] },
      tell: [],
      parts: [
        { kind: 'checklist', of: ['morning/disk'] },
        { kind: 'trend', label: 'Disk', check: 'disk', metric: 'disk_used', statistic: 'most', days: 3 },
      ],
    },
    other: { title: 'Nothing', schedule: { days: 'every-day', at: ['18:00'] }, tell: [], parts: [] },
  },
};

const verdict = { status: 'OK', counts: { OK: 1, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 }, text: 'fine' } as const;

function round(at: Iso, more: Partial<Round> = {}): Round {
  return {
    routine: 'morning',
    slot: at,
    nonce: '',
    requestedAt: at,
    sentAt: at,
    deadlineAt: at,
    status: 'collected',
    summary: {
      collectedAt: at,
      hosts: { answered: 1, lost: 0, gone: 0, missing: 0 },
      verdicts: { disk: verdict, load: verdict },
    },
    ...more,
  } as Round;
}

async function recordsOf(items: readonly object[], id = 'log') {
  const { table } = await startTableCloud();
  await table.putAll(items as Parameters<typeof table.putAll>[0]);
  return readReportRecords({ plan, table }, id, slot);
}

const minuteMs = 60_000;

describe('the rounds of a report', () => {
  const put = (each: Round) => ({ ...roundKey(each), body: each });

  it('are those of its period, and those before that a trend asks for, page by page, the oldest first', async () => {
    const times = Array.from({ length: 450 }, (_, index) => isoOf(Date.parse(slot) - (index + 1) * 9 * minuteMs));
    const outside = [slot, '2026-11-21T22:59:59.999Z'];
    const { rounds, period } = await recordsOf([...times, ...outside].map((at) => put(round(at))));
    expect(period).toEqual({ from, to: slot });
    // Three local days, in Berlin, the last one that of the slot.
    const wanted = times.filter((at) => at >= '2026-11-21T23:00:00.000Z');
    expect(wanted.length).toBeGreaterThan(400);
    expect(rounds.map((each) => each.slot)).toEqual(wanted.reverse());
  });

  it('are none where it says nothing of any', async () => {
    expect((await recordsOf([put(round(from))], 'other')).rounds).toEqual([]);
  });

  it('hold what it says something of, but for those that were asked for and rechecks', async () => {
    const asked = round('2026-11-24T08:00:00.000Z', { requestedBy: 'ann' });
    const recheck = round('2026-11-24T09:00:00.000Z', { recheck: { checks: ['disk'], hosts: [], populations: {} } });
    const missed = round('2026-11-24T10:00:00.000Z', { status: 'missed', reason: 'out' });
    const { rounds } = await recordsOf([round(from), asked, recheck, missed].map(put));
    const summary = { ...('summary' in asked && asked.summary), collectedAt: from, verdicts: { disk: verdict } };
    expect(rounds).toEqual([{ ...round(from), summary }, asked, recheck, missed]);
  });
});

describe('the sign-offs of a report', () => {
  const given = { by: 'ann', note: '', isGood: true };

  it('are those asked or given in its period, and those that nobody has given since', async () => {
    const sign = (id: string, at: Iso, ...signatures: object[]) => {
      const body = { id, routine: 'morning', slot: at, signatures } as unknown as AskedSignOff;
      return { ...signOffKey(body), body };
    };
    const { signOffs } = await recordsOf([
      // Nobody gave it, and it was given later.
      sign('access', '2026-11-19T07:00:00.000Z'),
      sign('access', '2026-11-20T07:00:00.000Z', { ...given, at: '2026-11-20T08:00:00.000Z' }),
      sign('access', '2026-11-23T07:00:00.000Z'),
      sign('backup', '2026-11-20T07:00:00.000Z', { ...given, at: '2026-11-24T08:00:00.000Z' }),
      sign('found', '2026-11-20T07:00:00.000Z', { ...given, isGood: false, at: '2026-11-20T08:00:00.000Z' }),
      sign('access', '2026-11-24T07:00:00.000Z'),
      sign('backup', slot),
    ]);
    expect(signOffs.map(({ id, slot: at }) => `${at.slice(8, 10)} ${id}`)).toEqual([
      '20 backup',
      '20 found',
      '23 access',
      '24 access',
    ]);
  });
});

describe('the incidents of a report', () => {
  const head = (running: number, openedAt: Iso, resolvedAt?: Iso) => {
    const number = `DAILY-${openedAt.slice(0, 10).replaceAll('-', '')}-00${running}`;
    const body: IncidentHead = {
      ...{ number, sequence: 1, check: 'disk', title: 'Disk', priority: 'P2', openedAt },
      ...(resolvedAt && { resolvedAt }),
    };
    return { pk: partition.incident, sk: incidentKey(number), body };
  };

  it('were open in its period or in the one before it, and have all that happened and was written', async () => {
    const number = 'DAILY-20261120-001';
    const notice = { kind: 'problem', sequence: 1 };
    const note = { by: 'ann', at: from, about: 'note', text: 'looked' };
    const { incidents } = await recordsOf([
      head(1, '2026-11-20T07:00:00.000Z'),
      { ...recordKey(number, 1), body: notice },
      { ...noteKey(number, from, 0), body: note },
      head(2, '2026-11-20T08:00:00.000Z', '2026-11-22T16:59:00.000Z'),
      head(3, '2026-11-20T08:00:00.000Z', '2026-11-22T17:00:00.000Z'),
      head(1, '2026-11-24T16:59:00.000Z'),
      head(2, '2026-11-24T17:00:00.000Z'),
    ]);
    expect(incidents.map((each) => each.head.number)).toEqual([number, 'DAILY-20261120-003', 'DAILY-20261124-001']);
    expect(incidents[0]).toMatchObject({ notices: [notice], notes: [note] });
    expect(incidents[1]).toMatchObject({ notices: [], notes: [] });
  });
});

describe('the time of a report', () => {
  it('begins where the one before it ended, by whatever schedule', async () => {
    const earlier = '2026-11-23T16:00:00.000Z';
    const body = { id: 'log', slot: earlier, owed: [] } as unknown as ReportHead;
    const records = await recordsOf([{ ...reportHeadKey(body), body }]);
    expect(records.period).toEqual({ from: earlier, to: slot });
    expect(records.reports.map((head) => head.slot)).toEqual([earlier]);
  });

  it('comes with since when rounds are expected, by routine', async () => {
    const expected = { since: from, schedule: '' };
    const { expected: known } = await recordsOf([{ ...slotKey('morning'), body: { slot, expected } }]);
    expect(known).toEqual({ morning: from });
  });
});

describe('the silences and reports of a report', () => {
  it('are those of its period', async () => {
    const silence = (id: string, begin: Iso, until: Iso) =>
      ({ id, from: begin, until, by: 'ann', reason: '', checks: [] }) satisfies Silence;
    const silences = [
      silence('before', '2026-11-23T10:00:00.000Z', from),
      silence('in', '2026-11-23T10:00:00.000Z', '2026-11-23T17:00:00.001Z'),
      silence('after', slot, '2026-11-25T17:00:00.000Z'),
    ];
    const report = (id: string, at: Iso) => {
      const body = { id, slot: at, owed: [] } as unknown as ReportHead;
      return { ...reportHeadKey(body), body };
    };
    const records = await recordsOf([
      { ...silenceKey, body: silences },
      report('log', '2026-11-20T17:00:00.000Z'),
      report('log', from),
      report('health', '2026-11-24T07:00:00.000Z'),
      report('log', slot),
    ]);
    expect(records.silences.map(({ id }) => id)).toEqual(['in']);
    expect(records.reports.map(({ id, slot: at }) => `${id} ${at.slice(8, 10)}`)).toEqual(['log 23', 'health 24']);
  });

  it('of all kept reports come the newest first, without who is mailing them', async () => {
    const { table } = await startTableCloud();
    const head: ReportHead = {
      ...{ id: 'log', slot: from, title: 'Daily log', writtenAt: from, owed: ['ann'] },
      period: { from: '2026-11-20T17:00:00.000Z', to: from },
    };
    await table.put(reportHeadKey(head), 0, { ...head, lease: { owner: 'somebody', until: slot } });
    await table.put(reportHeadKey({ ...head, slot }), 0, { ...head, slot });
    expect(await readReportHeads(table)).toEqual([{ ...head, slot }, head]);
  });
});
