import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../functions/core/plan.ts';
import { RunbookError } from '../../../lib/runbook/problems.ts';
import type { Rotation, Runbook } from '../../../lib/runbook/types.ts';
import { checkYear } from '../../../lib/runbook/year-walk.ts';
import { sampleRunbook } from './sample-runbook.ts';
import { changed } from './validation/refusals.ts';

/** Noon of a Saturday, in Berlin. */
const now = '2026-11-21T11:00:00.000Z';

function problemsOf(runbook: Runbook, from = now): readonly string[] {
  try {
    checkYear(runbook, from);
    return [];
  } catch (error) {
    if (!(error instanceof RunbookError)) throw error;
    return error.problems.map(({ path, got, refusal }) => `${path}: got ${got}, ${refusal}`);
  }
}

test('has nothing against a runbook that reaches somebody at any hour', () => {
  expect(problemsOf(sampleRunbook())).toEqual([]);
});

describe('holidays', () => {
  const through = (date: string) => changed(sampleRunbook(), 'calendar.holidaysThrough', date);

  test('have to be complete for a year, on the calendar of the platform', () => {
    expect(problemsOf(through('2029-11-20'), '2028-11-21T11:00:00.000Z')).toEqual([
      'calendar.holidaysThrough: got "2029-11-20", expected holidays for a year from now, through 2029-11-21 or later; complete the holidays, and then move it: on a holiday that is not there, people are told as on any day',
    ]);
    expect(problemsOf(through('2029-11-21'), '2028-11-21T11:00:00.000Z')).toEqual([]);
    expect(problemsOf(through('2029-11-21'), '2028-11-21T23:30:00.000Z')).toHaveLength(1);
  });

  test('of which there are none end nowhere', () => {
    expect(problemsOf(changed(through('2026-11-21'), 'calendar.holidays', []))).toEqual([]);
  });
});

describe('the deadline of a P1', () => {
  function delivered(delivery: Delivery, acknowledgeMinutes: number): Runbook {
    const runbook = changed(sampleRunbook(), 'priorities.P1.delivery', delivery);
    return changed(runbook, 'priorities.P1.levels[0].acknowledgeMinutes', acknowledgeMinutes);
  }

  test('is missed by who sleeps: the first such hour, who would be told and when is named', () => {
    expect(problemsOf(delivered('same-day', 15))).toEqual([
      "priorities.P1.levels[0]: got nobody at 2026-11-21 22:00 GMT+1: Olivia Operator, Operations chat would be told at 2026-11-22 07:00 GMT+1, expected somebody who is told of a P1 within 15 minutes at any hour; write delivery: 'immediately', or allow more acknowledgeMinutes",
    ]);
  });

  test('is held when it is as long as the night, but for the night that is an hour longer', () => {
    const spring = '2027-01-01T11:00:00.000Z';
    expect(problemsOf(delivered('same-day', 10 * 60), spring)).toEqual([]);
    expect(problemsOf(delivered('same-day', 9 * 60), spring)).toEqual([
      expect.stringContaining('got nobody at 2027-10-30 22:00 GMT+2'),
    ]);
  });

  test('is missed over the weekend, and over a holiday', () => {
    const fourDays = 4 * 24 * 60;
    expect(problemsOf(delivered('next-business-day', fourDays - 1), '2026-12-21T11:00:00.000Z')).toEqual([
      expect.stringContaining('got nobody at 2026-12-24 08:00 GMT+1'),
    ]);
    expect(problemsOf(delivered('next-business-day', fourDays), '2026-12-21T11:00:00.000Z')).toEqual([]);
  });

  test('is that of its first level: the others are only told when there was time enough', () => {
    const runbook = delivered('same-day', 10 * 60);
    expect(problemsOf(changed(runbook, 'priorities.P1.levels[1].acknowledgeMinutes', 5))).toEqual([]);
  });

  test('is nothing that a P2 or P3 has', () => {
    expect(problemsOf(changed(sampleRunbook(), 'priorities.P2.levels[0].acknowledgeMinutes', 5))).toEqual([]);
  });
});

describe('a rotation', () => {
  const turns: Rotation = { every: 'week', from: '2026-11-02', at: '09:00', contacts: ['operator', 'chat'] };

  /** A level tells the rotation, by email alone: which does not reach the chat. */
  function toldByEmail(priority: 'P1' | 'P2', changes: Partial<Rotation>, tell: readonly string[] = ['duty']): Runbook {
    let runbook = changed(sampleRunbook(), 'roles.duty.rotation', { ...turns, ...changes });
    runbook = changed(runbook, `priorities.${priority}.channels`, ['email']);
    return changed(runbook, `priorities.${priority}.levels`, [{ tell, acknowledgeMinutes: 15 }]);
  }

  test('leaves nobody from the hand-over on at which somebody without an address takes over', () => {
    expect(problemsOf(toldByEmail('P1', {}))).toEqual([
      'priorities.P1.levels[0]: got nobody at 2026-11-23 09:00 GMT+1 (on duty: Operations chat), expected somebody at any hour who can be reached by email; add the address to contacts.json, or tell another role as well',
    ]);
  });

  test('leaves nobody for the one day of an override', () => {
    const overrides = [{ date: '2027-03-28', contact: 'chat' }];
    expect(problemsOf(toldByEmail('P1', { contacts: ['operator'], overrides }))).toEqual([
      expect.stringContaining('got nobody at 2027-03-28 09:00 GMT+2 (on duty: Operations chat)'),
    ]);
  });

  test('has to reach somebody for every priority, when they are told', () => {
    expect(problemsOf(toldByEmail('P2', { at: '23:00' }))).toEqual([
      expect.stringMatching(
        /^priorities\.P2\.levels\[0\]: got nobody at 2026-11-24 07:00 GMT\+1 \(on duty: Operations/,
      ),
    ]);
  });

  test('may reach nobody when another role of the level does', () => {
    expect(problemsOf(toldByEmail('P1', {}, ['duty', 'operations']))).toEqual([]);
  });

  test('is looked at in each level', () => {
    const runbook = changed(sampleRunbook(), 'priorities.P1.channels', ['sms']);
    expect(problemsOf(changed(runbook, 'priorities.P1.levels[0].tell', ['operations']))).toEqual([
      expect.stringContaining(
        'priorities.P1.levels[1]: got nobody at 2026-11-23 09:00 GMT+1 (on duty: Operations chat)',
      ),
    ]);
  });
});

test('walks the year of two rotations in under a second', () => {
  let runbook = changed(sampleRunbook(), 'roles.room', { ...sampleRunbook().roles.duty, title: 'Another' });
  runbook = changed(runbook, 'priorities.P1', {
    ...sampleRunbook().priorities.P1,
    delivery: 'same-day',
    levels: [{ tell: ['duty', 'room'], acknowledgeMinutes: 10 * 60 }],
  });
  // Of the processor, which others may need at the same time.
  const begun = process.cpuUsage();
  checkYear(runbook, now);
  const { user, system } = process.cpuUsage(begun);
  expect((user + system) / 1_000).toBeLessThan(1_000);
});
