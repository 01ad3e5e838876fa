import { unconfigured } from '../runbook/validation/values.ts';
import { functionName } from './platforms-file.ts';

/** What a new runbook begins with. */
export interface NewRunbook {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  /** The present one: its holidays begin with it. */
  readonly year: number;
}

/** How many years of holidays are written beyond the present one. */
const furtherYears = 2;

/** A string as the formatter writes it: in the quotes that need fewer backslashes. */
export function stringText(text: string): string {
  const count = (quote: string) => text.split(quote).length;
  const quote = count("'") > count('"') ? '"' : "'";
  return `${quote}${text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)}${quote}`;
}

/** Nobody can be told by it; the demo makes up who it is. */
export const placeholderContacts = {
  operations: { name: unconfigured, phone: unconfigured, email: unconfigured },
  'team-lead': { name: unconfigured, phone: unconfigured, email: unconfigured },
};

/** Paths are relative to the project's root. */
export function runbookFile({ id, name, timeZone, year }: NewRunbook): string {
  const years = Array.from({ length: furtherYears + 1 }, (_, index) => year + index);
  const holidays = years.map((each) => `        { date: '${each}-12-25', name: 'Christmas Day' },`).join('\n');
  return `import { fileURLToPath } from 'node:url';
import { fleet, hostCheck, routine } from '../../runbook/builders.ts';
import { checklist, heading, issues, outstanding, report } from '../../runbook/reports.ts';
import { p1, p2, p3 } from '../../runbook/rules.ts';
import { businessDays, everyDay } from '../../runbook/schedule.ts';
import type { Contacts, HostCheck, Runbook } from '../../runbook/types.ts';

/** An example: \`settings\` reach the script as ROUNDS_FOLDER, and the runbook says what is too much. */
const filesWaiting: HostCheck = hostCheck('files-waiting', {
  title: 'Files that wait',
  script: fileURLToPath(new URL('checks/files-waiting.sh', import.meta.url)),
  // Your own folder; this one is on every host.
  settings: { folder: '/var/tmp' },
  thresholds: [{ metric: 'waiting', warning: '100', critical: '1000' }],
  // What somebody who was woken types first.
  look: 'ls -lt /var/tmp | head',
  // The first that matches wins. On every host at once it is urgent.
  rules: [p1.when('CRITICAL').onEveryHost(), p2.when('CRITICAL'), p3.when('WARNING', 'UNKNOWN')],
});

export function ${functionName(id)}(contacts: Contacts): Runbook {
  return {
    id: '${id}',
    name: ${stringText(name)},
    timeZone: '${timeZone}',
    calendar: {
      businessDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      hours: { from: '08:00', to: '18:00' },
      wakingHours: { from: '07:00', to: '22:00' },
      // The days on which nobody works. A list that ends within a year is refused.
      holidays: [
${holidays}
      ],
      holidaysThrough: '${year + furtherYears}-12-31',
    },
    incidentFormat: '${id.toUpperCase()}-YYYYMMDD-NNN',
    // Where your people read what to do; it stands in every message.
    procedureUrl: 'https://wiki.example.com/${id}',
    // Their names and addresses stand in contacts.json.
    contacts,
    roles: {
      operations: { title: 'Operations', contacts: ['operations'] },
      lead: { title: 'Team lead', contacts: ['team-lead'] },
    },
    priorities: {
      P1: {
        meaning: 'At once',
        channels: ['sms', 'email'],
        delivery: 'immediately',
        // Who has not acknowledged in time is not the last to be told.
        levels: [
          { tell: ['operations'], acknowledgeMinutes: 15 },
          { tell: ['lead'], acknowledgeMinutes: 30 },
        ],
      },
      P2: { meaning: 'Same day', channels: ['email'], delivery: 'same-day', levels: [{ tell: ['operations'] }] },
      P3: {
        meaning: 'Next business day',
        channels: ['email'],
        delivery: 'next-business-day',
        levels: [{ tell: ['operations'] }],
      },
    },
    // They are told when Rounds itself fails.
    watchers: 'operations',
    // The hosts with these tags, at least one.
    fleets: { app: fleet({ title: 'Application hosts', tags: { Platform: '${id}', Role: 'app' } }) },
    routines: [
      routine('morning', {
        title: 'Morning round',
        fleet: 'app',
        schedule: businessDays.at('08:00'),
        checks: [filesWaiting],
      }),
      routine('monitoring', {
        title: 'Monitoring',
        fleet: 'app',
        schedule: everyDay.everyMinutes(15),
        checks: [filesWaiting],
      }),
    ],
    reports: [
      report('log', {
        title: 'Operations log',
        schedule: businessDays.at('18:00'),
        tell: ['operations'],
        parts: [heading('Morning'), checklist('morning'), issues('Issues of the day'), outstanding('Outstanding')],
      }),
    ],
  };
}
`;
}

