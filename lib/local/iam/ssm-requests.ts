import type { JsonObject } from '../service.ts';
import type { Place } from '../services.ts';
import type { Host, HostSource } from '../ssm/host.ts';
import { readInput, sendCommandInput } from '../ssm/input.ts';
import { resolveTargets } from '../ssm/targets.ts';
import type { AccessRequest } from './decide.ts';

/** Actions that know no resource. @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
const withoutResource = [
  'CancelCommand',
  'DescribeInstanceInformation',
  'GetCommandInvocation',
  'ListCommandInvocations',
  'ListCommands',
];

/**
 * What an SSM call asks of IAM. SendCommand asks for the document and for every host that it would run on, each with its
 * tags: one host that is not allowed refuses the whole command (?). AWS documents only the keys and the resources; that is
 * the stricter of what it may do.
 */
export function ssmRequests(
  operation: string,
  input: JsonObject,
  place: Place,
  source: HostSource,
): readonly AccessRequest[] | undefined {
  const action = `ssm:${operation}`;
  if (withoutResource.includes(operation)) return [{ action, resource: '*' }];
  if (operation !== 'SendCommand') return undefined;
  const asked = readInput(sendCommandInput, operation, input);
  const document = `arn:aws:ssm:${place.region}:${place.accountId}:document/${asked.DocumentName}`;
  const hosts = resolveTargets(asked, source.hosts());
  return [{ action, resource: document }, ...hosts.map((host) => hostRequest(action, host, place))];
}

/** Machines that were registered with SSM from elsewhere have ids that begin with `mi-`. */
function hostRequest(action: string, { id, tags }: Host, { region, accountId }: Place): AccessRequest {
  const resource = id.startsWith('mi-')
    ? `arn:aws:ssm:${region}:${accountId}:managed-instance/${id}`
    : `arn:aws:ec2:${region}:${accountId}:instance/${id}`;
  const context = Object.entries(tags).map(([key, value]) => [`ssm:resourceTag/${key}`, [value]]);
  return { action, resource, context: Object.fromEntries(context) };
}
