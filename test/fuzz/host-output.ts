import fc from 'fast-check';
import { cleanText } from '../../functions/core/clean.ts';
import type { Threshold } from '../../functions/core/plan.ts';
import { hostileText, mutated, oddCharacters, type Secret, secret } from './hostile.ts';

export const nonce = '0123456789abcdef0123456789abcdef';

/** What a step of a document has printed on a host, and by what it is judged. */
export interface HostOutput {
  readonly output: string;
  readonly thresholds: readonly Threshold[];
  readonly timeoutSeconds: number | undefined;
  readonly secrets: readonly Secret[];
}

const labels = ['disk_used', 'rows', 'query time', 'p|95', "it's", 'constructor', '__proto__', 'ünits'] as const;
const label = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...labels) }, hostileText);

const number = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -5, max: 120 }).map(String) },
  { weight: 2, arbitrary: fc.double({ min: -200, max: 200, noNaN: true }).map(String) },
  fc.constantFrom(
    ...'1e999 -1e999 0x10 1,5 nan NaN inf U -0 +5 5.3e-05 5. .5 1_0 ٣ 1e1e1 --1 1e-400 99999999999999999999'.split(' '),
  ),
  fc.constantFrom('', ' ', '9'.repeat(70), '0'.repeat(400)),
);

const unit = fc.constantFrom('', '', '', '%', 's', 'ms', 'B', 'KB', 'KiB', 'YB', 'c', 'rpm', 'µs', '%%');

const field = fc.oneof(fc.constant(''), number, fc.constantFrom('10:', '~:10', '10:20', '@10:20', '20:10', ':10'));

const entry = fc
  .record({ label, isQuoted: fc.boolean(), number, unit, fields: fc.array(field, { maxLength: 6 }) })
  .map(({ label, isQuoted, number, unit, fields }) => {
    const name = isQuoted || /[\s']/.test(label) ? `'${label.replaceAll("'", "''")}'` : label;
    return [`${name}=${number}${unit}`, ...fields].join(';');
  });

const given = secret.map((each) => ({ text: `${each.text} `, secrets: [each] }));
const said = hostileText.map((text) => ({ text, secrets: [] as Secret[] }));
const prose = fc.array(fc.oneof({ weight: 3, arbitrary: said }, given), { maxLength: 3 }).map((parts) => ({
  text: parts.map(({ text }) => text).join(' '),
  secrets: parts.flatMap(({ secrets }) => secrets),
}));

const stdout = fc
  .record({
    text: prose,
    entries: fc.array(entry, { maxLength: 5 }),
    longText: fc.oneof({ weight: 3, arbitrary: fc.constant({ text: '', secrets: [] as Secret[] }) }, prose),
    further: fc.array(entry, { maxLength: 3 }),
    padding: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.nat(2_500)),
  })
  .map(({ text, entries, longText, further, padding }) => ({
    text: [
      `${text.text.replaceAll('|', '/')} | ${entries.join(' ')}`,
      `${longText.text}${'x'.repeat(padding)} | ${further.join(' ')}`,
    ].join('\n'),
    secrets: [...text.secrets, ...longText.secrets],
  }));

const exitCode = fc.oneof(
  { weight: 8, arbitrary: fc.constant('0') },
  fc.constantFrom(
    '1',
    '2',
    '3',
    '4',
    '-1',
    '124',
    '126',
    '127',
    '137',
    '143',
    '168',
    '169',
    '194',
    '255',
    '-0',
    '00',
    '1e0',
  ),
);

/** As the wrapper writes it on a host: bounded, with the bytes that there were. */
function printed(exit: string, out: string, err: string, itsNonce: string): string {
  const bytes = (text: string) => Buffer.from(text).length;
  const show = (text: string, most: number) => {
    const cut = Buffer.from(text).subarray(0, most).toString().replaceAll('\0', '?');
    return text === '' ? '' : `${cut}\n`;
  };
  const line = `ROUNDS/1 ${itsNonce} exit=${exit} stdout=${bytes(out)} stderr=${bytes(err)}\n`;
  return line + show(out, 1_800) + (err === '' ? '' : `-- stderr --\n${show(err, 300)}`);
}

const whole = fc.record({
  exit: exitCode,
  out: stdout,
  err: fc.oneof(
    { weight: 3, arbitrary: fc.constant({ text: '', secrets: [] as Secret[] }) },
    prose,
    stdout,
    // What would be stdout, if the last of our own lines counted.
    fc.array(entry, { maxLength: 3 }).map((entries) => ({
      text: `x | ${entries.join(' ')}\n-- stderr --\nx`,
      secrets: [] as Secret[],
    })),
  ),
  nonce: fc.oneof({ weight: 30, arbitrary: fc.constant(nonce) }, fc.constantFrom('f'.repeat(32), nonce.slice(1), '')),
  /** What the agent puts behind it. */
  tail: fc.oneof({ weight: 9, arbitrary: fc.constant('') }, fc.constant('\n----------ERROR-------\nsh: oops')),
});

