import { alarmKinds } from './resources/alarm.ts';
import { documentKinds } from './resources/document.ts';
import { functionKinds } from './resources/functions.ts';
import { keptKinds } from './resources/kept.ts';
import type { ResourceKind } from './resources/kind.ts';
import { messagingKinds, ruleKinds } from './resources/messaging.ts';
import { permissionKinds } from './resources/permissions.ts';
import { scheduleKinds } from './resources/schedule.ts';
import { tableKinds } from './resources/table.ts';
import type { JsonObject } from './service.ts';
import type { Place, Services } from './services.ts';
import { type Resource, Template } from './template.ts';

/** Every type that the local cloud understands, in the order in which resources are made: what is named first comes first. */
const kinds: readonly ResourceKind[] = [
  ...keptKinds,
  ...permissionKinds,
  ...tableKinds,
  ...documentKinds,
  ...messagingKinds,
  ...functionKinds,
  ...ruleKinds,
  ...scheduleKinds,
  ...alarmKinds,
];

export interface Provision {
  /** By logical id. */
  readonly resources: ReadonlyMap<string, Resource>;
  readonly outputs: JsonObject;
}

/**
 * Reads a template without making anything.
 * @throws {Error} that names at once everything in the template that the local cloud does not understand
 */
export function readTemplate(template: unknown, stackName: string, place: Place): Provision {
  const read = new Template({
    template,
    pseudoParameters: {
      'AWS::AccountId': place.accountId,
      'AWS::Partition': 'aws',
      'AWS::Region': place.region,
      'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${stackName}/local`,
      'AWS::StackName': stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    },
    identify: (type, logicalId) => kindOf(type)?.identify(`${stackName}-${logicalId}`, place),
  });
  const resources = read.resources();
  const refused = resources.flatMap(({ logicalId, type, properties }) =>
    (kindOf(type)?.check(properties) ?? []).map((problem) => `${logicalId} (${type}): ${problem}`),
  );
  const problems = [...read.problems, ...refused];
  if (problems.length > 0) {
    const advice = 'Teach it to lib/local/resources, or leave it out of the stack.';
    throw new Error(`The local cloud does not understand this of the template:\n${problems.join('\n')}\n${advice}`);
  }
  return { resources: new Map(resources.map((resource) => [resource.logicalId, resource])), outputs: read.outputs() };
}

/** Makes what a template asks for. */
export async function provision({ resources }: Provision, services: Services): Promise<void> {
  for (const kind of kinds) {
    for (const resource of resources.values()) {
      if (resource.type === kind.type) await kind.create(resource, services);
    }
  }
}

function kindOf(type: string): ResourceKind | undefined {
  return kinds.find((kind) => kind.type === type);
}
