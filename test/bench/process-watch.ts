import { existsSync, readdirSync, readFileSync } from 'node:fs';

const lookMs = 20;
const kilobytesPerMegabyte = 1_024;

/** Ticks of a second in /proc, on every Linux there is. */
const ticksPerSecond = 100;

/** Watches what this process starts from now on, by Linux's /proc, until it is stopped. */
export class ProcessWatch {
  readonly #timer = setInterval(() => this.#look(), lookMs);
  readonly #ticksBefore = ticksOfChildren();
  readonly #idsBefore = new Set(processIds());
  #peakKilobytes = 0;
  #largest = '';

  /** Of a processor, of all processes together that have ended. */
  get processorSeconds(): number {
    return (ticksOfChildren() - this.#ticksBefore) / ticksPerSecond;
  }

  /** The most memory that any of them held, and its command; 0 on systems other than Linux. */
  stop(): { readonly peakMegabytes: number; readonly largestProcess: string } {
    clearInterval(this.#timer);
    return { peakMegabytes: this.#peakKilobytes / kilobytesPerMegabyte, largestProcess: this.#largest };
  }

  #look(): void {
    const parents = new Map(processIds().flatMap((id) => (this.#idsBefore.has(id) ? [] : [[id, parentOf(id)]])));
    const isOurs = (id: string | undefined): boolean =>
      id !== undefined && (parents.get(id) === String(process.pid) || isOurs(parents.get(id)));
    for (const id of parents.keys()) {
      const kilobytes = isOurs(id) ? Number(/^VmHWM:\s+(\d+)/m.exec(textOf(`/proc/${id}/status`))?.[1] ?? 0) : 0;
      if (kilobytes <= this.#peakKilobytes) continue;
      this.#peakKilobytes = kilobytes;
      this.#largest = textOf(`/proc/${id}/cmdline`).split('\0').join(' ').trim();
    }
  }
}

function processIds(): string[] {
  return existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
}

function parentOf(id: string): string | undefined {
  return fieldsOf(`/proc/${id}/stat`)[1];
}

/** User and system time of the children that were waited for, and of theirs. */
function ticksOfChildren(): number {
  const fields = fieldsOf('/proc/self/stat');
  return Number(fields[13]) + Number(fields[14]);
}

/** What follows the name, which may hold anything: state, parent, and so on. */
function fieldsOf(path: string): string[] {
  return textOf(path)
    .replace(/^.*\) /s, '')
    .split(' ');
}

/** Nothing of a process that has just ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