const range = fc.constantFrom(
  { low: 0, high: 80, alertInside: false },
  { low: 10, high: null, alertInside: false },
  { low: null, high: 10, alertInside: false },
  { low: 20, high: 30, alertInside: true },
);

const thresholds: fc.Arbitrary<Threshold[]> = fc.uniqueArray(
  fc.record(
    { metric: fc.constantFrom(...labels.slice(0, 6)), warning: range, critical: range },
    { requiredKeys: ['metric'] },
  ),
  { maxLength: 2, selector: ({ metric }) => metric },
);

/** What a host may print: most often nearly right. Where something was changed in it, its secrets may be none any more. */
export const hostOutput: fc.Arbitrary<HostOutput> = fc
  .record({ whole, thresholds, timeoutSeconds: fc.constantFrom(undefined, 10) })
  .chain(({ whole: { exit, out, err, nonce: itsNonce, tail }, ...rest }) => {
    const right = fc.constant(printed(exit, out.text, err.text, itsNonce) + tail);
    const secrets = [...out.secrets, ...err.secrets];
    return fc.oneof(
      { weight: 3, arbitrary: right.map((output) => ({ output, ...rest, secrets })) },
      { weight: 4, arbitrary: mutated(right).map((output) => ({ output, ...rest, secrets: [] as Secret[] })) },
    );
  });

/**
 * Whether an output may be OK, as somebody would say it who has never seen our code: its first line is ours and says
 * exit=0, its first line of text has arrived whole, and each metric of a threshold stands in it as a plain decimal
 * number inside its ranges.
 */
export function mayBeOk({ output, thresholds }: HostOutput): boolean {
  const [head, total = '', errors = ''] =
    new RegExp(`^ROUNDS/1 ${nonce} exit=0 stdout=(\\d+) stderr=(\\d+)(?:\r?\n|$)`).exec(output) ?? [];
  if (head === undefined) return false;
  const said = saidIn(output.slice(head.length), Number(total), Number(errors) > 0);
  if (said === undefined) return false;
  return thresholds.every(({ metric, warning, critical }) => {
    const values = valuesOf(cleanText(said, said.length), metric);
    const isInside = (value: number) => [warning, critical].every((range) => !range || isWell(range, value));
    return values.some(isInside);
  });
}

/** The whole lines of stdout, of which there has to be one; `undefined` where not even the first is whole. */
function saidIn(body: string, total: number, hasErrors: boolean): string | undefined {
  const agents = body.lastIndexOf('\n----------ERROR-------\n');
  const ours = agents === -1 ? body : body.slice(0, agents);
  let end = ours.length;
  if (hasErrors) {
    const from = `\n${ours}`;
    for (let at = from.indexOf('\n-- stderr --\n'); at !== -1; at = from.indexOf('\n-- stderr --\n', at + 1)) {
      if (Buffer.from(from.slice(1, at)).length < Math.min(total, 1_800)) continue;
      end = Math.max(0, at - 1);
      break;
    }
  }
  const shown = ours.slice(0, end);
  if (total <= 1_800 && Buffer.from(shown).length >= total) return shown;
  const lines = shown.split('\n').slice(0, -1);
  return lines.length === 0 ? undefined : lines.join('\n');
}

/** Every number that stands behind `label=`, in base units. */
function valuesOf(text: string, metric: string): number[] {
  const units: Readonly<Record<string, number>> = { ms: 1e-3, us: 1e-6, ns: 1e-9, m: 60, h: 3_600, d: 86_400 };
  const quoted = `'${metric.replaceAll("'", "''")}'=`;
  const found: number[] = [];
  for (const start of [quoted, `${metric}=`]) {
    for (let at = text.indexOf(start); at !== -1; at = text.indexOf(start, at + 1)) {
      const after = text.slice(at + start.length);
      const [, decimal = '', unit = ''] =
        /^(-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z%]*)(?=;|\s|$)/.exec(after) ?? [];
      if (decimal === '') continue;
      const [, prefix = '', binary = ''] = /^([kmgtpezy])(i?)b$/i.exec(unit) ?? [];
      const power = prefix === '' ? 0 : 'kmgtpezy'.indexOf(prefix.toLowerCase()) + 1;
      const value = Number(decimal) * (units[unit] ?? (binary === '' ? 1_000 : 1_024) ** power);
      if (Number.isFinite(value)) found.push(value);
    }
  }
  return found;
}

function isWell(
  { low, high, alertInside }: { low: number | null; high: number | null; alertInside: boolean },
  value: number,
) {
  // By a rounding error more: units are scaled in another order here.
  const slack = Math.abs(value) * 1e-12;
  const isInside = (low === null || value >= low - slack) && (high === null || value <= high + slack);
  return alertInside ? !isInside || value - (low ?? value) <= slack || (high ?? value) - value <= slack : isInside;
}

/** Texts of people: also those without any meaning to us. */
export const anyText = fc.oneof(hostileText, fc.constantFrom(...oddCharacters), fc.string({ unit: 'binary' }));
