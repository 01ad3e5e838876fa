import { type JsonObject, ServiceError } from '../service.ts';
import type { Place } from '../services.ts';
import type { HostSource } from '../ssm/host.ts';
import { cloudwatchRequests } from './cloudwatch-requests.ts';
import type { AccessRequest, Decision } from './decide.ts';
import { dynamodbRequests, type TableKeys } from './dynamodb-requests.ts';
import type { LocalIam, Principal } from './local-iam.ts';
import { snsRequests } from './sns-requests.ts';
import { ssmRequests } from './ssm-requests.ts';

/** A call of a function, as the gateway has read it. */
export interface AuthorizedCall {
  /** Signing name: `ssm`, `dynamodb`, `sns`, `monitoring`. */
  readonly service: string;
  readonly operation: string;
  readonly input: JsonObject;
}

/** What is to be known of the cloud to say what a call is about. */
export interface CallSurroundings {
  readonly iam: LocalIam;
  readonly place: Place;
  readonly hosts: HostSource;
  /** By the table's name. */
  readonly tableKeys: ReadonlyMap<string, TableKeys>;
  /** ARN of the key of each encrypted topic, by the topic's ARN. */
  readonly topicKeys: ReadonlyMap<string, string>;
}

/** @throws {ServiceError} in the service's own words, when one of the things that the call asks for is not allowed */
export type AuthorizeCall = (principal: Extract<Principal, { kind: 'role' }>, call: AuthorizedCall) => void;

export function callAuthorizer({ iam, place, hosts, tableKeys, topicKeys }: CallSurroundings): AuthorizeCall {
  const requestsOf = ({ service, operation, input }: AuthorizedCall): readonly AccessRequest[] | undefined => {
    switch (service) {
      case 'dynamodb':
        return dynamodbRequests(operation, input, tableKeys);
      case 'ssm':
        return ssmRequests(operation, input, place, hosts);
      case 'sns':
        return snsRequests(operation, input, topicKeys);
      case 'monitoring':
        return cloudwatchRequests(operation, input);
      default:
        return undefined;
    }
  };
  return (principal, call) => {
    const requests = requestsOf(call);
    if (requests === undefined) throw unmapped(call);
    for (const request of requests) {
      const decision = iam.decide(principal, request);
      if (!decision.allowed) throw refusal(call.service, request, userText(principal, place, request, decision));
    }
  };
}

function unmapped({ service, operation }: AuthorizedCall): ServiceError {
  const message = `The local cloud does not know what ${service} ${operation} asks of IAM; teach it to lib/local/iam.`;
  return new ServiceError('AccessDeniedException', message);
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function userText(
  { role, session }: Extract<Principal, { kind: 'role' }>,
  { accountId }: Place,
  { action, resource }: AccessRequest,
  decision: Decision,
): string {
  const user = `arn:aws:sts::${accountId}:assumed-role/${role.split('/').at(-1)}/${session}`;
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  const why =
    !decision.allowed && decision.reason === 'explicit-deny'
      ? `with an explicit deny in ${decision.by.statement.principals ? 'a resource' : 'an identity'}-based policy`
      : `because no identity-based policy allows the ${action} action`;
  return `User: ${user} is not authorized to perform: ${action}${on} ${why}`;
}

/** The code differs by service, and for a key by who uses it. */
function refusal(service: string, { action }: AccessRequest, message: string): ServiceError {
  if (action.startsWith('kms:')) return new ServiceError('KMSAccessDenied', message);
  switch (service) {
    case 'sns':
      return new ServiceError('AuthorizationError', message, 403);
    case 'monitoring':
      return new ServiceError('AccessDenied', message, 403);
    default:
      return new ServiceError('AccessDeniedException', message);
  }
}
