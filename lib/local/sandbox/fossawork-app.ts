import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDatabase, DatabaseLock, workOrderCount } from './database.ts';
import { fossaworkLines } from './fossawork-logs.ts';
import type { HostKind, Interior } from './host-kind.ts';
import { HttpService } from './http-service.ts';
import { Procfs } from './procfs.ts';
import type { Scenario } from './scenario.ts';
import { installStandIns } from './stand-ins.ts';
import { Traffic } from './traffic.ts';

const run = promisify(execFile);
const backupDays = 8;
const dayMs = 86_400_000;

const bin = ['systemctl', 'df', 'who', 'apt-get', 'npm', 'pip'];
const tools = [
  'daily-backup.sh',
  'rotate-logs.sh',
  'optimize-database.sh',
  'security-scan.py',
  'performance-monitor.py',
];

/** A host of FossaWork V2: backend, frontend, database, backups and tools. */
export const fossaworkApp: HostKind = {
  count: 2,
  async furnish(root) {
    const database = join(root, 'backend/fossawork_v2.db');
    writeBackend(join(root, 'backend'));
    await createDatabase(database);
    installStandIns(
      join(root, 'bin'),
      bin.map((name) => `bin/${name}`),
    );
    installStandIns(
      join(root, 'tools/operations'),
      tools.map((name) => `tools/${name}`),
    );
    writeTemporaryFolders(root);
    await writeBackups(root);
    const interior = new FossaworkApp(root, database);
    await interior.start();
    return interior;
  },
};

class FossaworkApp implements Interior {
  readonly #root: string;
  readonly #database: string;
  readonly #lock: DatabaseLock;
  readonly #procfs: Procfs;
  readonly #traffic: Traffic;
  readonly #backend = new HttpService({
    '/api/health': { status: 'healthy', database: 'connected' },
    '/api/work-orders': { total: workOrderCount },
  });

  constructor(root: string, database: string) {
    this.#root = root;
    this.#database = database;
    this.#lock = new DatabaseLock(database);
    this.#procfs = new Procfs(join(root, 'proc'), {
      processes: [
        { name: 'systemd', share: 0.001, residentPages: 3_000 },
        { name: 'uvicorn', share: 0.06, residentPages: 46_000 },
        { name: 'node', share: 0.04, residentPages: 31_000 },
      ],
      listening: [22, 8000],
    });
    this.#traffic = new Traffic({
      logs: join(root, 'logs'),
      state: join(root, 'var/lib/rounds'),
      troubles: ['break-in', 'errors'],
      linesOf: fossaworkLines,
    });
  }

  get environment(): Readonly<Record<string, string>> {
    const inRoot = (path: string) => join(this.#root, path);
    return {
      ROUNDS_PROC_PATH: this.#procfs.path,
      ROUNDS_SAMPLE_SECONDS: '0.5',
      ROUNDS_DISK_PATH: this.#root,
      ROUNDS_DATABASE: this.#database,
      ROUNDS_URLS: ['health', 'work-orders'].map((path) => `${this.#backend.address}/api/${path}`).join(' '),
      ROUNDS_LOGS: inRoot('logs'),
      ROUNDS_TOOLS: inRoot('tools/operations'),
      ROUNDS_BACKUPS: inRoot('backups/daily'),
      ROUNDS_TEMPORARY: `${inRoot('tmp')} ${inRoot('var/tmp')}`,
    };
  }

  async start(): Promise<void> {
    await this.#backend.start();
  }

  async apply(scenario: Scenario): Promise<void> {
    const isDown = scenario === 'backend-down';
    const services = `fossawork-backend ${isDown ? 'failed' : 'active'}\nfossawork-frontend active\n`;
    writeFileSync(join(this.#root, 'state/services'), services);
    writeFileSync(join(this.#root, 'state/disk-used'), scenario === 'disk-full' ? '97\n' : '41\n');
    this.#backend.failing = scenario === 'api-error' ? ['/api/work-orders'] : [];
    this.#traffic.apply(scenario);
    await this.#lock.set(false);
    await this.#setBackup(scenario !== 'backup-missing');
    await this.#lock.set(scenario === 'database-locked');
    if (isDown) await this.#backend.stop();
    else await this.#backend.start();
  }

  async close(): Promise<void> {
    this.#procfs.close();
    this.#traffic.close();
    await Promise.all([this.#lock.set(false), this.#backend.stop()]);
  }

  /** Whether there is a backup of the day. */
  async #setBackup(isThere: boolean): Promise<void> {
    const folder = join(this.#root, 'backups/daily', dayName(0));
    if (!isThere) rmSync(folder, { recursive: true, force: true });
    else if (!existsSync(folder)) await backUp(this.#root);
  }
}

function writeBackend(folder: string): void {
  for (const name of ['user_data', 'config']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'user_data/preferences.json'), JSON.stringify({ language: 'en', theme: 'dark' }));
  writeFileSync(join(folder, 'config/settings.json'), JSON.stringify({ interval_minutes: 60, retention_days: 30 }));
}

/** Of the host's own, where everybody may write and remove only what is his: nobody is to clean this machine's. */
function writeTemporaryFolders(root: string): void {
  for (const folder of ['tmp', 'var/tmp']) {
    mkdirSync(join(root, folder), { recursive: true });
    chmodSync(join(root, folder), 0o1777);
  }
}

/** Those of the days before today, each a copy of one that the host's own tool has made. */
async function writeBackups(root: string): Promise<void> {
  await backUp(root);
  const folder = (name: string) => join(root, 'backups/daily', name);
  for (let age = 1; age < backupDays; age++) {
    const [today, day] = [dayName(0), dayName(age)];
    await cp(folder(today), folder(day), { recursive: true, preserveTimestamps: true });
    await rename(join(folder(day), `fossawork_v2_${today}.db`), join(folder(day), `fossawork_v2_${day}.db`));
  }
}

async function backUp(root: string): Promise<void> {
  const environment = { ...process.env, TZ: 'UTC' };
  await run(join(root, 'tools/operations/daily-backup.sh'), { env: environment });
}

/** YYYYMMDD of so many days ago, in UTC, as the host has it. */
function dayName(age: number): string {
  return new Date(Date.now() - age * dayMs).toISOString().slice(0, 10).replaceAll('-', '');
}
