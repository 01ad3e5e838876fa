import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { startDemo } from '../../../../lib/cli/demo.ts';
import { demoRunbook } from '../../../../lib/cli/demo-runbook.ts';
import { LocalClock } from '../../../../lib/local/clock.ts';
import { startConsole } from '../../../../lib/local/console/console.ts';
import { root } from '../../../markdown.ts';
import { browserOfFile, isBrowserMissing } from './browser.ts';

/** It is taken anew only where it is asked for, since it takes a morning: `UPDATE_DOCS=1 npx vitest run test/lib/local/console/picture.test.ts`. */
const isWanted = process.env.UPDATE_DOCS !== undefined && !isBrowserMissing();

/** A Friday on which the backend ends a quarter of an hour before Morning Operations. */
const morning = (time: string) => Date.parse(`2026-11-20T${time}:00-05:00`);

const pictureTimeoutMs = 300_000;

/** Pixels. */
const width = 1_400;

const browser = isWanted ? browserOfFile() : undefined;

const file = join(root, 'docs', 'console.png');

it(
  'the picture of the console in docs is whole, and small enough for a page',
  async () => {
    if (browser) await take(browser());
    const picture = readFileSync(file);
    // The width stands behind the signature of a PNG and the name of its first part.
    expect([picture.toString('latin1', 1, 4), picture.readUInt32BE(16)]).toEqual(['PNG', width]);
    expect(picture.byteLength).toBeLessThanOrEqual(300 * 1_024);
  },
  pictureTimeoutMs,
);

async function take(chromium: Browser): Promise<void> {
  const clock = new LocalClock(morning('05:50'));
  const demo = await startDemo({ runbook: demoRunbook('fossawork'), scenario: 'healthy', clock });
  onTestFinished(() => demo.close());
  const running = await startConsole({ cloud: demo.cloud, plan: demo.plan, port: 0 });
  onTestFinished(() => running.close());
  await demo.cloud.advanceTo(morning('07:45'));
  await demo.hosts.apply('backend-down');
  await demo.cloud.advanceTo(morning('08:06'));
  const page = await chromium.newPage({ viewport: { width, height: 1_080 } });
  await page.goto(running.url, { waitUntil: 'networkidle' });
  await page.screenshot({ path: file });
}
