import { redact } from './clean.ts';
import { formatRange, parseDecimal, parseRange, type Range } from './range.ts';
import { scale, toBaseUnit } from './units.ts';

/** One value that a check reported, with everything in base units (s, B). */
export interface Metric {
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  /** A plain number N where the range is `N` (0 to N), other ranges as text, `null` where the check gave none. */
  readonly warning: number | string | null;
  readonly critical: number | string | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** What a check printed. `problems` names what was refused; one that concerns a metric begins with `<label>: `. */
export interface PluginOutput {
  readonly text: string;
  readonly longText: string;
  readonly metrics: Metric[];
  readonly problems: string[];
}

export const maximumMetrics = 100;
export const maximumLabelCharacters = 128;

/** Characters of a refused piece of output that a problem repeats. */
const quotedCharacters = 40;

/**
 * Reads the output of a check by the plugin API: `text | metrics` on the first line, then long text until a line with
 * `|`, after which everything is metrics. What cannot be read is left out and named; the rest is kept. Never throws.
 * @see https://nagios-plugins.org/doc/guidelines.html#AEN200
 * @see https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/pluginapi.html
 */
export function parsePluginOutput(stdout: string): PluginOutput {
  const [firstLine = '', ...further] = stdout.split('\n');
  const [text, performance] = splitAtBar(firstLine);
  const [longText, furtherPerformance] = splitAtBar(further.join('\n'));
  return { text: text.trim(), longText: longText.trim(), ...readMetrics(`${performance}\n${furtherPerformance}`) };
}

function splitAtBar(text: string): [before: string, after: string] {
  const bar = text.indexOf('|');
  return bar === -1 ? [text, ''] : [text.slice(0, bar), text.slice(bar + 1)];
}

function readMetrics(performance: string): { metrics: Metric[]; problems: string[] } {
  const metrics: Metric[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  const junk: string[] = [];
  let entries = 0;
  for (const [entry] of performance.matchAll(entryPattern)) {
    entries += 1;
    if (entries > maximumMetrics) {
      problems.push(`more than ${maximumMetrics} metrics: the rest is left out, print fewer`);
      break;
    }
    const [name, fields] = splitEntry(entry);
    const label = redact(name);
    if (label === '' || label.length > maximumLabelCharacters || fields === undefined) {
      junk.push(entry);
    } else if (seen.has(label)) {
      problems.push(`${label}: reported twice; the first value counts`);
    } else {
      // A refused value is seen too: a second one must not stand in for it.
      seen.add(label);
      const metric = readMetric(label, fields, problems);
      if (metric !== undefined) metrics.push(metric);
    }
  }
  // Prose with a bar in it, such as a usage text, is one problem and not one a word.
  const [first, ...others] = junk;
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` (and ${others.length} more like it)`;
    problems.push(
      `${quote(first)} is no metric${more}; expected 'label'=value, the label 1 to ${maximumLabelCharacters} characters`,
    );
  }
  return { metrics, problems };
}

/** A quoted label (in which a doubled quote is a quote) with its fields, or any run of characters without a space. */
const entryPattern = /'(?:[^'\n]|'')*'=\S*|\S+/g;

function splitEntry(entry: string): [label: string, fields: string | undefined] {
  const quoted = /^'((?:[^']|'')*)'=/.exec(entry);
  if (quoted !== null) return [(quoted[1] ?? '').replaceAll("''", "'"), entry.slice(quoted[0].length)];
  const equals = entry.indexOf('=');
  if (equals === -1 || entry.startsWith("'")) return [entry, undefined];
  return [entry.slice(0, equals), entry.slice(equals + 1)];
}

function readMetric(label: string, fields: string, problems: string[]): Metric | undefined {
  const [valueText = '', warning = '', critical = '', min = '', max = '', ...surplus] = fields.split(';');
  if (valueText === 'U') {
    problems.push(`${label}: the check could not determine its value (U)`);
    return undefined;
  }
  const [, number = '', unitText = ''] = /^(-?[\d.]*(?:[eE][+-]?\d+)?)(.*)$/s.exec(valueText) ?? [];
  const value = parseDecimal(number);
  const base = toBaseUnit(unitText);
  if (value === undefined || base === undefined || !Number.isFinite(scale(value, base.factor))) {
    const written = quote(`${label}=${valueText}`);
    problems.push(`${label}: ${written} is refused; expected a decimal number with a unit, like 1.5s`);
    return undefined;
  }
  if (surplus.some((field) => field !== ''))
    problems.push(`${label}: has more than five fields; the surplus is left out`);

  const refuse = (field: string, text: string, expected: string): null => {
    problems.push(`${label}: its ${field} ${quote(text)} is refused; expected ${expected}`);
    return null;
  };
  const threshold = (field: string, text: string) => {
    if (text === '') return null;
    const range = scaledRange(text, base.factor);
    return range === undefined ? refuse(field, text, 'a range like 90 or 10:20') : thresholdOf(range);
  };
  const limit = (field: string, text: string) => {
    if (text === '') return null;
    const bound = scale(parseDecimal(text) ?? Number.NaN, base.factor);
    return Number.isFinite(bound) ? bound : refuse(field, text, 'a decimal number like 1.5');
  };
  return {
    label,
    value: scale(value, base.factor),
    unit: base.unit,
    warning: threshold('warning range', warning),
    critical: threshold('critical range', critical),
    min: limit('minimum', min),
    max: limit('maximum', max),
  };
}

/** A range as a metric carries it: a plain number N where the range is `N`, else its text. */
export function thresholdOf(range: Range): number | string {
  return range.low === 0 && range.high !== null && !range.alertInside ? range.high : formatRange(range);
}

function scaledRange(text: string, factor: number): Range | undefined {
  const range = parseRange(text);
  if (range === undefined) return undefined;
  const low = range.low === null ? null : scale(range.low, factor);
  const high = range.high === null ? null : scale(range.high, factor);
  // A JSON number knows no infinity: a range that leaves the doubles by its unit is no range.
  return [low, high].every((end) => end === null || Number.isFinite(end)) ? { ...range, low, high } : undefined;
}

/** Redacts before it cuts: half a secret no longer looks like one. */
function quote(output: string): string {
  const text = redact(output);
  return JSON.stringify(text.length <= quotedCharacters ? text : `${text.slice(0, quotedCharacters)}…`);
}
