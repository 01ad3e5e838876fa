import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EthereumNode } from './ethereum-node.ts';
import { databaseAnswers, settledHash } from './gold-escrow-database.ts';
import type { HostKind, Interior } from './host-kind.ts';
import { HttpService } from './http-service.ts';
import { Redis } from './redis.ts';
import type { Scenario } from './scenario.ts';
import { installStandIns } from './stand-ins.ts';
import { TlsService } from './tls-service.ts';

const page = '<!doctype html><title>Gold Escrow</title>';
const backupAgeSeconds = 3 * 3_600;
const backupIntervalMs = 3_600_000;

/** The host from which the Gold Escrow Platform is asked, and all that it asks: endpoints, database, cache and chain. */
export const goldEscrowOperations: HostKind = {
  count: 1,
  async furnish(root) {
    installStandIns(join(root, 'bin'), ['bin/psql', 'bin/pg_restore', 'bin/redis-cli']);
    installStandIns(join(root, 'opt/security'), ['tools/vulnerability-scan.sh']);
    for (const folder of ['etc/rounds', 'etc/tls', 'backups/gold-escrow'])
      mkdirSync(join(root, folder), { recursive: true });
    const interior = new GoldEscrowOperations(root, await TlsService.start(join(root, 'etc/tls')));
    await interior.start();
    return interior;
  },
};

class GoldEscrowOperations implements Interior {
  readonly #root: string;
  readonly #tls: TlsService;
  readonly #node = new EthereumNode();
  readonly #redis = new Redis();
  readonly #web = new HttpService({
    '/': page,
    '/dashboard': page,
    '/api/health': { status: 'healthy' },
    '/api/transactions': { total: 90_311 },
    '/api/users': { total: 12_480 },
  });
  readonly #timer: NodeJS.Timeout;

  constructor(root: string, tls: TlsService) {
    this.#root = root;
    this.#tls = tls;
    this.#backUp();
    this.#timer = setInterval(() => this.#backUp(), backupIntervalMs).unref();
  }

  get environment(): Readonly<Record<string, string>> {
    const inRoot = (path: string) => join(this.#root, path);
    return {
      ROUNDS_BASE_URL: this.#web.address,
      ROUNDS_HOST: '127.0.0.1',
      ROUNDS_PORT: String(this.#redis.port),
      ROUNDS_URL_FILE: inRoot('etc/rounds/ethereum-node-url'),
      ROUNDS_ENDPOINTS: this.#tls.endpoint,
      ROUNDS_BACKUPS: inRoot('backups/gold-escrow/*.dump'),
      ROUNDS_TOOLS: inRoot('opt/security'),
      SSL_CERT_FILE: this.#tls.certificate,
    };
  }

  async start(): Promise<void> {
    await Promise.all([this.#web.start(), this.#node.start(), this.#redis.start()]);
    writeFileSync(join(this.#root, 'etc/rounds/ethereum-node-url'), `${this.#node.address}\n`);
  }

  async apply(scenario: Scenario): Promise<void> {
    const postgres = { isDown: scenario === 'database-down', answers: databaseAnswers };
    writeFileSync(join(this.#root, 'state/postgres.json'), JSON.stringify(postgres));
    this.#node.gasPriceGwei = scenario === 'gas-high' ? 148 : 26.5;
    this.#node.outcomes = { [settledHash]: scenario !== 'transaction-failed' };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#tls.stop();
    this.#node.stop();
    this.#redis.stop();
    await this.#web.stop();
  }

  /** The last backup is always some hours old, however long the demo goes on. */
  #backUp(): void {
    const file = join(this.#root, 'backups/gold-escrow/escrow.dump');
    writeFileSync(file, `PGDMP${'\0'.repeat(4_096)}`);
    const writtenAt = Date.now() / 1_000 - backupAgeSeconds;
    utimesSync(file, writtenAt, writtenAt);
  }
}
