import { type HostPack, packsOf, type Told } from '../core/host-pack.ts';
import type { PackedList, RunningRound } from '../core/round.ts';
import { packKey } from './keys.ts';
import { expiry, type Services } from './services.ts';

/** Packs that are in memory at one time: those of 5,000 hosts. */
const packsAtOnce = 100;

/** Sorts after every part of a page: halves of 50 hosts are fewer. */
const lastPart = 99;

/** Keeps what a page has told, in place of what an earlier reading has found on it. */
export async function keepPage(
  { table, now }: Services,
  round: RunningRound,
  list: PackedList,
  page: number,
  told: Told,
): Promise<void> {
  const packs = packsOf(told);
  const isEmpty = packs.every(({ hosts, silent, joined }) => Object.keys(hosts).length === 0 && !silent && !joined);
  if (isEmpty) return;
  const items = packs.map((body, part) => ({ ...packKey(round, list, page, part), body }));
  await table.putAll(items, { ...expiry({ now }), packed: true });
}

/** The packs of the first pages of a list, in their order. */
export async function* keptPages(
  { table }: Services,
  round: RunningRound,
  list: PackedList,
  pages: number,
): AsyncGenerator<HostPack> {
  if (pages === 0) return;
  const { pk, sk } = packKey(round, list, 1);
  const { sk: to } = packKey(round, list, pages, lastPart);
  let from = sk;
  for (;;) {
    const items = await table.query<HostPack>({ pk, from, to, limit: packsAtOnce, isWhole: true });
    for (const { body } of items) yield body;
    const last = items.at(-1);
    if (!last || items.length < packsAtOnce) return;
    // The least key after it.
    from = `${last.sk} `;
  }
}
