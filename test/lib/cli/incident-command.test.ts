import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../functions/core/alert.ts';
import { incidentKey } from '../../../functions/core/incident-number.ts';
import type { IncidentHead } from '../../../functions/core/verdicts.ts';
import { alertKey, partition } from '../../../functions/flow/keys.ts';
import { commandIncident } from '../../../lib/cli/incident-command.ts';
import { exampleAlert, openedAt } from '../../functions/core/example-alert.ts';
import { startTableCloud } from './table-cloud.ts';

const number = 'DAILY-20261123-001';
const head: IncidentHead = { number, sequence: 1, check: 'disk', title: 'Disk usage', priority: 'P2', openedAt };

async function withIncident() {
  const cloud = await startTableCloud();
  await cloud.table.put(alertKey('disk'), 0, exampleAlert);
  await cloud.table.put({ pk: partition.incident, sk: incidentKey(number) }, 0, head);
  const alert = async () => (await cloud.table.get<Alert>(alertKey('disk')))?.body;
  return { cloud, alert };
}

describe('a command about an incident', () => {
  it.each([number, 'disk'])('finds it by %s, and lets the tick go on with it at once', async (name) => {
    const { cloud, alert } = await withIncident();
    const { isDone, lines } = await commandIncident(cloud, 'acknowledge', name, 'ann');
    expect(isDone).toBe(true);
    expect(lines.join()).toContain(`${number} (Disk usage) is acknowledged by ann`);
    const { incident, outbox } = (await alert()) ?? {};
    expect(incident).toMatchObject({ acknowledged: { by: 'ann' }, notices: 2 });
    expect(outbox).toHaveLength(1);
    const item = (await cloud.items()).find(({ pk }) => pk === partition.alert);
    expect(item).toMatchObject({ owed: 'owed', dueAt: incident?.acknowledged?.at });
  });

  it.each(['acknowledge', 'resolve'] as const)(
    'that two people give at once is done for one, and the other is told so: %s',
    async (kind) => {
      const { cloud, alert } = await withIncident();
      const people = ['ann', 'bob', 'cat', 'dan'];
      const outcomes = await Promise.all(people.map((by) => commandIncident(cloud, kind, number, by)));
      const winners = people.filter((_, index) => outcomes[index]?.isDone);
      expect(winners).toHaveLength(1);
      const refusals = outcomes.filter(({ isDone }) => !isDone).flatMap(({ lines }) => lines);
      const truth =
        kind === 'acknowledge'
          ? `${winners[0]} has acknowledged ${number} (Disk usage) already`
          : `${number} is over already`;
      expect(refusals).toEqual([1, 2, 3].map(() => expect.stringContaining(truth)));
      expect((await alert())?.outbox.map(({ notice }) => notice.by)).toEqual(winners);
    },
  );

  it('comes too late for an incident that is over, though its head does not say so yet', async () => {
    const { cloud, alert } = await withIncident();
    await commandIncident(cloud, 'resolve', number, 'bob');
    const resolved = await alert();
    const { isDone, lines } = await commandIncident(cloud, 'acknowledge', number, 'ann');
    expect({ isDone, lines }).toEqual({
      isDone: false,
      lines: [`${number} is over already: there is nothing to acknowledge.`],
    });
    expect(await alert()).toEqual(resolved);
  });

  it('about something that does not exist is told what is open', async () => {
    const { cloud } = await withIncident();
    const { isDone, lines } = await commandIncident(cloud, 'acknowledge', 'disc', 'ann');
    expect(isDone).toBe(false);
    expect(lines).toEqual([`There is no incident and no bad check 'disc'. Open are: ${number} (check disk).`]);
  });

  it('about something that does not exist is told that nothing is open', async () => {
    const { lines } = await commandIncident(await startTableCloud(), 'resolve', 'DAILY-20261123-009', 'ann');
    expect(lines).toEqual(["There is no incident and no bad check 'DAILY-20261123-009'. No incident is open."]);
  });
});
