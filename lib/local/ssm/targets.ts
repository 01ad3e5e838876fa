import { ServiceError } from '../service.ts';
import type { Host } from './host.ts';

export interface TargetInput {
  readonly InstanceIds: readonly string[];
  readonly Targets: readonly { readonly Key: string; readonly Values: readonly string[] }[];
}

/**
 * The hosts that a command goes to: of the tagged ones those that are connected, in the inventory's order.
 * @throws {ServiceError} when neither or both kinds of target are given, or one that cannot be resolved.
 */
export function resolveTargets({ InstanceIds, Targets }: TargetInput, inventory: readonly Host[]): readonly Host[] {
  if (InstanceIds.length > 0 === Targets.length > 0) {
    const given = Targets.length > 0 ? 'both' : 'neither';
    throw new ServiceError(
      'ValidationException',
      `SendCommand takes InstanceIds or Targets, got ${given}; give one of them.`,
    );
  }
  if (Targets.length > 0) return byTags(Targets, inventory);
  if (new Set(InstanceIds).size < InstanceIds.length) {
    throw new ServiceError('DuplicateInstanceId', `An instance id stands twice in ${InstanceIds.join(', ')}.`);
  }
  return InstanceIds.map((id) => {
    const host = inventory.find((candidate) => candidate.id === id);
    if (!host || host.connection === 'lost') {
      throw new ServiceError('InvalidInstanceId', `Instances [[${id}]] not in a valid state for account 000000000000`);
    }
    return host;
  });
}

function byTags(targets: TargetInput['Targets'], inventory: readonly Host[]): readonly Host[] {
  const wanted = targets.map(({ Key, Values }) => {
    if (!Key.startsWith('tag:')) {
      throw new ServiceError('InvalidTarget', `The target key ${Key} is not served locally, expected tag:KEY.`);
    }
    return { tag: Key.slice('tag:'.length), values: Values };
  });
  return inventory.filter(
    (host) => host.connection !== 'lost' && wanted.every(({ tag, values }) => values.includes(host.tags[tag] ?? '')),
  );
}
