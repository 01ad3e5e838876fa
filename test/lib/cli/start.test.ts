import { beforeAll, describe, expect, it } from 'vitest';
import { runRound, startDemo } from '../../../lib/cli/demo.ts';
import { demoRunbook } from '../../../lib/cli/demo-runbook.ts';
import type { RunReport } from '../../../lib/cli/records.ts';
import { showIncidents, showNotifications, showRound } from '../../../lib/cli/show.ts';
import { root } from '../../markdown.ts';
import { type Ended, roundsIn } from './project-copy.ts';
import { rounds } from './rounds.ts';

/** The command line as a person starts it. */
function started(...words: string[]): Promise<Ended> {
  return roundsIn(root, ...words);
}

async function demoRound(scenario: string, routine = 'morning'): Promise<RunReport> {
  const demo = await startDemo({ runbook: demoRunbook('fossawork'), scenario });
  try {
    return await runRound(demo, routine, 'a test');
  } finally {
    await demo.close();
  }
}

const mornings = new Map<string, Promise<RunReport>>();

/** The morning round of a scenario, which is run once. */
function morning(scenario: string): Promise<RunReport> {
  const report = mornings.get(scenario) ?? demoRound(scenario);
  mornings.set(scenario, report);
  return report;
}

/** `services CRITICAL` for each check that is not OK. */
function troubles({ rounds: [round] }: RunReport): string[] {
  return (round?.verdicts ?? [])
    .filter(({ status }) => status !== 'OK')
    .map(({ check, status }) => `${check} ${status}`);
}

const allUnknown = ['services', 'cpu', 'memory', 'disk', 'database', 'api', 'log-sizes'].map((id) => `${id} UNKNOWN`);

describe('the morning round on the demo hosts', () => {
  // Its checks wait for their time-outs, and leave this machine to the others.
  beforeAll(() => void morning('database-locked').catch(() => {}));

  it.each([
    ['disk-full', ['disk CRITICAL'], ['P2 disk']],
    ['api-error', ['api CRITICAL'], ['P1 api']],
    ['host-lost', allUnknown, ['P2 fleet-app']],
    ['no-hosts', allUnknown, ['P1 fleet-app']],
    ['database-locked', ['database CRITICAL'], ['P1 database']],
  ])(
    'finds what is wrong in %s, and nothing else',
    async (scenario, expected, incidents) => {
      const report = await morning(scenario);
      expect(report.rounds).toMatchObject([{ routine: 'morning', status: 'collected' }]);
      expect(troubles(report)).toEqual(expected);
      expect(report.incidents.map(({ priority, check }) => `${priority} ${check}`)).toEqual(incidents);
      for (const { texts, subject } of report.notifications) {
        expect(texts.sms?.length ?? 0).toBeLessThanOrEqual(160);
        expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
      }
    },
    60_000,
  );

  it('is the same every four hours, without what concerns the night', async () => {
    const report = await demoRound('healthy', 'health');
    expect(report.rounds[0]?.verdicts.map(({ check }) => `${check} UNKNOWN`)).toEqual(allUnknown);
    expect(troubles(report)).toEqual([]);
  });

  it('is shown with every host that is not well, and each message as it is carried', async () => {
    const report = await morning('api-error');
    const [round] = report.rounds;
    if (!round) throw new Error('no round');
    const shown = [
      ...showRound(round, report.results, 'America/New_York'),
      ...showIncidents(report.incidents, 'America/New_York'),
      ...showNotifications(report.notifications),
    ].join('\n');
    expect(shown).toContain('hosts: 2 answered');
    expect(shown).toMatch(/CRITICAL\s+API Endpoints\s+2 of 2 hosts/);
    expect(shown).toMatch(/fossawork-app-1: CRITICAL 1 of 2 endpoints failed: .*work-orders: HTTP 500/);
    expect(shown).toMatch(/DAILY-\d{8}-001 {2}P1 {2}open {2}API Endpoints/);
    expect(shown).toContain('Subject: [P1] FossaWork V2: API Endpoints CRITICAL on all 2 hosts');
    expect(shown).toContain('┌ SMS to +12025550100 (operations)');
    expect(shown).toContain('\n  the same to system-administrator@example.com, +12025550101 (administrator)\n');
    expect(shown.match(/Subject: /g)).toHaveLength(1);
  });
});

