import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface WatchTopicProps {
  readonly displayName: string;
  /** Of the watchers: who is told when Rounds itself fails. */
  readonly emails: readonly string[];
  readonly deadLetters: IQueue;
}

/**
 * The topic that CloudWatch alarms publish to. It depends on nothing that it has to report: no function of Rounds
 * publishes here, and it is deliberately not encrypted by the contacts' key, whose refusal is one of the failures.
 */
export class WatchTopic extends Topic {
  constructor(scope: Construct, id: string, props: WatchTopicProps) {
    super(scope, id, { displayName: props.displayName, enforceSSL: true });
    for (const email of new Set(props.emails))
      this.addSubscription(new EmailSubscription(email, { deadLetterQueue: props.deadLetters }));
    this.allowAlarms();
  }

  /** Said aloud because `enforceSSL` gives the topic a policy, which takes the place of the one that let alarms in. */
  private allowAlarms(): void {
    const stack = Stack.of(this);
    const alarms = stack.formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { ArnLike: { 'aws:SourceArn': alarms }, StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    );
  }
}
