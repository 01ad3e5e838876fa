import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const tickMs = 100;
/** The kernel's counters run at 100 a second and processor. */
const jiffiesPerSecond = 100;
const processors = 2;
const busyShare = 0.08;
/** The host was started a day before the demo. */
const uptimeSeconds = 86_400;

interface Process {
  readonly name: string;
  /** Share of one processor. */
  readonly share: number;
  readonly residentPages: number;
}

export interface ProcfsOptions {
  readonly processes: readonly Process[];
  /** Ports that somebody listens on, each with some connections. */
  readonly listening: readonly number[];
}

/** A proc folder whose counters move as those of a calm host do, so that a check can sample them. */
export class Procfs {
  readonly path: string;
  readonly #processes: readonly Process[];
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;

  constructor(path: string, { processes, listening }: ProcfsOptions) {
    this.path = path;
    this.#processes = processes;
    const folders = ['net', ...processes.map((_, index) => String(pidOf(index)))];
    for (const folder of folders) mkdirSync(join(path, folder), { recursive: true });
    this.#write('meminfo', memory());
    this.#write('loadavg', '0.18 0.22 0.20 1/214 4242\n');
    this.#write('net/tcp', connections(listening));
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), tickMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const seconds = uptimeSeconds + (performance.now() - this.#startedAt) / 1_000;
    const each = seconds * jiffiesPerSecond;
    const lines = Array.from({ length: processors }, (_, index) => cpuLine(`cpu${index}`, each));
    this.#write('stat', [cpuLine('cpu ', each * processors), ...lines, 'btime 1736000000', ''].join('\n'));
    this.#write('uptime', `${seconds.toFixed(2)} ${(seconds * processors * (1 - busyShare)).toFixed(2)}\n`);
    this.#write('diskstats', diskLine(seconds));
    for (const [index, process] of this.#processes.entries()) {
      this.#write(`${pidOf(index)}/stat`, processLine(pidOf(index), process, each));
    }
  }

  /**
   * Over what is there, in one piece: the counters only grow, so no text is ever shorter than the last one, and nobody
   * reads half a file. Putting a new file in its place would make some file systems wait for the disk, ten times a second.
   */
  #write(name: string, text: string): void {
    const file = join(this.path, name);
    writeFileSync(file, text, { flag: existsSync(file) ? 'r+' : 'w' });
  }
}

function pidOf(index: number): number {
  return 1 + index * 311;
}

/** user nice system idle iowait irq softirq steal guest guest_nice */
function cpuLine(name: string, total: number): string {
  const shares = [busyShare * 0.7, 0, busyShare * 0.3, 1 - busyShare, 0, 0, 0, 0, 0, 0];
  return [name, ...shares.map((share) => Math.round(total * share))].join(' ');
}

/** Reads and writes, each as: done, merged, sectors of 512 bytes, milliseconds; under way; milliseconds busy, weighted. */
function diskLine(seconds: number): string {
  const perSecond = [4, 0, 320, 3, 9, 2, 900, 8, 0, 11, 14];
  return ` 259       0 nvme0n1 ${perSecond.map((rate) => Math.round(rate * seconds)).join(' ')}\n`;
}

/** proc(5), the first 24 fields; it was started a second after the host, and what nobody asks for is 0. */
function processLine(pid: number, { name, share, residentPages }: Process, each: number): string {
  const [userTicks, systemTicks] = [0.7, 0.3].map((part) => Math.round(each * share * part));
  const counters = `${userTicks} ${systemTicks} 0 0 20 0 1 0 ${jiffiesPerSecond} 0 ${residentPages}`;
  return `${pid} (${name}) S 1 ${pid} ${pid} 0 -1 0 0 0 0 0 ${counters}\n`;
}

/** State 0A is listening, 01 is established; addresses and ports are hexadecimal. */
function connections(listening: readonly number[]): string {
  const port = (number: number) => number.toString(16).toUpperCase().padStart(4, '0');
  const lines = listening.flatMap((number) => [
    `00000000:${port(number)} 00000000:0000 0A`,
    ...[50_412, 50_988, 51_730].map((remote) => `0A00000A:${port(number)} 0B00000A:${port(remote)} 01`),
  ]);
  const heading = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
  const rest = '00000000:00000000 00:00000000 00000000     0        0 12345';
  return heading + lines.map((line, index) => `${String(index).padStart(4)}: ${line} ${rest}\n`).join('');
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
