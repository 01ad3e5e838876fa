import { expect, it } from 'vitest';
import type { Notice } from '../../../functions/core/alert.ts';
import { noteField } from '../../../functions/core/console/actions.ts';
import type { AskedSignOff } from '../../../functions/core/sign-off.ts';
import { recordKey, signOffKey } from '../../../functions/flow/keys.ts';
import { routine, signOff } from '../../../lib/runbook/builders.ts';
import { businessDays } from '../../../lib/runbook/schedule.ts';
import { full, mondaySlot, morning, type Stage, shop, startStage, told } from './stage.ts';

const number = 'DAILY-20261123-001';

const runbook = {
  ...shop,
  routines: [
    ...shop.routines,
    routine('reviews', {
      title: 'Reviews',
      schedule: businessDays.at('08:00'),
      checks: [signOff('access-review', { title: 'Access review', dueMinutes: 30 })],
    }),
  ],
};

/** Invokes a function of the console as CloudWatch would, for somebody who looks at the last three hours. */
async function invoke({ cloud }: Stage, name: 'WidgetsConsole' | 'WidgetsAct', event: object): Promise<string> {
  const now = cloud.clock.now();
  const timeRange = { mode: 'relative', start: now - 3 * 3_600_000, end: now };
  const forms = { all: { operator: 'Ann', [noteField('access-review', mondaySlot)]: 'one account removed' } };
  const answer = await cloud.invoke(name, { ...event, widgetContext: { timeRange, forms, width: 900, height: 600 } });
  if (!answer.ok) throw new Error(`${name} failed: ${answer.error.errorMessage}`);
  return String(answer.payload);
}

it('a person sees what is wrong, takes it, signs off, and it is on record', async () => {
  const stage = await startStage({ runbook });
  try {
    const { cloud, table } = stage;
    stage.answer(0, 'disk', full);
    await morning(stage);
    const status = await invoke(stage, 'WidgetsConsole', { widget: 'status' });
    expect(status).toContain('1 P2 nobody has');
    const checklist = await invoke(stage, 'WidgetsConsole', { widget: 'checklist' });
    expect(checklist).toMatch(/CRITICAL[\s\S]*Disk usage[\s\S]*Load[\s\S]*Access review/);
    const incidents = await invoke(stage, 'WidgetsConsole', { widget: 'incidents' });
    expect(incidents).toContain(`endpoint="${cloud.resource('AWS::Lambda::Function', 'WidgetsAct').attributes.Arn}"`);

    const taken = await invoke(stage, 'WidgetsAct', { widget: 'incidents', action: 'acknowledge', incident: number });
    expect(taken).toContain('<b>Ann has it</b>');
    const review = { action: 'sign-off', id: 'access-review', slot: mondaySlot, after: 0 };
    expect(await invoke(stage, 'WidgetsAct', { widget: 'checklist', ...review })).toContain('signed off by Ann');
    expect(await invoke(stage, 'WidgetsConsole', { widget: 'status' })).toContain('1 P2 Ann has');

    // The tick does what follows; nobody is told of what somebody has taken.
    await morning(stage, 4);
    const records = await table.query<Notice>({ ...recordKey(number, 0), from: '0', to: '9', limit: 9 });
    expect(records.map(({ body: { kind, by } }) => ({ kind, by }))).toEqual([
      { kind: 'problem' },
      { kind: 'acknowledgement', by: 'Ann' },
    ]);
    const asked = await table.get<AskedSignOff>(signOffKey({ id: 'access-review', slot: mondaySlot }));
    expect(asked?.body.signatures).toMatchObject([{ by: 'Ann', note: 'one account removed', isGood: true }]);
    expect(told(stage)).toEqual([`problem P2 ${number} to ann@example.com`]);

    const callers = (operation: string) => cloud.calls.counts.filter((each) => each.operation === operation);
    expect(callers('PutItem').some(({ caller }) => caller.includes('WidgetsAct'))).toBe(true);
    expect(callers('PutItem').some(({ caller }) => caller.includes('WidgetsConsole'))).toBe(false);
  } finally {
    await stage.close();
  }
});
