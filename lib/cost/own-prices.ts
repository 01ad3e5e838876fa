import { readFileSync } from 'node:fs';
import { didYouMean } from '../runbook/nearest.ts';
import { type PriceId, type Prices, prices } from './prices.ts';

const example = 'Write for example { "smsParts": 0.08 }.';

/**
 * The table of prices with some of a file in place: a JSON object of dollars by the names in `prices.ts`, for as many as
 * there. One that is cheaper beyond a number costs the same for all then.
 * @throws {Error} that says what of the file cannot be meant
 */
export function withOwnPrices(file: string): Prices {
  const own = readOwn(file);
  const changed: Partial<Record<PriceId, Prices[PriceId]>> = {};
  for (const [id, dollars] of Object.entries(own)) {
    if (!isPrice(id)) {
      const known = Object.keys(prices);
      const expected = `one of ${known.join(', ')}.${didYouMean(id, known)}`;
      throw new Error(`--prices ${file}: got the price "${id}"; expected ${expected}`);
    }
    if (typeof dollars !== 'number' || !(dollars >= 0) || !Number.isFinite(dollars)) {
      const got = JSON.stringify(dollars);
      throw new Error(`--prices ${file}: got ${got} for ${id}; expected dollars, 0 or more. ${example}`);
    }
    const { beyond: _cheaper, ...price }: Prices[PriceId] = prices[id];
    changed[id] = { ...price, dollars };
  }
  return { ...prices, ...changed };
}

function isPrice(id: string): id is PriceId {
  return Object.hasOwn(prices, id);
}

function readOwn(file: string): object {
  const problem = (got: string) => new Error(`--prices ${file}: got ${got}; expected a JSON object. ${example}`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw problem(error instanceof Error ? error.message : String(error));
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below, as of all else that is no object.
  }
  throw problem('something else');
}
