import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { onDemand } from '../../../functions/core/plan.ts';
import { type Demo, runRound, startDemo } from '../../../lib/cli/demo.ts';
import { demoRunbook } from '../../../lib/cli/demo-runbook.ts';
import type { RunReport } from '../../../lib/cli/records.ts';
import { hasOwnKind } from '../../../lib/local/sandbox/host-kinds.ts';
import { variableOf } from '../../../lib/runbook/check-script.ts';
import type { Check, Runbook, ScriptCheck } from '../../../lib/runbook/types.ts';
import { platforms } from '../../../lib/runbooks/platforms.ts';

/**
 * `api CRITICAL: text` for each verdict that is not OK, and `P2 api` for each incident that is open, or `P2 api resolved`
 * for one that was opened by the round and is over. Other routines have run at their times meanwhile: what they have
 * found is theirs.
 */
function told({ rounds: [round], incidents }: RunReport) {
  const { verdicts = [], slot = '' } = round ?? {};
  return {
    verdicts: verdicts
      .filter(({ status }) => status !== 'OK')
      .map(({ check, status, text }) => `${check} ${status}: ${text}`),
    incidents: incidents
      .filter(({ check }) => verdicts.some((verdict) => verdict.check === check))
      .filter(({ status, openedAt }) => status === 'open' || openedAt >= slot)
      .map(({ priority, check, status }) => `${priority} ${check}${status === 'open' ? '' : ' resolved'}`),
  };
}

function isScript(check: Check): check is ScriptCheck {
  return 'script' in check;
}

/** Checks and jobs that run on hosts, remedies too, each with its fleet. */
function scriptsOf({ routines }: Runbook): { readonly fleet: string; readonly check: ScriptCheck }[] {
  return routines.flatMap(({ fleet = '', checks }) =>
    checks
      .filter(isScript)
      .flatMap((check) => [check, ...(check.remedy ? [check.remedy] : [])])
      .map((check) => ({ fleet, check })),
  );
}

interface Broken {
  readonly platform: string;
  readonly scenario: string;
  readonly routine: string;
  readonly verdicts: readonly RegExp[];
  readonly incidents: readonly string[];
  /** What is to be seen later, before it is mended. */
  readonly later?: (demo: Demo) => Promise<void>;
}

const scenarios: readonly Broken[] = [
  {
    platform: 'fossawork',
    scenario: 'backup-missing',
    routine: 'evening-backup',
    verdicts: [
      /^backup-folder CRITICAL: no backup of the day/,
      /^backup-database CRITICAL/,
      /^backup-contents CRITICAL/,
      /^backup-sizes CRITICAL/,
    ],
    // They are over already: the remedy has made the backup, and what followed from its absence was judged again.
    incidents: ['folder', 'database', 'contents', 'sizes'].map((check) => `P2 backup-${check} resolved`),
    async later(demo) {
      expect(told(await runRound(demo, 'evening-backup', 'a test')).verdicts).toEqual([]);
    },
  },
  {
    platform: 'fossawork',
    scenario: 'break-in',
    routine: 'morning-security',
    verdicts: [/^authentication CRITICAL: possible break-in: admin from 203\.0\.113\.66 after 14 failures/],
    incidents: ['P1 authentication'],
  },
  {
    platform: 'fossawork',
    scenario: 'errors',
    routine: 'midday-users',
    verdicts: [/^sessions WARNING: error_share is 3\d\.\d+%, over 1%/],
    incidents: ['P2 sessions'],
  },
  {
    platform: 'gold-escrow',
    scenario: 'errors',
    routine: 'infrastructure',
    verdicts: [/^error-rate WARNING: error_share is [34]\d(\.\d+)?%, over 1%/],
    incidents: ['P2 error-rate'],
    async later(demo) {
      await demo.cloud.advanceTo(demo.cloud.clock.now() + 6 * 60_000);
      expect(told(await runRound(demo, 'infrastructure', 'a test')).incidents).toEqual(['P0 error-rate']);
    },
  },
  {
    platform: 'gold-escrow',
    scenario: 'database-down',
    routine: 'platform',
    verdicts: [
      /^database CRITICAL: database unreachable: .*Connection refused/,
      /^blockchain UNKNOWN: database unreachable/,
    ],
    incidents: ['P0 database', 'P3 blockchain'],
  },
  {
    platform: 'gold-escrow',
    scenario: 'gas-high',
    routine: 'platform',
    verdicts: [/^gas-price WARNING: gas_price_gwei is 148, over 100/],
    incidents: ['P2 gas-price'],
  },
  {
    platform: 'gold-escrow',
    scenario: 'transaction-failed',
    routine: 'platform',
    verdicts: [/^blockchain CRITICAL: transactions: 1 failed: 0x5e5e/],
    incidents: ['P0 blockchain'],
  },
];

