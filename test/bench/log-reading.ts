import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A script of the runbooks that reads logs, and its settings but for the logs, as variables without `ROUNDS_`. */
export interface LogReader {
  readonly name: string;
  readonly script: string;
  readonly settings: Readonly<Record<string, string>>;
}

export interface LogReadingCost {
  readonly name: string;
  /** Of the round that reads everything, and of the one after it, in which nothing is new. */
  readonly firstSeconds: number;
  readonly nextSeconds: number;
  /** Of a processor, the first time: what else runs on the machine hardly counts. */
  readonly processorSeconds: number;
  /** Of the process, at its largest. */
  readonly peakMegabytes: number;
  /** What the script printed, the first time. */
  readonly said: string;
}

const scripts = fileURLToPath(new URL('../../lib/runbooks/scripts/', import.meta.url));
const hours = 23;
const linesPerBlock = 2_000;
const kilobytesPerMegabyte = 1_024;

/** Prints seconds, those of a processor, kilobytes at the peak, and what the command printed. */
const measure = `import resource, subprocess, sys, time
begun = time.monotonic()
said = subprocess.run(sys.argv[1:], capture_output=True, text=True).stdout
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss, said)`;

const event = (name: string, condition: string): LogReader => ({
  name,
  script: 'log-events.py',
  settings: { EVENTS: `found: ${condition}` },
});

/** From what is found without being parsed to what is found in every line. */
const logReaders: readonly LogReader[] = [
  event('words in few lines', '"authentication failed"'),
  event('words in all lines', '"duration_ms"'),
  event('a field of few lines', 'level=ERROR'),
  event('a number of no line', 'status>=500'),
  event('a number of one line in six', 'duration_ms>250'),
  event('a number of all lines', 'status>=100'),
  {
    name: 'logins and their failures',
    script: 'auth-events.py',
    settings: {
      FAILURES: '"authentication failed"',
      LOGINS: 'endpoint~login and status<400',
      MOST_FAILURES: '20',
      MOST_TRIES: '10',
      MOST_ADDRESSES: '5',
    },
  },
];

/** Writes so many bytes of a backend's log of the last 23 hours into `folder`, and runs each script twice over them. */
export function measureLogReading(
  folder: string,
  bytes: number,
  readers: readonly LogReader[] = logReaders,
): LogReadingCost[] {
  const log = join(folder, 'backend.jsonl');
  writeBackendLog(log, bytes);
  return readers.map(({ name, script, settings }, index) => {
    const state = join(folder, `state-${index}`);
    mkdirSync(state);
    const given = { FILES: log, WINDOW_MINUTES: '1440', TIMEOUT_SECONDS: '600', STATE: state, ...settings };
    const env = Object.fromEntries(Object.entries(given).map(([key, value]) => [`ROUNDS_${key}`, value]));
    const run = () => {
      const options = {
        env: { ...env, PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1' },
        encoding: 'utf8',
      } as const;
      const answer = execFileSync('python3', ['-c', measure, join(scripts, script)], options);
      const [seconds = '', processor = '', kilobytes = '', ...said] = answer.trim().split(' ');
      return {
        seconds: Number(seconds),
        processorSeconds: Number(processor),
        kilobytes: Number(kilobytes),
        said: said.join(' '),
      };
    };
    const [first, next] = [run(), run()];
    return {
      name,
      firstSeconds: first.seconds,
      nextSeconds: next.seconds,
      processorSeconds: first.processorSeconds,
      peakMegabytes: Math.max(first.kilobytes, next.kilobytes) / kilobytesPerMegabyte,
      said: first.said,
    };
  });
}

/** Requests of 300 users in the last 23 hours, of which one in a thousand fails and one in fifty is a login. */
export function writeBackendLog(path: string, bytes: number): void {
  const file = openSync(path, 'w');
  const begun = Date.now() - hours * 3_600_000;
  let written = 0;
  for (let line = 0; written < bytes; line += linesPerBlock) {
    const timestamp = new Date(begun + (written / bytes) * hours * 3_600_000).toISOString();
    const block = Array.from({ length: linesPerBlock }, (_, index) => request(timestamp, line + index)).join('');
    written += writeSync(file, block);
  }
  closeSync(file);
}

function request(timestamp: string, number: number): string {
  const failed = number % 1_000 === 7;
  const [level, status, message] = failed
    ? ['ERROR', 401, 'Authentication failed']
    : ['INFO', 200, 'Request completed'];
  const endpoint = number % 50 === 7 ? '/api/auth/login' : `/api/work-orders/${number % 9_973}`;
  return `${JSON.stringify({
    timestamp,
    level,
    logger: 'backend.api.requests',
    endpoint,
    method: 'GET',
    status,
    duration_ms: ((number * 7_919) % 30_000) / 100,
    user: `user-${number % 300}@example.com`,
    ip: `10.0.${number % 8}.${number % 251}`,
    message,
  })}\n`;
}
