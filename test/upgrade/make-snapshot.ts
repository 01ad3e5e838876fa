// Writes items-format-N.jsonl: what this version of Rounds leaves in its table. See the README beside it.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { busyDay } from './busy-day.ts';
import { newestFormat, snapshotFile, takeSnapshot, writeSnapshot } from './snapshot.ts';

const file = snapshotFile(newestFormat);
if (existsSync(file)) {
  throw new Error(`${file} exists, and what was written in that form then must stay. Give items a new format first.`);
}
const folder = mkdtempSync(join(tmpdir(), 'rounds-snapshot-'));
try {
  const cloud = await busyDay(folder);
  try {
    const snapshot = await takeSnapshot(cloud);
    writeSnapshot(file, snapshot);
    process.stderr.write(`${snapshot.items.length} items at ${snapshot.at}: ${file}\n`);
  } finally {
    await cloud.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
