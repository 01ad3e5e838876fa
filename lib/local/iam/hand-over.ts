import type { Target } from '../targets.ts';
import type { LocalIam, Principal } from './local-iam.ts';

/** What it takes to hand something to a resource, by the service in its ARN. */
const handOverActions: Readonly<Record<string, string>> = {
  sqs: 'sqs:SendMessage',
  lambda: 'lambda:InvokeFunction',
  sns: 'sns:Publish',
};

export interface HandOver {
  readonly iam: LocalIam;
  /** Who hands over. */
  readonly principal: Principal;
  /** ARN of the target. */
  readonly arn: string;
  readonly target: Target;
  /**
   * Takes what may not be handed over.
   *
   * @default - it is lost; only `LocalIam.refusals` tells, as AWS tells nobody but its metrics
   */
  readonly otherwise?: Target | undefined;
}

/** A target that takes only what IAM lets through: asked each time, since that is when AWS asks. */
export function handedOver({ iam, principal, arn, target, otherwise }: HandOver): Target {
  const action = handOverActions[arn.split(':')[2] ?? ''];
  if (action === undefined) throw new Error(`the local cloud does not know what it takes to hand something to ${arn}`);
  return (payload) => {
    if (iam.allows(principal, { action, resource: arn })) target(payload);
    else otherwise?.(payload);
  };
}
