import { expect, test } from 'vitest';
import { didYouMean } from '../../../lib/runbook/nearest.ts';

const known = ['fossawork', 'gold-escrow', 'disk', 'disk-io'];

test.each([
  ['fosawork', 'fossawork'],
  ['fossawrok', 'fossawork'],
  ['fossa', 'fossawork'],
  ['gold_escrow', 'gold-escrow'],
  ['disc', 'disk'],
  ['diks', 'disk'],
  ['disk-oi', 'disk-io'],
])('%s may have been meant for %s', (written, meant) => {
  expect(didYouMean(written, known)).toBe(` Did you mean '${meant}'?`);
});

test.each(['memory', 'x', '', 'goldfish'])('%j is like none of them', (written) => {
  expect(didYouMean(written, known)).toBe('');
});
