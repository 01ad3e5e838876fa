import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, runRound, startDemo } from '../../../../lib/cli/demo.ts';
import type { RunReport } from '../../../../lib/cli/records.ts';
import { loadContacts } from '../../../../lib/runbook/contacts.ts';
import { fossawork } from '../../../../lib/runbooks/fossawork/runbook.ts';

/** Thresholds that every machine is over, so that each check is seen broken through a whole round. */
const strict = { cpuUsed: { critical: '0' }, memoryUsed: { critical: '0' }, logsTotal: { critical: '0' } };

let demo: Demo;
beforeAll(async () => {
  const { contacts } = loadContacts('fossawork', { allowUnconfigured: true });
  demo = await startDemo({ runbook: fossawork(contacts, strict), scenario: 'backend-down' });
});
afterAll(() => demo?.close());

function verdictsOf({ rounds: [round] }: RunReport): Record<string, string> {
  return Object.fromEntries((round?.verdicts ?? []).map(({ check, status }) => [check, status]));
}

describe("FossaWork's rounds, one after the other", () => {
  it('find in the morning what is broken, each check by its own priority', async () => {
    const report = await runRound(demo, 'morning', 'a test');
    expect(verdictsOf(report)).toEqual({
      services: 'CRITICAL',
      cpu: 'CRITICAL',
      memory: 'CRITICAL',
      disk: 'OK',
      database: 'OK',
      api: 'CRITICAL',
      'log-sizes': 'CRITICAL',
      overnight: 'OK',
    });
    expect(report.incidents.map(({ check, priority }) => `${priority} ${check}`)).toEqual([
      // At once; the others after their rechecks.
      'P1 services',
      'P1 api',
      'P2 cpu',
      'P2 memory',
      'P2 log-sizes',
    ]);
  });

  it('see four hours later that the backend is back, and tell everybody who was told of it', async () => {
    await demo.hosts.apply('healthy');
    const report = await runRound(demo, 'health', 'a test');
    expect(verdictsOf(report)).toMatchObject({ services: 'OK', api: 'OK', cpu: 'CRITICAL' });
    const recoveries = report.notifications.filter(({ kind }) => kind === 'recovery');
    expect(recoveries.map(({ role }) => role)).toEqual(['operations', 'administrator', 'security']);
    for (const { texts } of recoveries) {
      expect(texts.email).toContain('Service Status');
      // It followed from the services: nobody was told of it, so nobody is told that it is over.
      expect(texts.email).not.toContain('API Endpoints');
    }
  });

  it('name on the next morning what was critical since the evening before, and tell nobody again', async () => {
    const before = demo.cloud.sns.deliveries.length;
    const report = await runRound(demo, 'morning', 'a test');
    const overnight = report.rounds[0]?.verdicts.find(({ check }) => check === 'overnight');
    expect(overnight?.status).toBe('CRITICAL');
    expect(overnight?.text).toMatch(
      /^2 incidents since .*: 2 P1: .*Service Status \(resolved\); .*API Endpoints \(resolved\)$/,
    );
    expect(demo.cloud.sns.deliveries).toHaveLength(before);
  });
});
