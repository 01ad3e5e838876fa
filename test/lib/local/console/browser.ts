import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** A missing browser skips a test aloud, except where nobody reads the warning. */
export function isBrowserMissing(): boolean {
  if (existsSync(executablePath)) return false;
  console.warn(`${executablePath} is not there: nobody looks at the console; install chromium, or set CHROMIUM`);
  return process.env.CI === undefined;
}

/** It runs nothing but the page: no updates, no reports, nothing that asks other servers. */
const quietly = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
];

/** One browser for the tests of a file. Returns how to get it. */
export function browserOfFile(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: quietly });
  });
  afterAll(async () => browser?.close());
  return () => {
    if (browser) return browser;
    throw new Error('The browser has not started yet; ask for it in a test.');
  };
}
