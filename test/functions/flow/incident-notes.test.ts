import { describe, expect, it } from 'vitest';
import { incidentKey } from '../../../functions/core/incident-number.ts';
import type { IncidentHead } from '../../../functions/core/verdicts.ts';
import { addNote, numberOf, readIncidentRecord } from '../../../functions/flow/incident-notes.ts';
import { recordNotice } from '../../../functions/flow/incidents.ts';
import { alertKey, noteKey, partition } from '../../../functions/flow/keys.ts';
import type { Services } from '../../../functions/flow/services.ts';
import { startTableCloud, type TableCloud } from '../../lib/cli/table-cloud.ts';
import { letterOf } from '../core/letters.ts';

const incident = 'DAILY-20261123-001';
const at = '2026-11-23T07:30:00.000Z';
const { notice } = letterOf({ incident });
const head: IncidentHead = {
  number: incident,
  sequence: 1,
  check: notice.check,
  title: notice.title,
  priority: notice.priority,
  openedAt: notice.openedAt,
};

interface Noting extends TableCloud {
  note(text: string, about?: 'note' | 'cause', incident?: string): ReturnType<typeof addNote>;
}

async function started(): Promise<Noting> {
  const cloud = await startTableCloud();
  const { table } = cloud;
  await table.put({ pk: partition.incident, sk: incidentKey(incident) }, 0, head);
  for (const sequence of [1, 2]) await recordNotice({ table } as Services, { ...notice, sequence });
  const note: Noting['note'] = (text, about = 'note', number = incident) =>
    addNote({ table, now: () => Date.parse(at) }, number, { by: 'ann', about, text });
  return { ...cloud, note };
}

describe('a note', () => {
  it('stands with the incident, after what has happened to it, and changes nothing of it', async () => {
    const { table, note } = await started();
    const before = await readIncidentRecord(table, incident);
    expect(await note('debug log left on', 'cause')).toEqual({
      isDone: true,
      answer: `cause is recorded with ${incident}, by ann: debug log left on`,
    });
    const record = await readIncidentRecord(table, incident);
    expect(record).toEqual({ ...before, notes: [{ by: 'ann', at, about: 'cause', text: 'debug log left on' }] });
    expect(record?.notices.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(record?.head.sequence).toBe(2);
  });

  it('takes nothing back: those of one moment stand beside each other', async () => {
    const { table, note } = await started();
    await Promise.all(['one', 'two', 'three'].map((text) => note(text)));
    const texts = (await readIncidentRecord(table, incident))?.notes.map(({ text }) => text);
    expect(texts?.sort()).toEqual(['one', 'three', 'two']);
  });

  it('is cleaned, bounded, and keeps no secret', async () => {
    const { table, note } = await started();
    await note(`  \u001b[2Jpassword=hunter2 \u202Eback\n${'x'.repeat(3_000)}`);
    const [kept] = (await readIncidentRecord(table, incident))?.notes ?? [];
    expect(kept?.text.startsWith('password=[redacted] back\nxxx')).toBe(true);
    expect(kept?.text).toHaveLength(2_000);
  });

  it.each([
    [' \n', incident, `A note to ${incident} got no text; nothing was changed: say what is to be recorded.`],
    ['what', 'DAILY-20261123-002', "There is no incident 'DAILY-20261123-002'; nothing was changed."],
    ['what', '', "There is no incident ''; nothing was changed."],
  ])('%j to %s is refused', async (text, number, answer) => {
    const { note, items } = await started();
    const before = await items();
    expect(await note(text, 'note', number)).toEqual({ isDone: false, answer });
    expect(await items()).toEqual(before);
  });

  it('is refused where there are a hundred', async () => {
    const { table, note } = await started();
    const body = { by: 'ann', at, about: 'note', text: 'again' };
    await table.putAll(Array.from({ length: 99 }, (_, index) => ({ ...noteKey(incident, `${at}${index}`, 0), body })));
    expect((await note('the last')).isDone).toBe(true);
    expect(await note('one more')).toEqual({
      isDone: false,
      answer: `${incident} has 100 notes; nothing was changed: no more of them are kept.`,
    });
  });
});

describe('the number of an incident', () => {
  it('is found by the number, and by the check that has it now', async () => {
    const { table } = await started();
    await table.put(alertKey('disk'), 0, { check: 'disk', incident: { number: incident } });
    await table.put(alertKey('load'), 0, { check: 'load' });
    const names = [incident, 'disk', 'load', 'DAILY-20261123-002'];
    expect(await Promise.all(names.map((name) => numberOf(table, name)))).toEqual([
      incident,
      incident,
      undefined,
      undefined,
    ]);
  });
});
