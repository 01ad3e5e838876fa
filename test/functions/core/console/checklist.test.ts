import { describe, expect, it } from 'vitest';
import { noteField, operatorField } from '../../../../functions/core/console/actions.ts';
import type { WidgetData } from '../../../../functions/core/console/data.ts';
import type { Surface } from '../../../../functions/core/console/surface.ts';
import {
  alert,
  asked,
  brokenRound,
  dayPlan,
  drawn,
  goodDay,
  now,
  oddAlert,
  openAlert,
  round,
  roundWithoutAHost,
  runningRound,
  sendingRound,
  signature,
  surface,
  verdict,
} from './example-day.ts';
import { buttonsOf, fieldsOf, textOf, tokensOf } from './html-tokens.ts';

type ChecklistData = Omit<Extract<WidgetData, { readonly widget: 'checklist' }>, 'widget'>;

function html(data: Partial<ChecklistData> = {}, changes: Partial<Surface> = {}, plan = dayPlan): string {
  return drawn({ widget: 'checklist', ...goodDay, ...data }, changes, plan);
}

function text(data: Partial<ChecklistData> = {}, changes: Partial<Surface> = {}, plan = dayPlan): string {
  return textOf(html(data, changes, plan));
}

/** Titles of the routines that are unfolded. */
function unfolded(data: Partial<ChecklistData>): string[] {
  const tokens = tokensOf(html(data));
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'start' || token.name !== 'details' || token.attributes.open === undefined) return [];
    const title = tokens.slice(index).findIndex((each) => each.kind === 'start' && each.name === 'h3');
    const next = tokens[index + title + 1];
    return next?.kind === 'text' ? [next.text] : [];
  });
}

describe('the order of the checklist', () => {
  it('is that of the procedure, with what comes all day long below it', () => {
    expect(text()).toMatch(
      /Mon 2026-11-23 .*Morning .*Disk usage .*Load .*Alerts reviewed .*Midday .*All day long .*Pulse/,
    );
  });

  it('leaves out what has nothing to do with the day', () => {
    expect(text()).not.toMatch(/Weekly|Clean-up/);
    expect(text({ rounds: [...goodDay.rounds, round('cleanup')] })).toContain('Clean-up 09:30 GMT+1');
  });

  it('still asks for what was asked on another day, and for nothing else of it', () => {
    const minutes = { id: 'minutes', routine: 'weekly', title: 'Minutes written', slot: '2026-11-20T13:00:00.000Z' };
    const signOffs = [asked([], { ...minutes, dueAt: '2026-11-24T13:00:00.000Z' })];
    expect(text({ signOffs })).toMatch(
      /TO SIGN OFF Weekly .*Of Fri 2026-11-20 14:00 GMT\+1: .*until Tue 2026-11-24 14:00/,
    );
    expect(text({ signOffs: [asked([signature()], minutes)] })).not.toContain('Weekly');
  });

  it('takes an answer of yesterday for none of today', () => {
    const yesterday = { slot: '2026-11-20T07:00:00.000Z' };
    const early = { at: '2026-11-23T06:00:00.000Z' };
    expect(
      text({ rounds: [], signOffs: [asked([signature({ at: '2026-11-20T07:40:00.000Z' })], yesterday)] }, early),
    ).toContain('LATER Alerts reviewed Is every alert reviewed? asked at 08:00 GMT+1');
  });

  it('says in one line what a holiday leaves out', () => {
    const holidays = [{ date: '2026-11-23', name: 'Founding Day' }];
    const plan = { ...dayPlan, calendar: { ...dayPlan.calendar, holidays } };
    const rounds = [brokenRound('morning', 'skipped', 'Founding Day is a holiday'), round('pulse')];
    const closed = text({ rounds, signOffs: [] }, {}, plan);
    expect(closed).toContain('Founding Day is a holiday: no round of Morning and Midday.');
    expect(closed).not.toContain('Disk usage');
    expect(text({ rounds, signOffs: [asked()] }, {}, plan)).toContain('TO SIGN OFF Alerts reviewed');
  });
});

