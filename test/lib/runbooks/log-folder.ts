import { appendFile, chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type HostDifference, type Outcome, runScript } from './run-script.ts';

type Settings = Readonly<Record<string, string | number>>;

/** Logs of a host, and what its checks remember of them. Its path holds no space, which separates patterns. */
export interface LogFolder {
  readonly path: string;
  /** In which the checks keep what they remember. */
  readonly stateFile: string;
  /** Appends whole lines to a file. */
  append(name: string, ...lines: readonly string[]): Promise<void>;
  /** Runs a script over `*.jsonl` and the last hour, unless the settings say otherwise. */
  run(script: string, settings: Settings, host?: HostDifference): Promise<Outcome>;
}

/** A folder that is gone after the test. */
export async function logFolder(): Promise<LogFolder> {
  const folder = async (purpose: string) => {
    const path = await mkdtemp(join(tmpdir(), `rounds-${purpose}-`));
    await chmod(path, 0o777);
    onTestFinished(() => rm(path, { recursive: true, force: true }));
    return path;
  };
  const [path, state] = [await folder('logs'), await folder('state')];
  return {
    path,
    stateFile: join(state, 'logs.json'),
    append: (name, ...lines) => appendFile(join(path, name), lines.map((line) => `${line}\n`).join('')),
    run: (script, settings, host) =>
      runScript(script, { files: `${path}/*.jsonl`, windowMinutes: 60, state, ...settings }, host),
  };
}

/** ISO 8601 of a time so many minutes ago. */
export function ago(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

/** A JSON line that was written so many minutes ago. */
export function entry(minutes: number, fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ timestamp: ago(minutes), ...fields });
}

/** A time so many minutes ago as web servers write it. */
export function accessTime(minutes: number): string {
  const [, day, month, year, time] =
    /, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(Date.parse(ago(minutes))).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