describe('rounds start', { timeout: 60_000 }, () => {
  it('ends with 0 after a healthy round, and says that there is no incident', async () => {
    const { exitCode, stdout } = await started('start', '--once');
    expect(stdout).toMatch(
      /Morning Operations: System Health Verification, fossawork, \d{4}-\d\d-\d\d \d\d:\d\d E[SD]T/,
    );
    expect(stdout).toContain('No incident.');
    expect(exitCode).toBe(0);
  });

  it("runs another platform's morning, and names its scenarios", async () => {
    const { exitCode, stdout } = await started(
      'start',
      '--platform',
      'gold-escrow',
      '--scenario',
      'gas-high',
      '--once',
    );
    expect(stdout).toMatch(/Morning Routine, gold-escrow, \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    expect(stdout).toMatch(/WARNING\s+Smart contract gas price/);
    expect(stdout).toMatch(
      /Scenario gas-high; the others: healthy, disk-full, errors, database-down, transaction-failed/,
    );
    expect(exitCode).toBe(0);
  });

  it('prints one JSON object: a P1 incident and an SMS of at most 160 characters when the backend is down', async () => {
    const { exitCode, stdout } = await started('start', '--scenario', 'backend-down', '--json');
    const report: RunReport = JSON.parse(stdout);
    expect(Object.keys(report)).toEqual(['rounds', 'results', 'incidents', 'notifications']);
    expect(report.incidents.map(({ check, priority, status }) => ({ check, priority, status }))).toEqual([
      { check: 'services', priority: 'P1', status: 'open' },
      { check: 'api', priority: 'P1', status: 'open' },
    ]);
    expect(report.results.filter(({ check, status }) => check === 'services' && status === 'CRITICAL')).toHaveLength(2);
    const [services, api] = report.incidents;
    expect(api).toMatchObject({ told: [], parked: [{ heldBy: `it may follow from ${services?.number}` }] });
    expect(report.notifications.map(({ role }) => role)).toEqual(['operations', 'administrator', 'security']);
    for (const { channels, subject, texts, incident } of report.notifications) {
      expect(channels).toEqual(['sms', 'email']);
      expect(incident).toBe(services?.number);
      expect(subject).toContain(incident);
      expect(texts.sms).toContain(`P1 ${incident} FossaWork V2: `);
      expect(texts.sms?.length).toBeLessThanOrEqual(160);
      expect(texts.email).toContain('aws ssm start-session --target i-0');
      expect(texts.email).toContain(`rounds ack ${incident}`);
    }
    expect(exitCode).toBe(0);
  });

  it.each([
    [['start', '--scenario', 'flood'], "'flood'", 'backend-down'],
    [['start', '--platform', 'fossa'], "'fossa'", 'fossawork'],
    [['start', '--platform', 'gold-escrow', '--scenario', 'break-in'], "'break-in'", 'gas-high'],
    [['run', 'fossa', 'morning'], "'fossa'", 'fossawork'],
    [['run', 'constructor', 'morning'], "'constructor'", 'fossawork'],
    [['run', 'fossawork', 'morning', '--scenario', 'flood'], "'flood'", 'backend-down'],
    [['run', 'fossawork', 'evening'], "'evening'", 'its routines are: morning, '],
    [['run', 'fosawork', 'morning'], "'fosawork'", "Did you mean 'fossawork'?"],
    [['start', '--day', '2026-02-30'], "'2026-02-30'", 'expected a date that exists'],
    [['start', '--day', '2026-12-07T08:00'], "'2026-12-07T08:00'", 'expected a date that exists'],
    [['start', '--day', '2026-12-07', '--scenario', 'flood'], "'flood'", 'backend-down'],
  ])('refuses %j with what it got and what there is', async (words, got, known) => {
    const { exitCode, stdout, stderr } = await rounds(words);
    expect(stderr.replaceAll('"', "'")).toContain(got);
    expect(stderr).toContain(known);
    expect(stderr).not.toContain('starting');
    expect(stdout).toBe('');
    expect(exitCode).toBe(1);
  });
});
