import { ServiceFailure } from '../adapters/adapter-error.ts';
import { checksParameter, nonceParameter } from '../contract.ts';
import {
  askedOf,
  commandComment,
  deliverySeconds,
  fleetOf,
  roundName,
  routineOf,
  runsOnHosts,
  type SendingRound,
} from '../core/round.ts';
import type { Services } from './services.ts';

/**
 * Sends the command of a round.
 * @param hosts ids of the hosts to ask; none for the whole fleet
 * @returns the command's id, or why there is none; `undefined` where a remedy has no host left
 */
export async function sendCommand(
  services: Services,
  round: SendingRound,
  hosts = round.recheck?.hosts ?? [],
): Promise<string | ServiceFailure | undefined> {
  const { plan, commands } = services;
  const { routine, nonce, recheck } = round;
  const planned = routineOf(plan, routine);
  const { tags = {} } = fleetOf(plan, planned) ?? {};
  // Those that this deployment still has: its document knows no other.
  const asked = askedOf(plan, planned, recheck).map(([id]) => id);
  const checks = recheck && { [checksParameter.name]: asked.join(' ') };
  try {
    return await commands.send({
      document: documentOf(services, routine),
      to: hosts.length > 0 ? { hosts } : { tags },
      parameters: { [nonceParameter.name]: nonce, ...checks },
      comment: commandComment(plan, round),
      deliverySeconds,
    });
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    if (hosts.length === 0 || error.retryable) return error;
    // One host that is gone, or retagged, makes SSM refuse the others with it: the tags find those that are there.
    if (!recheck?.remedies) return sendCommand(services, round, []);
    // What changes something is run on no host that was not named.
    const there = await onlineOf(services, hosts);
    if (there.length === 0) return undefined;
    return there.length < hosts.length ? sendCommand(services, round, there) : error;
  }
}

async function onlineOf({ commands }: Services, hosts: readonly string[]): Promise<readonly string[]> {
  const there: string[] = [];
  for await (const { entries } of commands.hosts({ hosts })) {
    for (const { host, online } of entries) if (online) there.push(host);
  }
  return there;
}

/** The command of a round, where it was sent and its answer got lost. Once it is too late it need not be known for sure. */
export async function sentBefore(
  services: Services,
  round: SendingRound,
  isTooLate: boolean,
): Promise<string | undefined> {
  const { plan, commands, journal } = services;
  if (!runsOnHosts(plan, routineOf(plan, round.routine))) return undefined;
  try {
    return await commands.find(commandComment(plan, round), round.requestedAt);
  } catch (error) {
    if (!isTooLate) throw error;
    journal.info('nobody can say whether the command was sent', { round: roundName(round), error: String(error) });
    return undefined;
  }
}

function documentOf({ documents }: Services, routine: string): string {
  const document = documents[routine];
  if (document) return document;
  throw new Error(`The routine '${routine}' has no SSM document in this deployment; deploy the stack again.`);
}
