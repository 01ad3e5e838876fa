import { type LinesOf, timeIn } from './traffic.ts';

const people = ['amir', 'bea', 'chen', 'dora', 'emil', 'fay', 'gus', 'hana', 'ivo', 'jun', 'kim', 'lea'] as const;

interface Entry {
  readonly kind: string;
  /** Its file, where that is not named for the day. */
  readonly file?: string;
  readonly second: number;
  readonly fields: object;
}

/** One folder a kind, as JSON lines: a calm day of FossaWork, each kind at intervals of its own. */
export const fossaworkLines: LinesOf = ({ number, age, scenario }) => {
  const hasErrors = scenario === 'errors' && number % 3 === 0;
  const entries = [
    ...requests(number, hasErrors),
    ...logins(number),
    ...operations(number),
    ...performance(number, hasErrors),
    ...(scenario === 'break-in' && age === 20 ? breakIn : []),
  ];
  const lines: Record<string, string[]> = {};
  for (const { kind, file, second, fields } of entries) {
    const timestamp = timeIn(number, second);
    const path = `${kind}/${file ?? `${kind}-${timestamp.slice(0, 10)}.jsonl`}`;
    lines[path] = [...(lines[path] ?? []), JSON.stringify({ timestamp, logger: kind, ...fields })];
  }
  return lines;
};

function requests(number: number, fails: boolean): Entry[] {
  const user = person(number);
  const [level, status] = fails ? ['ERROR', 500] : ['INFO', 200];
  const request = { endpoint: '/api/work-orders', method: 'GET', status, duration_ms: 20 + ((number * 37) % 60), user };
  const error = { level: 'ERROR', message: 'Connection pool exhausted', endpoint: '/api/work-orders' };
  return [
    { kind: 'backend', second: 3, fields: { level, message: 'GET /api/work-orders', ...request } },
    ...every(fails, { kind: 'errors', second: 3, fields: error }),
    ...every(number % 10 === 4, {
      kind: 'frontend',
      second: 4,
      fields: { level: 'INFO', message: 'Page loaded', user },
    }),
  ];
}

function logins(number: number): Entry[] {
  const user = person(Math.floor(number / 30));
  const ip = `10.0.4.${20 + (Math.floor(number / 30) % people.length)}`;
  const login = { endpoint: '/api/auth/login', user, ip };
  const backend = (isDue: boolean, second: number, fields: object) => every(isDue, { kind: 'backend', second, fields });
  const isLogin = number % 30 === 7;
  return [
    ...backend(number % 240 === 7, 5, { level: 'WARNING', message: 'Authentication failed', ...login, status: 401 }),
    ...backend(isLogin, 10, { level: 'INFO', message: 'Login', ...login, status: 200, duration_ms: 160 }),
    ...backend(isLogin, 11, { level: 'INFO', message: 'Session started', user }),
    ...backend(number % 45 === 11, 12, { level: 'INFO', message: 'Session expired', user }),
    ...backend(number % 480 === 100, 13, { level: 'WARNING', message: 'Rate limit reached', user, ip, status: 429 }),
  ];
}

function operations(number: number): Entry[] {
  const order = { work_order: `W-${110_000 + (number % 997)}` };
  const isVisit = number % 15 === 9;
  const fails = isVisit && Math.floor(number / 15) % 90 === 40;
  return [
    ...every(isVisit && !fails, info('automation', 21, { message: 'Visit completed', ...order })),
    ...every(fails, {
      kind: 'automation',
      second: 21,
      fields: { level: 'ERROR', message: 'Visit failed', error: 'form has changed', ...order },
    }),
    ...every(number % 60 === 2, info('scraping', 30, { message: 'Work orders synchronized', found: 128, new: 0 })),
    ...every(number % 60 === 5, info('security', 40, { message: 'Open sessions reviewed', findings: 0 })),
    ...every(number % 120 === 33, {
      kind: 'errors',
      second: 50,
      fields: { level: 'ERROR', message: 'Upstream answered 503, retried', attempt: 1 },
    }),
  ];
}

function performance(number: number, fails: boolean): Entry[] {
  const orders = { response_time: 0.03 + (number % 7) / 1_000, success: !fails };
  const api = { '/api/health': { response_time: 0.004, success: true }, '/api/work-orders': orders };
  const fields = { system: { cpu_percent: 8, memory_percent: 38 }, api };
  return every(number % 5 === 0, { kind: 'performance', file: 'performance-metrics.jsonl', second: 55, fields });
}

/** A password is guessed at the fifteenth try. */
const breakIn: readonly Entry[] = Array.from({ length: 15 }, (_, index) => {
  const isGuessed = index === 14;
  const [level, message, status] = isGuessed ? ['INFO', 'Login', 200] : ['WARNING', 'Authentication failed', 401];
  const fields = { level, message, endpoint: '/api/auth/login', user: 'admin', ip: '203.0.113.66', status };
  return { kind: 'backend', second: 20 + 2 * index, fields };
});

function person(index: number): string {
  return people[index % people.length] ?? people[0];
}

function every(isDue: boolean, entry: Entry): Entry[] {
  return isDue ? [entry] : [];
}

function info(kind: string, second: number, fields: object): Entry {
  return { kind, second, fields: { level: 'INFO', ...fields } };
}