/** What is measured first, since others judge what was measured; records of a day that has just begun say so. */
const measuring = ['performance', 'infrastructure', 'platform'];

const furnished = Object.keys(platforms).filter((platform) =>
  Object.keys(demoRunbook(platform).fleets).every((fleet) => hasOwnKind(platform, fleet)),
);

test('both platforms that ship with Rounds have demo hosts of their own', () => {
  expect(furnished).toEqual(expect.arrayContaining(['fossawork', 'gold-escrow']));
});

describe.each(furnished)('the demo of %s', (platform) => {
  const runbook = demoRunbook(platform);
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo({ runbook, scenario: 'healthy' });
  }, 60_000);
  afterAll(() => demo?.close());

  it('leads each check and job away from the files and services of this machine', () => {
    for (const { fleet, check } of scriptsOf(runbook)) {
      const places = Object.entries(check.settings)
        // Paths of an address that is a setting itself.
        .filter(([name]) => name !== 'urls' || check.settings.baseUrl === undefined)
        .filter(([, value]) => /(^|\s)(\/\S|https?:|127\.|localhost|\S+:\d+$)/.test(String(value)));
      const hosts = demo.hosts.hosts().filter(({ name }) => name.startsWith(`${platform}-${fleet}-`));
      expect(hosts.length).toBeGreaterThan(0);
      for (const { root, environment } of hosts) {
        for (const [name] of places) {
          const value = environment[variableOf(name)] ?? 'nothing';
          for (const word of value.split(' ')) {
            expect(
              word.startsWith(root) || /^(http:\/\/)?127\.0\.0\.1(:\d+|$)/.test(word),
              `${name} of ${check.id}`,
            ).toBe(true);
          }
        }
      }
    }
  });

  it('runs every routine that no business day has, or every one, and finds nothing wrong', async () => {
    // What FossaWork's business day runs, its own test has seen.
    const { routines } = runbook;
    const chosen = platform === 'fossawork' ? routines.filter(({ schedule }) => schedule === onDemand) : routines;
    const ids = chosen.map(({ id }) => id);
    const troubles: Record<string, readonly string[]> = {};
    for (const id of [...ids].sort((one, other) => +measuring.includes(other) - +measuring.includes(one))) {
      const report = await runRound(demo, id, 'a test');
      expect(report.rounds).toMatchObject([{ routine: id, status: 'collected' }]);
      const { verdicts } = told(report);
      if (verdicts.length > 0) troubles[id] = verdicts;
    }
    expect(troubles).toEqual({});
  }, 300_000);

  it.each(scenarios.filter((one) => one.platform === platform))(
    'is broken by $scenario, as $routine finds, and mended again',
    async ({ scenario, routine, verdicts, incidents, later }) => {
      await demo.hosts.apply(scenario);
      const found = told(await runRound(demo, routine, 'a test'));
      expect(found.verdicts).toEqual(verdicts.map((text) => expect.stringMatching(text)));
      expect(found.incidents).toEqual(incidents);
      await later?.(demo);
      await demo.hosts.apply('healthy');
      expect(told(await runRound(demo, routine, 'a test'))).toEqual({ verdicts: [], incidents: [] });
    },
    120_000,
  );
});
