import type { Target } from '../targets.ts';
import type { LocalIam, Principal } from './local-iam.ts';

/** What it takes to hand something to a resource, by the service in its ARN. */
const handOverActions: Readonly<Record<string, string>> = {
  sqs: 'sqs:SendMessage',
  lambda: 'lambda:InvokeFunction',
  sns: 'sns:Publish',
};

/** What it takes beside that where the resource is encrypted by a key of its own. */
export const keyActions = ['kms:GenerateDataKey', 'kms:Decrypt'] as const;

export interface HandOver {
  readonly iam: LocalIam;
  /** Who hands over. */
  readonly principal: Principal;
  /** ARN of the target. */
  readonly arn: string;
  readonly target: Target;
  /**
   * ARN of the key that encrypts what the target holds: its policy has to let the principal in as well.
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
   */
  readonly key?: string | undefined;
  /**
   * Takes what may not be handed over.
   *
   * @default - it is lost; only `LocalIam.refusals` tells, as AWS tells nobody but its metrics
   */
  readonly otherwise?: Target | undefined;
}

/** A target that takes only what IAM lets through: asked each time, since that is when AWS asks. */
export function handedOver({ iam, principal, arn, target, key, otherwise }: HandOver): Target {
  const action = handOverActions[arn.split(':')[2] ?? ''];
  if (action === undefined) throw new Error(`the local cloud does not know what it takes to hand something to ${arn}`);
  const ofKey = key === undefined ? [] : keyActions.map((each) => ({ action: each, resource: key }));
  const requests = [{ action, resource: arn }, ...ofKey];
  return (payload) => {
    if (requests.every((request) => iam.allows(principal, request))) target(payload);
    else otherwise?.(payload);
  };
}
