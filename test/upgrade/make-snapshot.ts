// Writes items-VERSION.jsonl: what this version of Rounds leaves in its table. See the README beside it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { busyDay } from './busy-day.ts';
import { takeSnapshot, writeSnapshot } from './snapshot.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'rounds-snapshot-'));
try {
  const cloud = await busyDay(folder);
  try {
    const snapshot = await takeSnapshot(cloud, version);
    writeSnapshot(fileURLToPath(new URL(`items-${version}.jsonl`, import.meta.url)), snapshot);
    process.stderr.write(`${snapshot.items.length} items of ${version} at ${snapshot.at}\n`);
  } finally {
    await cloud.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
