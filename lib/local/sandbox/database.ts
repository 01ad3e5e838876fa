import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Rows of work_orders in every sandbox. */
export const workOrderCount = 128;

const create = `
import sqlite3, sys
path, count = sys.argv[1], int(sys.argv[2])
with sqlite3.connect(path) as database:
    database.execute('''CREATE TABLE work_orders (
        id INTEGER PRIMARY KEY, external_id TEXT NOT NULL UNIQUE, site_name TEXT NOT NULL,
        status TEXT NOT NULL, scheduled_date TEXT NOT NULL)''')
    states = ('scheduled', 'in_progress', 'completed')
    database.executemany(
        'INSERT INTO work_orders (external_id, site_name, status, scheduled_date) VALUES (?, ?, ?, ?)',
        ((f'W-{110000 + i}', f'Station {1 + i % 17}', states[i % 3], f'2025-01-{1 + i % 28:02}') for i in range(count)))
`;

const lock = `
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute('BEGIN EXCLUSIVE')
print('locked', flush=True)
sys.stdin.read()
`;

/** Makes the real SQLite database of a sandbox. */
export async function createDatabase(path: string): Promise<void> {
  await run('python3', ['-c', create, path, String(workOrderCount)]);
}

/** Another process that holds a database exclusively. It ends with this one, whatever happens: its stdin closes. */
export class DatabaseLock {
  readonly #path: string;
  #holder: ChildProcess | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async set(isLocked: boolean): Promise<void> {
    if (isLocked === (this.#holder !== undefined)) return;
    if (isLocked) await this.#take();
    else await this.#release();
  }

  async #take(): Promise<void> {
    const holder = spawn('python3', ['-c', lock, this.#path], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // A Ctrl-C reaches this process, which then ends the holder; by itself it would complain.
      detached: true,
    });
    this.#holder = holder;
    const locked = await Promise.race([
      once(holder.stdout, 'data').then(() => true),
      once(holder, 'exit').then(() => false),
    ]);
    if (!locked) throw new Error(`The sandbox could not lock ${this.#path}; see python3's own message above.`);
  }

  async #release(): Promise<void> {
    const holder = this.#holder;
    this.#holder = undefined;
    if (!holder || holder.exitCode !== null || holder.signalCode !== null) return;
    const gone = once(holder, 'exit');
    holder.stdin?.end();
    await gone;
  }
}
