import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { BoundedBytes, combinedOutput, streamText } from '../../../lib/local/agent/output.ts';

const out = (length: number): Buffer => Buffer.alloc(length, 'o');
const err = (length: number): Buffer => Buffer.alloc(length, 'e');
const title = '\n----------ERROR-------\n';

describe('both streams in 2,500 bytes', () => {
  it.each([
    { title: 'both fit', stdout: 1_800, stderr: 300, shape: [1_800, 300], marks: [] },
    { title: 'stdout alone just fits', stdout: 2_499, stderr: 0, shape: [2_499, 0], marks: [] },
    { title: 'stdout alone is cut', stdout: 2_500, stderr: 0, shape: [2_477, 0], marks: ['Output'] },
    {
      title: 'long stdout gives way to short stderr',
      stdout: 24_000,
      stderr: 100,
      shape: [2_353, 100],
      marks: ['Output'],
    },
    {
      title: 'long stderr gives way to short stdout',
      stdout: 100,
      stderr: 8_000,
      shape: [100, 2_353],
      marks: ['Error'],
    },
    { title: 'both are long', stdout: 24_000, stderr: 8_000, shape: [1_215, 1_215], marks: ['Output', 'Error'] },
  ])('$title', ({ stdout, stderr, shape, marks }) => {
    const text = combinedOutput(out(stdout), err(stderr));
    expect(text.length).toBeLessThanOrEqual(2_500);
    expect([/^o*/.exec(text)?.[0].length, /e+(?=$|\n---Error)/.exec(text)?.[0].length ?? 0]).toEqual(shape);
    expect([...text.matchAll(/---(Output|Error) truncated-/g)].map(([, mark]) => mark)).toEqual(marks);
    expect(text.includes(title)).toBe(stderr > 0);
  });

  it('turns bytes that are no UTF-8 into marks instead of failing', () => {
    expect(combinedOutput(Buffer.from([0x61, 0xff, 0x62]), Buffer.alloc(0))).toBe('a\ufffdb');
  });
});

it('cuts a stream at its limit, mark included', () => {
  expect(streamText(out(23_999), 24_000)).toHaveLength(23_999);
  expect(streamText(out(24_000), 24_000)).toMatch(/^o{23980}--output truncated--$/);
});

describe('a stream that is fed more than its limit', () => {
  it('keeps the first bytes', () => {
    const kept = new BoundedBytes(5);
    for (const part of ['abc', 'def', 'ghi']) kept.add(Buffer.from(part));
    expect(kept.bytes().toString()).toBe('abcde');
  });

  it('holds nothing of what comes later in memory', async () => {
    const kept = new BoundedBytes(5);
    kept.add(Buffer.from('abcde'));
    const later = feed(kept, Buffer.alloc(1_000_000));
    // A reference made in a turn of the event loop stays until its end.
    await new Promise(setImmediate);
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    expect(later.deref()).toBeUndefined();
    expect(kept.bytes()).toHaveLength(5);
  });
});

/** Feeds a chunk, and afterwards knows only whether its memory is still there. */
function feed(kept: BoundedBytes, chunk: Buffer): WeakRef<ArrayBufferLike> {
  kept.add(chunk);
  return new WeakRef(chunk.buffer);
}
