import type { LocalCloud } from '../../../lib/local/cloud.ts';
import type { JsonObject } from '../../../lib/local/service.ts';

/** Changes from now on what SSM answers to an operation, on the way to whoever has asked. */
export function changeAnswers(
  { ssm }: LocalCloud,
  operation: string,
  change: (answer: JsonObject) => JsonObject,
): void {
  const handle = ssm.handle.bind(ssm);
  ssm.handle = async (asked, input) => {
    const answer = await handle(asked, input);
    return asked === operation ? change(answer) : answer;
  };
}

/** Changes what SSM lists of each host. */
export function changeInvocations(cloud: LocalCloud, change: (invocation: JsonObject) => JsonObject): void {
  changeAnswers(cloud, 'ListCommandInvocations', ({ CommandInvocations, ...rest }) => ({
    ...rest,
    CommandInvocations: (CommandInvocations as readonly JsonObject[]).map(change),
  }));
}

/** The number of a simulated host, by its id. */
export function numberOf({ InstanceId }: JsonObject): number {
  return Number.parseInt(String(InstanceId).slice('i-'.length), 16);
}
