import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const tickMs = 100;
/** The kernel's counters run at 100 a second and processor. */
const jiffiesPerSecond = 100;
const processors = 2;
const busyShare = 0.08;

/** A proc folder whose counters move as those of a calm host do, so that a check can sample them. */
export class Procfs {
  readonly path: string;
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    this.#write('meminfo', memory());
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), tickMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const seconds = 86_400 + (performance.now() - this.#startedAt) / 1_000;
    const each = seconds * jiffiesPerSecond;
    const lines = Array.from({ length: processors }, (_, index) => cpuLine(`cpu${index}`, each));
    this.#write('stat', [cpuLine('cpu ', each * processors), ...lines, 'btime 1736000000', ''].join('\n'));
  }

  /** By renaming, so that nobody ever reads half a file. */
  #write(name: string, text: string): void {
    const next = join(this.path, `.${name}`);
    writeFileSync(next, text);
    renameSync(next, join(this.path, name));
  }
}

/** user nice system idle iowait irq softirq steal guest guest_nice */
function cpuLine(name: string, total: number): string {
  const shares = [busyShare * 0.7, 0, busyShare * 0.3, 1 - busyShare, 0, 0, 0, 0, 0, 0];
  return [name, ...shares.map((share) => Math.round(total * share))].join(' ');
}

function memory(): string {
  const kilobytes = {
    MemTotal: 8_048_576,
    MemFree: 2_310_144,
    MemAvailable: 4_990_976,
    Buffers: 204_800,
    Cached: 2_662_400,
  };
  return Object.entries(kilobytes)
    .map(([name, size]) => `${`${name}:`.padEnd(16)}${String(size).padStart(8)} kB\n`)
    .join('');
}