describe('a check', () => {
  it('shows what it has found and when', () => {
    expect(text()).toContain('✓ OK Disk usage OK indeed 08:00 GMT+1');
  });

  it('shows what was bad and is well now', () => {
    const data = {
      alerts: [alert('disk', 'OK', { since: '2026-11-23T07:14:00.000Z' })],
      rounds: [round('morning', { disk: verdict('CRITICAL', '97 % used') }), round('pulse')],
    };
    expect(text(data)).toContain(
      '✓ OK Disk usage CRITICAL at 08:00 GMT+1, OK since 08:14 GMT+1 1 of 3 hosts: 97 % used 08:00 GMT+1',
    );
    expect(unfolded(data)).toEqual([]);
  });

  it('shows what was well and is bad now, with its newest output', () => {
    const alerts = [openAlert('disk', {}, { since: '2026-11-23T08:02:00.000Z' })];
    expect(text({ alerts })).toContain(
      '✕ CRITICAL Disk usage OK at 08:00 GMT+1, CRITICAL since 09:02 GMT+1 1 of 3 hosts: 97 % used DAILY-20261123-001 (P2) is open, nobody has it',
    );
  });

  it('is not well because of an alert that is older than a bad round', () => {
    const data = {
      alerts: [alert('disk', 'OK', { since: '2026-11-23T06:59:00.000Z' })],
      rounds: [round('morning', { disk: verdict('UNKNOWN') }), round('pulse')],
    };
    expect(text(data)).toContain('? UNKNOWN Disk usage');
  });

  it('is unfolded where it is bad, and folded where it is well', () => {
    expect(unfolded({})).toEqual([]);
    expect(unfolded({ rounds: [round('morning', { load: verdict('WARNING') }), round('pulse')] })).toEqual(['Morning']);
  });

  it('is not well while an incident of it is open', () => {
    const alerts = [openAlert('disk', {}, { status: 'OK' })];
    expect(text({ alerts })).toContain('! P2 OPEN Disk usage OK indeed DAILY-20261123-001 (P2) is open, nobody has it');
    expect(unfolded({ alerts })).toEqual(['Morning']);
  });

  it('of which an urgent incident is open is as bad as that', () => {
    const data = {
      alerts: [openAlert('disk', { priority: 'P1' }, { status: 'WARNING' as const })],
      rounds: [round('morning', { disk: verdict('WARNING') }), round('pulse')],
    };
    expect(text(data)).toContain('✕ WARNING Disk usage');
  });

  it('is not known where a host was never heard, though what was bad is well', () => {
    const alerts = [alert('disk', 'OK', { since: '2026-11-23T07:14:00.000Z' })];
    const rounds = [roundWithoutAHost('morning', 'disk', 'CRITICAL'), round('pulse')];
    expect(text({ alerts, rounds })).toContain(
      '? UNKNOWN Disk usage CRITICAL at 08:00 GMT+1, what was bad is well, of 1 host nothing is known 1 of 2 hosts: 97 % used',
    );
  });

  it('on our own records lacks no host', () => {
    const counts = { OK: 0, WARNING: 0, CRITICAL: 1, UNKNOWN: 0 };
    const overnight = { status: 'CRITICAL', counts, text: 'two incidents' } as const;
    const alerts = [alert('overnight', 'OK', { since: '2026-11-23T07:14:00.000Z' })];
    expect(text({ alerts, rounds: [round('morning', { overnight }), round('pulse')] })).toContain(
      '✓ OK No critical alerts',
    );
  });

  it('of the past names no incident that came later', () => {
    const alerts = [openAlert('disk', { openedAt: '2026-11-23T09:30:00.000Z' }, { status: 'WARNING' })];
    const past = text({ alerts }, { isPast: true });
    expect(past).toContain('! WARNING Disk usage');
    expect(past).not.toContain('DAILY-20261123-001');
  });

  it('whose alert cannot be read is not known, and hides no other', () => {
    const alerts = [oddAlert('disk', { parked: undefined, facts: {} }), openAlert('load')];
    expect(text({ alerts })).toMatch(/\? UNKNOWN Disk usage .*what is stored of it cannot be read.*CRITICAL Load/);
  });

  it('that the newest round did not ask is not well', () => {
    const plan = { ...dayPlan, routines: { ...dayPlan.routines } };
    const morning = round('morning');
    if (morning.status !== 'collected') throw new Error('The example is collected.');
    const { disk: _left, ...verdicts } = morning.summary.verdicts;
    const rounds = [{ ...morning, summary: { ...morning.summary, verdicts } }];
    expect(text({ rounds }, {}, plan)).toContain('– NOT ASKED Morning 08:00 GMT+1 3 of 4 in order');
  });
});

