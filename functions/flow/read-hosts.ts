import type { ManagedHost, Page } from '../adapters/ssm.ts';
import type { HostReport } from '../core/invocation.ts';
import { fleetOf, type PageMark, routineOf } from '../core/round.ts';
import { addJoined, addReport } from '../core/tally.ts';
import { keepPage, keptPages } from './host-packs.ts';
import type { Services } from './services.ts';
import { addPack, isLate, isTokenRefused, type UnderWay } from './under-way.ts';

export type LostHost = Extract<HostReport, { kind: 'lost' }>;

/**
 * Adds the hosts that did not answer: those that SSM still has registered are lost; the others, which stay silent, were
 * scaled in or terminated on purpose.
 * @returns where to go on; `undefined` at the end
 */
export async function readHosts(services: Services, under: UnderWay, mark: PageMark): Promise<PageMark | undefined> {
  const { plan, commands, journal } = services;
  const { tally, seen, silent, asked, round } = under;
  const { tags = {} } = fleetOf(plan, routineOf(plan, round.routine)) ?? {};
  // A host that was asked by name cannot have come too late.
  const isListed = !asked && seen.size >= tally.targets;
  for await (const pack of keptPages(services, round, 'hosts', mark.pages)) addPack(under, pack);
  for (const host of asked ?? []) if (!seen.has(host)) silent.set(host, { name: host, lost: notListed });
  if (asked && silent.size === 0) return undefined;
  let reached = mark;
  const pageOf = async ({ entries, next }: Page<ManagedHost>) => {
    const joined = entries.flatMap(({ host, online }) => (isListed && online && !seen.has(host) ? [host] : []));
    const reports = entries.flatMap(({ host, name, online }): LostHost[] => {
      const known = silent.get(host);
      silent.delete(host);
      if (seen.has(host)) return known ? [{ kind: 'lost', host, name: known.name, reason: known.lost }] : [];
      if (!online) return [{ kind: 'lost', host, name, reason: 'SSM has lost the connection to its agent' }];
      return isListed ? [] : [{ kind: 'lost', host, name, reason: notListed }];
    });
    // A host that a later page lists once more is the same host.
    for (const { host } of entries) seen.add(host);
    for (const report of reports) addReport(tally, report);
    for (const host of joined) addJoined(tally, host);
    const pages = reached.pages + 1;
    await keepPage(services, round, 'hosts', pages, { reports, joined });
    const { next: _before, ...head } = reached;
    reached = { ...head, pages, ...(next && { next }) };
  };
  try {
    for await (const page of commands.hosts(asked ? { hosts: asked } : { tags }, mark.next)) {
      await pageOf(page);
      if (page.next && isLate(services)) return reached;
    }
  } catch (error) {
    // What is known to be bad is told all the same; the tick goes on.
    journal.failure('the registered hosts could not be listed, or what is known of them not be kept', error);
    const { next: _refused, ...head } = mark;
    return isTokenRefused(error) ? { ...head, pages: 0 } : reached;
  }
  return undefined;
}

const notListed = 'SSM lists no answer of it';
