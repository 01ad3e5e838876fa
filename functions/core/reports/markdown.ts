import { cleanText } from '../clean.ts';
import { clockText, type Iso } from '../time.ts';
import { groupedValue } from '../units.ts';
import type { Block, Chart, Document, Field } from './document.ts';
import { cellText, headingText, lineText } from './markdown-text.ts';

/** Columns of a table are padded up to this width, so that it can be read as plain text as well. */
const paddedCharacters = 40;

/** Of a chart so many values stand in the text. */
const newestValues = 3;

/**
 * A document as CommonMark with the tables and tasks of GitHub, which reads well as plain text: it is what people get
 * by email. Texts show as what they are, whatever is in them.
 * @see https://spec.commonmark.org/0.31.2/ and https://github.github.com/gfm/
 */
export function markdownOf({ title, blocks }: Document): string {
  return `${[`# ${headingText(title)}`, ...blocks.map(blockText)].join('\n\n')}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${headingText(block.text)}`;
    case 'text':
      return lineText(block.text);
    case 'fields':
      return listText(block.fields.flatMap(fieldLines));
    case 'list':
      return listText(block.items.map((item) => `- ${lineText(item)}`));
    case 'tasks':
      return listText(block.items.map(({ text, isDone }) => `- [${isDone ? 'x' : ' '}] ${lineText(text)}`));
    case 'table':
      return tableText(block.head, block.rows);
    case 'output':
      return outputText(block.text);
    case 'chart':
      return chartText(block.chart);
  }
}

function listText(lines: readonly string[]): string {
  return lines.length > 0 ? lines.join('\n') : '- none';
}

function fieldLines({ label, value, items = [] }: Field): string[] {
  return [`- ${lineText(`${label}: ${value}`)}`, ...items.map((item) => `  - ${lineText(item)}`)];
}

function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '- none';
  const lines = [head, ...rows].map((row) => row.map(cellText));
  // GitHub leaves out what stands beyond the head.
  const columns = Array.from({ length: Math.max(...lines.map((row) => row.length)) }, (_, column) => column);
  const widths = columns.map((column) => {
    const lengths = lines.map((row) => Array.from(row[column] ?? '').length);
    return Math.max(3, ...lengths.filter((length) => length <= paddedCharacters));
  });
  const lineOf = (cell: (column: number, width: number) => string) =>
    `| ${widths.map((width, column) => cell(column, width)).join(' | ')} |`;
  const [first, ...others] = lines.map((row) => lineOf((column, width) => padded(row[column] ?? '', width)));
  return [first, lineOf((_, width) => '-'.repeat(width)), ...others].join('\n');
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - Array.from(text).length));
}

/** Between fences that are longer than anything in it that looks like one. */
function outputText(text: string): string {
  const clean = cleanText(text, Number.POSITIVE_INFINITY).replace(/\n+$/, '');
  const longest = Math.max(2, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [fence, clean, fence].join('\n');
}

function chartText({ caption, unit, timeZone, points }: Chart): string {
  const newest = points
    .slice(-newestValues)
    .map(({ at, value }) => `- ${lineText(`${dayOrTime(at, timeZone)}: ${groupedValue(value, unit)}`)}`);
  return [lineText(caption), newest.length > 0 ? newest.join('\n') : 'No values yet.'].join('\n\n');
}

/** What is of midnight stands for its whole day. */
function dayOrTime(at: Iso, timeZone: string): string {
  return clockText(at, timeZone).replace(/ 00:00 .*$/, '');
}
