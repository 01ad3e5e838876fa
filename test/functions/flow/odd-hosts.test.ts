import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Table } from '../../../functions/adapters/dynamodb.ts';
import {
  notificationsOf,
  type RunReport,
  readIncidents,
  readResults,
  readRoundReport,
} from '../../../lib/cli/records.ts';
import type { AgentHost } from '../../../lib/local/agent/agent.ts';
import { LocalClock } from '../../../lib/local/clock.ts';
import type { LocalCloud } from '../../../lib/local/cloud.ts';
import { startLocalCloud } from '../../../lib/local/local-cloud.ts';
import { type Host, startOnAgent } from '../../../lib/local/ssm/host.ts';
import { hostCheck, pluginCheck, routine } from '../../../lib/runbook/builders.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { businessDays } from '../../../lib/runbook/schedule.ts';
import type { HostCheck, Runbook } from '../../../lib/runbook/types.ts';
import { synthesize } from '../../../lib/synthesize.ts';
import { type OddCheck, oddChecks, plugins } from './odd-checks.ts';
import { minute, mondayMorning, mondaySlot, rulesAtOnce, shop } from './stage.ts';

const installed = existsSync(join(plugins, 'check_dummy'));
if (!installed) {
  const message = `${plugins} is missing: apt-get install monitoring-plugins-basic`;
  if (process.env.CI !== undefined) throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
}

/** Runs beside the others: it takes ten seconds, the least that there are for a step. */
const slow = 'stands-still';

describe('a round over real hosts whose checks are odd', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rounds-odd-hosts-'));
  let cloud: LocalCloud;
  let report: RunReport;

  beforeAll(async () => {
    const runbook = oddRunbook(folder);
    const plan = compile(runbook);
    const hosts = ['app-1', 'app-2'].map((name, index) => realHost(`i-0${index}`, name, join(folder, name)));
    const { template, folder: assetsFolder } = synthesize({ runbook, placeholders: false }, join(folder, 'cdk.out'));
    const clock = new LocalClock(mondayMorning);
    cloud = await startLocalCloud({ template, assetsFolder, clock, hosts: { hosts: () => hosts } });
    await cloud.advanceTo(mondayMorning + 2 * minute);
    const table = new Table(new DynamoDBClient(cloud.clientFor('test')), cloud.resource('AWS::DynamoDB::Table').ref);
    const read = ['morning', slow].map((id) => readRoundReport(table, plan, { routine: id, slot: mondaySlot }));
    const rounds = (await Promise.all(read)).flatMap((round) => round ?? []);
    report = {
      rounds,
      results: (await Promise.all(rounds.map((round) => readResults(table, plan, round)))).flat(),
      incidents: await readIncidents(table),
      notifications: notificationsOf(cloud.sns.deliveries),
    };
  });

  afterAll(async () => {
    await cloud.close();
    for (const name of ['app-1', 'app-2'])
      rmSync(readFileSync(join(folder, name, 'left'), 'utf8').trim(), { recursive: true });
    rmSync(folder, { recursive: true });
  });

  it('is collected, with an answer of every host', () => {
    const collected = { status: 'collected', hosts: { answered: 2, lost: 0, gone: 0 } };
    expect(report.rounds).toMatchObject([collected, collected]);
  });

  for (const [id, { runs, status, text, priority, wellOn }] of Object.entries(oddChecks)) {
    const needsPlugin = typeof runs !== 'string' && status !== 'UNKNOWN';
    it.skipIf(needsPlugin && !installed)(`${id} is ${status}, ${priority ?? 'no incident'}`, () => {
      const verdict = report.rounds.flatMap(({ verdicts }) => verdicts).find(({ check }) => check === id);
      expect(verdict).toMatchObject({ status, text: expect.stringMatching(text) });
      const results = report.results.filter(({ check, name }) => check === id && name !== wellOn);
      expect(results).toHaveLength(wellOn ? 1 : 2);
      for (const result of results) expect(result).toMatchObject({ status, text: expect.stringMatching(text) });

      const incidents = report.incidents.filter(({ check }) => check === id);
      expect(incidents.map((incident) => incident.priority)).toEqual(priority ? [priority] : []);
      const told = report.notifications.filter(
        (message) =>
          message.endpoints.email && message.incidents.some(({ incident }) => incident === incidents[0]?.number),
      );
      expect(told.map(({ endpoints }) => endpoints.email)).toEqual(
        priority ? ['ann@example.com', 'bob@example.com'].slice(0, priority === 'P1' ? 2 : 1) : [],
      );
      for (const { texts } of told) expect(texts.email).toContain(id);
    });
  }

  it('tells of the most urgent ones with their output, and of all of them in a line', () => {
    const [first] = report.notifications.filter(
      ({ incidents, endpoints }) => incidents.length > 0 && endpoints.email === 'bob@example.com',
    );
    const said = Object.entries(oddChecks).filter(([id]) => first?.texts.email?.includes(`(check ${id})`));
    expect(said.length).toBeGreaterThan(3);
    for (const [id, { status }] of said) {
      const result = report.results.find(({ check, name }) => check === id && name === 'app-1');
      expect(first?.texts.email).toContain(`app-1 says ${status}:\n    ${result?.text}\n`);
    }
  });

  it('has an incident of no other check', () => {
    const known = Object.keys(oddChecks);
    expect(report.incidents.filter(({ check }) => !known.includes(check))).toEqual([]);
  });

  it('keeps the metrics that stand before 10 MB and beside binary', () => {
    const values = report.results.filter(({ name }) => name === 'app-1').map(({ check, values }) => [check, values]);
    expect(Object.fromEntries(values)).toMatchObject({
      healthy: { files: 3 },
      'ten-megabytes': { lines: 1 },
      binary: { used: 7 },
      'plugin-that-is-missing': {},
    });
  });

  it('reboots nothing and runs nothing twice', () => {
    for (const name of ['app-1', 'app-2']) expect(readFileSync(join(folder, name, 'runs'), 'utf8')).toBe('once\n');
  });

  it('stores, tells, logs and measures no secret', async () => {
    const kept = {
      items: await cloud.items(),
      deliveries: cloud.sns.deliveries,
      logs: ['dispatch', 'collect', 'tick'].flatMap((name) => cloud.log(name)),
      metrics: cloud.metrics.all,
    };
    for (const [where, what] of Object.entries(kept)) {
      expect(what.length, where).toBeGreaterThan(0);
      expect(JSON.stringify(what), where).not.toContain('hunter2');
    }
  });

  it('sends nothing that a terminal, a mail client or a phone would act upon', () => {
    const acted = /[\x00-\x09\x0b-\x1f\x7f-\x9f]|\p{Cf}|\p{Cs}/u;
    for (const { subject = '', body } of cloud.sns.deliveries) {
      expect(subject).toMatch(/^[\x20-\x7e]{0,99}$/);
      expect(body).not.toMatch(acted);
    }
    for (const { body } of cloud.sns.deliveries.filter(({ protocol }) => protocol === 'sms')) {
      expect(body.length).toBeLessThanOrEqual(160);
    }
  });
});