export const checkFile = `#!/bin/bash
# Counts the files that wait in a folder.
#
# Settings: ROUNDS_FOLDER  the folder; folders in it, and what they hold, do not count
# Metrics:  waiting        judged by the runbook
# OK when counted; UNKNOWN when the folder cannot be looked into.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "\${0%/*}/plugin.sh"

need_settings ROUNDS_FOLDER
need_tools 'files are looked for with it, install findutils' find

# What cannot be measured is UNKNOWN, which is 3, and says why: it must never look like healthy.
[ -d "$ROUNDS_FOLDER" ] || finish 3 "$ROUNDS_FOLDER is missing or no folder: correct the setting in the runbook"
found=$(find -H "$ROUNDS_FOLDER" -maxdepth 1 -type f -printf x 2>&1) || finish 3 "cannot look into $ROUNDS_FOLDER: $found"

finish 0 "\${#found} files wait in $ROUNDS_FOLDER" "'waiting'=\${#found};;;0"
`;

export function testFile({ id }: NewRunbook): string {
  return `import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from '../../../../lib/cli/check.ts';
import { demoRunbook } from '../../../../lib/cli/demo-runbook.ts';
import { compile } from '../../../../lib/runbook/compile.ts';
import { runScript, temporaryFolder } from '../run-script.ts';

/** As it stands among the platforms, with contacts that can belong to nobody. */
const runbook = demoRunbook('${id}');

test('is accepted, and asks in the morning and every quarter of an hour', () => {
  const { platform, routines } = compile(runbook);
  expect(platform.id).toBe('${id}');
  expect(Object.keys(routines)).toEqual(['morning', 'monitoring']);
});

describe('files-waiting.sh', () => {
  const script = '../${id}/checks/files-waiting.sh';

  test('counts files, and no folders', async () => {
    const folder = await temporaryFolder();
    expect(await runScript(script, { folder })).toMatchObject({ exitCode: 0, metrics: { waiting: '0' } });
    await fill(folder, 2);
    expect(await runScript(script, { folder })).toEqual({
      exitCode: 0,
      text: \`2 files wait in \${folder}\`,
      metrics: { waiting: '2' },
    });
  });

  test.each([
    [100, 'OK'],
    [101, 'WARNING'],
    [1_001, 'CRITICAL'],
  ])('%i of them are %s by the runbook', async (count, status) => {
    const folder = await temporaryFolder();
    await fill(folder, count);
    expect(await judged(folder)).toMatch(new RegExp(\`^\${status} - \`));
  });

  test('is UNKNOWN, and says why, where it cannot count', async () => {
    const folder = join(await temporaryFolder(), 'gone');
    expect(await runScript(script, { folder })).toMatchObject({
      exitCode: 3,
      text: \`\${folder} is missing or no folder: correct the setting in the runbook\`,
    });
    expect(await runScript(script, {})).toMatchObject({ exitCode: 3, text: expect.stringContaining('ROUNDS_FOLDER') });
  });
});

async function fill(folder: string, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => writeFile(join(folder, \`\${index}.xml\`), '')));
}

/** What a round makes of the check: its script in the wrapper of the hosts, held against the thresholds of the runbook. */
async function judged(folder: string): Promise<string> {
  const [filesWaiting] = runbook.routines[0]?.checks ?? [];
  if (!filesWaiting || !('script' in filesWaiting)) throw new Error('the first check of the morning is no script');
  let printed = '';
  await check({ ...filesWaiting.thresholds[0] }, ['env', \`ROUNDS_FOLDER=\${folder}\`, filesWaiting.script], (text) => {
    printed += text;
  });
  return printed;
}
`;
}