describe('a routine', () => {
  it('that is still to come says when', () => {
    expect(text()).toContain('– LATER Midday 12:00 GMT+1, in 2 hours 1 item');
  });

  it.each([
    ['failed', 'FAILED'],
    ['missed', 'MISSED'],
  ] as const)('that has %s says why, and that nothing was checked', (status, word) => {
    const data = { rounds: [brokenRound('morning', status, 'SSM refused'), round('pulse')] };
    expect(text(data)).toMatch(new RegExp(`\\? ${word} Morning 08:00 GMT\\+1: SSM refused .*NOT CHECKED Disk usage`));
    expect(unfolded(data)).toEqual(['Morning']);
  });

  it('that runs shows no results of its own, and what is known to be bad', () => {
    const alerts = [alert('disk', 'CRITICAL')];
    expect(text({ alerts, rounds: [runningRound('morning')] })).toMatch(
      /Morning 08:00 GMT\+1, runs now .*CRITICAL Disk usage .*RUNNING Load/,
    );
  });

  it('of which nothing is known is not well', () => {
    const data = { rounds: [round('pulse')] };
    expect(text(data)).toMatch(
      /\? NO ROUND Morning no round of 08:00 GMT\+1 \(2 hours ago\) is known .*NOT CHECKED Disk usage/,
    );
    expect(unfolded(data)).toEqual(['Morning']);
  });

  it.each([
    ['does not end', runningRound('morning', '2026-11-23T07:05:00.000Z')],
    ['is not sent', sendingRound('morning', '2026-11-23T07:00:00.000Z', 'AccessDenied')],
  ])('that %s is overdue, and nothing was checked', (_what, late) => {
    expect(text({ rounds: [late, round('pulse')] })).toMatch(/\? OVERDUE Morning 08:00 GMT\+1.*NOT CHECKED Disk usage/);
  });

  it('that has only just to begin is not missing, nor is what the day before owed', () => {
    const early = text({ rounds: [], signOffs: [] }, { at: '2026-11-22T23:02:00.000Z' });
    expect(early).toContain('– DUE Pulse 00:00 GMT+1, about to begin');
  });

  it('whose newest round is too old is not well', () => {
    const rounds = [round('morning'), round('pulse', {}, '2026-11-23T08:00:00.000Z')];
    expect(text({ rounds })).toContain('? NO ROUND Pulse no round of 09:55 GMT+1');
  });
});