function oddRunbook(folder: string): Runbook {
  const checks = Object.entries(oddChecks).map(([id, check]) => checkOf(folder, id, check));
  const schedule = businessDays.at('08:00');
  return {
    ...shop,
    routines: [
      routine('morning', { title: 'Morning', fleet: 'app', schedule, checks: checks.filter(({ id }) => id !== slow) }),
      routine(slow, { title: 'Beside it', fleet: 'app', schedule, checks: checks.filter(({ id }) => id === slow) }),
    ],
  };
}

function checkOf(folder: string, id: string, { runs, thresholds = [], timeoutSeconds = 30 }: OddCheck): HostCheck {
  const props = { title: id, thresholds, timeoutSeconds, look: 'true', rules: rulesAtOnce };
  if (typeof runs !== 'string') {
    const [plugin, ...args] = runs;
    return pluginCheck(id, { ...props, command: [join(plugins, plugin), ...args] });
  }
  const script = join(folder, `${id}.sh`);
  writeFileSync(script, `#!/bin/sh\n${runs}\n`);
  return hostCheck(id, { ...props, script });
}

/** A host whose root is a folder, and which really runs what it is sent. */
function realHost(id: string, name: string, root: string): Host {
  mkdirSync(root);
  const environment = { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: root, NAME: name };
  const host: AgentHost = { id, root, environment, platformType: 'Linux' };
  return { ...host, name, tags: { Role: 'app' }, connection: 'online', start: (task) => startOnAgent(host, task) };
}
