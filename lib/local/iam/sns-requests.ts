import type { JsonObject } from '../service.ts';
import type { AccessRequest } from './decide.ts';
import { keyActions } from './hand-over.ts';

/**
 * What an SNS call asks of IAM. Who publishes to an encrypted topic needs its key as well: SNS uses it in the caller's
 * name.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export function snsRequests(
  operation: string,
  { TopicArn }: JsonObject,
  keys: ReadonlyMap<string, string>,
): readonly AccessRequest[] | undefined {
  const topic = String(TopicArn);
  switch (operation) {
    case 'ListSubscriptionsByTopic':
      return [{ action: 'sns:ListSubscriptionsByTopic', resource: topic }];
    case 'Publish': {
      const key = keys.get(topic);
      const uses = key === undefined ? [] : keyActions;
      return [
        { action: 'sns:Publish', resource: topic },
        ...uses.map((action) => ({ action, resource: String(key), call: 'sns:Publish' })),
      ];
    }
    default:
      return undefined;
  }
}
