import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './run-script.ts';

/** A process as /proc/[pid]/stat shows it: 100 ticks a second, pages of 4 KiB. */
export interface ShownProcess {
  readonly name: string;
  readonly userTicks?: number;
  readonly systemTicks?: number;
  /** Ticks after the start of the host. */
  readonly started?: number;
  readonly residentPages?: number;
}

/** proc(5), fields 1 to 24; what a check has no business with is 7. */
export function statLine(pid: number, shown: ShownProcess): string {
  const { name, userTicks = 0, systemTicks = 0, started = 100, residentPages = 0 } = shown;
  return `${pid} (${name}) S 7 7 7 7 7 7 7 7 7 7 ${userTicks} ${systemTicks} 7 7 7 7 7 7 ${started} 7 ${residentPages} 7 7\n`;
}

/** Files by their path below the folder. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** Two states of a procfs: `time.sleep` leads from the first to the second, and no time passes but what is slept. */
export async function procfsInTwoStates(
  first: Readonly<Record<string, string>>,
  second: Readonly<Record<string, string>>,
): Promise<{ readonly procPath: string; readonly environment: Readonly<Record<string, string>> }> {
  const folder = await temporaryFolder();
  const procPath = join(folder, 'proc');
  await writeFiles(procPath, first);
  await writeFiles(join(folder, 'next'), second);
  await writeFiles(folder, {
    'sitecustomize.py': `import os, time
now = 1000.0
def sleep(seconds):
    global now
    now += seconds
    os.rename(${JSON.stringify(procPath)}, ${JSON.stringify(join(folder, 'before'))})
    os.rename(${JSON.stringify(join(folder, 'next'))}, ${JSON.stringify(procPath)})
time.sleep, time.monotonic = sleep, lambda: now
`,
  });
  return { procPath, environment: { PYTHONPATH: folder } };
}

/** The environment in which Python believes that it is this time. */
export async function pythonAt(epochSeconds: number): Promise<Readonly<Record<string, string>>> {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'sitecustomize.py': `import time\ntime.time = lambda: ${epochSeconds}\n` });
  return { PYTHONPATH: folder };
}
