import { describe, expect, it } from 'vitest';
import type { Block, Document } from '../../../../functions/core/reports/document.ts';
import { limitedDocument } from '../../../../functions/core/reports/document-limit.ts';

const text = (text: string): Block => ({ kind: 'text', text });

const bytesOf = (document: Document) => Buffer.byteLength(JSON.stringify(document));

describe('a document within so many bytes', () => {
  // Two bytes a character in UTF-8, and a line feed is two in JSON.
  const document: Document = { title: 'Größe', blocks: Array.from({ length: 9 }, () => text('ä\n'.repeat(50))) };

  it('stays as it is where it fits, to the byte', () => {
    expect(limitedDocument(document, bytesOf(document) + 1)).toBe(document);
    expect(limitedDocument(document, bytesOf(document) - 1)).not.toBe(document);
  });

  it.each([400, 700, 1_000, 1_500, 2_000])('of %i bytes keeps its first blocks and says how many it lost', (bytes) => {
    const limited = limitedDocument(document, bytes);
    expect(bytesOf(limited)).toBeLessThanOrEqual(bytes);
    expect(bytesOf(limited)).toBeGreaterThan(bytes - 400);
    const kept = limited.blocks.slice(0, -1);
    expect(kept).toEqual(document.blocks.slice(0, kept.length));
    expect(limited.blocks.at(-1)).toMatchObject({ text: expect.stringContaining(`last ${9 - kept.length} parts`) });
  });

  it('loses all that comes after a block that is too long by itself', () => {
    const long = { title: 'Log', blocks: [text('one'), text('x'.repeat(2_000)), text('three')] };
    expect(limitedDocument(long, 1_000).blocks).toEqual([
      text('one'),
      expect.objectContaining({ text: expect.stringContaining('last 2 parts') }),
    ]);
  });
});
