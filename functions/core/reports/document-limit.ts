import type { Block, Document } from './document.ts';

const encoder = new TextEncoder();

/**
 * A document whose JSON has at most so many bytes: of one that is longer the last blocks are left out, and a sentence
 * says so.
 */
export function limitedDocument(document: Document, maxBytes: number): Document {
  const bytes = document.blocks.map((block) => bytesOf(block) + 1);
  const head = bytesOf({ ...document, blocks: [] });
  if (head + total(bytes) <= maxBytes) return document;
  let left = maxBytes - head - bytesOf(cutAfter(document.blocks.length));
  const kept = document.blocks.filter((_, index) => {
    left -= bytes[index] ?? 0;
    return left >= 0;
  });
  return { ...document, blocks: [...kept, cutAfter(document.blocks.length - kept.length)] };
}

function cutAfter(blocks: number): Block {
  const text = `Cut here: the report is too long to be kept, and its last ${blocks} parts are left out.`;
  return { kind: 'text', text: `${text} rounds report with --again makes it whole.` };
}

function bytesOf(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).length;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
