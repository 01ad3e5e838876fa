import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Round } from '../../../functions/core/round.ts';
import { isoOf } from '../../../functions/core/time.ts';
import { roundKey } from '../../../functions/flow/keys.ts';
import { notificationsOf, readIncidents } from '../../../lib/cli/records.ts';
import type { Intercept } from '../../../lib/local/gateway.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import { hostCheck, job, routine } from '../../../lib/runbook/builders.ts';
import { p2, p3 } from '../../../lib/runbook/rules.ts';
import { businessDays } from '../../../lib/runbook/schedule.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { type RealStage, scriptOf, startRealStage } from './real-stage.ts';
import { minute, mondayMorning, shop } from './stage.ts';

const folder = scratchFolder();

/** CRITICAL without a backup, WARNING with one that is `old`. */
const check = scriptOf(
  folder,
  'backup.sh',
  '[ -e "$HOME/backup" ] || { echo missing; exit 2; }\n[ ! -e "$HOME/old" ] || { echo old; exit 1; }\necho there',
);

/** Makes the backup, unless the host is `useless` for that, which it does not notice, or `broken`. */
const remedy = scriptOf(
  folder,
  'make-backup.sh',
  'echo once >>"$HOME/runs"\n[ ! -e "$HOME/broken" ] || { echo no space; exit 2; }\n' +
    '[ -e "$HOME/useless" ] || : >"$HOME/backup"\necho made',
);

const rules = [p2.when('CRITICAL').atOnce(), p3.when('WARNING', 'UNKNOWN').atOnce()];

const mendingShop: Runbook = {
  ...shop,
  routines: [
    routine('morning', {
      title: 'Morning',
      fleet: 'app',
      schedule: businessDays.at('08:00'),
      checks: [
        hostCheck('backup', {
          title: 'Backup',
          script: check,
          look: 'ls',
          rules,
          remedy: job('make-backup', { title: 'Make a backup', script: remedy, look: 'ls', changes: 'makes a backup' }),
        }),
      ],
    }),
  ],
};

let stage: RealStage;
afterEach(() => stage.cloud.close());

/** Monday's round and all that follows, on hosts of which only the first has no backup. */
async function morning(files: readonly string[] = [], intercept?: Intercept): Promise<void> {
  stage = await startRealStage(mendingShop, intercept);
  const [first = '', second = ''] = stage.homes;
  writeFileSync(join(second, 'backup'), '');
  for (const file of files) writeFileSync(join(file.endsWith('@2') ? second : first, file.replace('@2', '')), '');
  await stage.cloud.advanceTo(mondayMorning + 4 * minute);
}

async function another(): Promise<void> {
  const slot = isoOf(stage.cloud.clock.now());
  await stage.cloud.invoke('dispatch', { routine: 'morning', slot, requestedBy: 'ann' });
  await stage.cloud.advanceTo(stage.cloud.clock.now() + 3 * minute);
}

/** How often the job has run, on each host. */
function runs(): number[] {
  return stage.homes.map((home) => {
    const file = join(home, 'runs');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
  });
}

async function told(): Promise<string[]> {
  const incidents = await readIncidents(stage.table);
  const checkOf = (number: string) => incidents.find((incident) => incident.number === number)?.check;
  return notificationsOf(stage.cloud.sns.deliveries).flatMap(({ incidents: about, endpoints: { email } }) =>
    email === 'ann@example.com'
      ? about.map(({ kind, priority, incident }) => `${kind} ${priority} ${checkOf(incident)}`)
      : [],
  );
}

async function rechecks(): Promise<Round[]> {
  const rounds = await stage.table.query<Round>({ pk: roundKey({ routine: 'morning', slot: '' }).pk, limit: 50 });
  return rounds.flatMap(({ body }) => (body.recheck ? [body] : []));
}

describe('a remedy', () => {
  it('is run once, where it is needed; then it is judged again, and people are told of both', async () => {
    await morning();
    expect(runs()).toEqual([1, 0]);
    expect(await told()).toEqual(['problem P2 backup', 'recovery P2 backup']);
    expect(await rechecks()).toMatchObject([
      {
        status: 'collected',
        requestedBy: 'the check backup',
        recheck: { checks: ['make-backup', 'backup'], remedies: ['make-backup'], hosts: ['i-00000001'] },
        summary: {
          hosts: { answered: 1 },
          verdicts: { 'make-backup': { status: 'OK', text: 'made' }, backup: { status: 'OK', text: 'there' } },
        },
      },
    ]);
    await another();
    expect(runs()).toEqual([1, 0]);
    expect(await told()).toHaveLength(2);
  });

  it('is run in no round of the schedule where all is well', async () => {
    await morning(['backup']);
    expect([runs(), await told(), await rechecks()]).toEqual([[0, 0], [], []]);
  });

  it('that mends nothing is not run again in a second bad round', async () => {
    await morning(['useless']);
    await another();
    expect(runs()).toEqual([1, 0]);
    expect(await told()).toEqual(['problem P2 backup']);
  });

  it('that fails has an incident of its own', async () => {
    await morning(['broken']);
    expect(runs()).toEqual([1, 0]);
    expect(await told()).toEqual(['problem P2 backup', 'problem P2 make-backup']);
    expect((await rechecks())[0]).toMatchObject({
      summary: { verdicts: { 'make-backup': { status: 'CRITICAL', text: 'no space' } } },
    });
  });

  it('ends no incident of a host that is bad otherwise, and on which it was not run', async () => {
    await morning(['old@2']);
    expect(runs()).toEqual([1, 0]);
    expect(await told()).toEqual(['problem P2 backup']);
    await another();
    expect(await told()).toEqual(['problem P2 backup']);
  });

  it('is run on no other host where SSM refuses the one that needs it', async () => {
    await morning([], ({ operation, input }) => {
      const isNamed = operation === 'SendCommand' && JSON.stringify(input).includes('make-backup');
      return isNamed ? new ServiceError('InvalidInstanceId', 'Instances not in a valid state', 400) : 'pass';
    });
    expect(runs()).toEqual([0, 0]);
    expect(await told()).toEqual(['problem P2 backup', 'problem P1 round-morning']);
    expect(await rechecks()).toMatchObject([{ status: 'failed', requestedBy: 'the check backup' }]);
  });
});