describe('a sign-off', () => {
  const dueLater = 'TO SIGN OFF Alerts reviewed Is every alert reviewed?';

  it('that is open says until when, and can be given or refused', () => {
    const page = html({ signOffs: [asked()] });
    expect(textOf(page)).toContain(dueLater);
    expect(textOf(page)).toContain('until 11:00 GMT+1 (in 1 hour)');
    const { act } = surface.endpoints;
    const parameters = { widget: 'checklist', id: 'reviewed', slot: '2026-11-23T07:00:00.000Z', after: 0 };
    expect(buttonsOf(page)).toMatchObject([
      { label: 'Sign off', display: 'widget', endpoint: act, parameters: { ...parameters, action: 'sign-off' } },
      { label: 'Found wrong', display: 'widget', endpoint: act, parameters: { ...parameters, action: 'find-wrong' } },
    ]);
    for (const { confirmation } of buttonsOf(page)) expect(confirmation).toContain('Alerts reviewed, 08:00 GMT+1');
  });

  it('keeps what has been entered already', () => {
    const forms = { [operatorField]: 'ann', [noteField('reviewed', asked().slot)]: 'two of them' };
    expect(fieldsOf(html({ signOffs: [asked()] }, { forms }))).toEqual(forms);
  });

  it('that is overdue says since when', () => {
    const dueAt = '2026-11-23T08:00:00.000Z';
    expect(text({ signOffs: [asked([], { dueAt })] })).toContain('since 09:00 GMT+1 (1 hour ago)');
  });

  it('that has an incident names it, and who has it', () => {
    const overdue = asked([], { dueAt: '2026-11-23T08:00:00.000Z' });
    expect(text({ signOffs: [overdue], alerts: [openAlert('reviewed')] })).toContain(
      'Is every alert reviewed? DAILY-20261123-001 (P2) is open, nobody has it Note',
    );
  });

  it('that the runbook has no more is asked for no more', () => {
    expect(fieldsOf(html({ signOffs: [asked([], { id: 'gone' })] }))).toEqual({});
  });

  it('that is given says by whom and with what note, and has no buttons', () => {
    const page = html({ signOffs: [asked([signature({ note: 'two of them' })])] });
    expect(textOf(page)).toContain(
      '✓ SIGNED Alerts reviewed Is every alert reviewed? Signed off by ann, 08:40 GMT+1: two of them',
    );
    expect(buttonsOf(page)).toEqual([]);
    expect(fieldsOf(page)).toEqual({});
  });

  it('that was found wrong can still be given', () => {
    const page = html({ signOffs: [asked([signature({ isGood: false, note: 'one is missing' })])] });
    expect(textOf(page)).toContain(
      '✕ WRONG Alerts reviewed Is every alert reviewed? Found wrong by ann, 08:40 GMT+1: one is missing',
    );
    expect(buttonsOf(page).map(({ label }) => label)).toEqual(['Sign off', 'Found wrong']);
    expect(buttonsOf(page).map(({ parameters }) => parameters)).toMatchObject([{ after: 1 }, { after: 1 }]);
  });

  it('that is given is not well while something else of it is open', () => {
    const data = { signOffs: [asked([signature()])], alerts: [openAlert('reviewed')] };
    expect(text(data)).toContain('! P2 OPEN Alerts reviewed');
    expect(text(data)).toContain('3 of 4 in order');
    expect(unfolded(data)).toEqual(['Morning']);
    const facts = openAlert('reviewed').facts;
    const old = alert('reviewed', 'CRITICAL', facts && { facts: { ...facts, headline: 'Alerts reviewed: wrong' } });
    expect(text({ ...data, alerts: [old] })).toMatch(/✕ CRITICAL Alerts reviewed .*Signed off by ann.*: wrong/);
  });

  it('that nobody was asked for is not known', () => {
    expect(text({ signOffs: [] })).toContain('? NOT ASKED Alerts reviewed Is every alert reviewed? of 08:00 GMT+1');
    expect(text({ rounds: [], signOffs: [] }, { at: '2026-11-23T07:01:00.000Z' })).toContain(
      '– LATER Alerts reviewed Is every alert reviewed? asked at 08:00 GMT+1',
    );
  });

  it('that two routines ask for is asked for in each', () => {
    const { morning, midday } = dayPlan.routines;
    if (!morning || !midday) throw new Error('The example has both.');
    const plan = {
      ...dayPlan,
      routines: { ...dayPlan.routines, midday: { ...midday, checks: ['load', 'reviewed'] } },
    };
    const slot = '2026-11-23T11:00:00.000Z';
    const signOffs = [asked([], { routine: 'midday', slot, dueAt: '2026-11-23T12:00:00.000Z' }), asked()];
    const rounds = [round('morning'), round('midday'), round('pulse', {}, slot)];
    const page = html({ signOffs, rounds }, { at: slot }, plan);
    expect(buttonsOf(page).map(({ parameters }) => parameters)).toMatchObject([
      { action: 'sign-off', slot: asked().slot },
      { action: 'find-wrong', slot: asked().slot },
      { action: 'sign-off', slot },
      { action: 'find-wrong', slot },
    ]);
    expect(Object.keys(fieldsOf(page))).toEqual([
      operatorField,
      noteField('reviewed', asked().slot),
      noteField('reviewed', slot),
    ]);
  });

  it('that its routine asks for no more is asked for no more', () => {
    expect(fieldsOf(html({ signOffs: [asked([], { routine: 'midday' })] }))).toEqual({});
  });

  it('of the past is as it was then, and has no buttons', () => {
    const signOffs = [asked([signature({ at: '2026-11-23T09:30:00.000Z' })])];
    const page = html({ signOffs }, { isPast: true, at: now });
    expect(textOf(page)).toContain(dueLater);
    expect(buttonsOf(page)).toEqual([]);
    expect(fieldsOf(page)).toEqual({});
  });
});
