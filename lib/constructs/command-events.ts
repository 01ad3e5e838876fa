import { Duration, Names, Validations } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface CommandEventsProps {
  /** Names of the documents whose commands matter. */
  readonly documentNames: readonly string[];
  readonly collect: LambdaFunction;
  readonly deadLetters: IQueue;
}

/**
 * Statuses after which nothing more comes. The page spells them with spaces, the API without: SSM's events have been
 * seen with both, so rules match both.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
const failedInvocation = [
  'Failed',
  'TimedOut',
  'Delivery Timed Out',
  'Execution Timed Out',
  'Cancelled',
  'Undeliverable',
  'Terminated',
  'Invalid Platform',
  'Access Denied',
];
const endedCommand = [
  'Success',
  'Failed',
  'TimedOut',
  'Delivery Timed Out',
  'Execution Timed Out',
  'Incomplete',
  'Cancelled',
  'Rate Exceeded',
  'Access Denied',
  'Undeliverable',
  'Terminated',
  'Invalid Platform',
  'No Instances In Tag',
];

/** How often a batch is tried before its messages become dead letters; the tick collects the round in the meantime. */
const attempts = 3;

/**
 * Brings collect to the rounds that moved: when a host fails, without waiting for the slow ones, and when a command has
 * ended. Events are best effort, so nothing depends on one: the tick finds what never came.
 */
export class CommandEvents extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: CommandEventsProps) {
    super(scope, id);
    const { collect, deadLetters } = props;
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.hours(4),
      // Six times the function's time-out, as Lambda recommends: a batch must not come back while it is being worked on.
      visibilityTimeout: Duration.seconds(6 * (collect.timeout?.toSeconds() ?? 0)),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: attempts },
    });
    this.rule('Command', endedCommand, props);
    this.rule('Command Invocation', failedInvocation, props);
    collect.addEventSourceMapping(`SqsEventSource:${Names.nodeUniqueId(this.queue.node)}`, {
      eventSourceArn: this.queue.queueArn,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      // One may wait for another, and the next must not wait for both.
      maxConcurrency: 5,
      reportBatchItemFailures: true,
    });
    // What Lambda reads and deletes messages with; the event source that CDK has would grant more.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-lambda-function-trigger.html
    collect.addToRolePolicy(
      new PolicyStatement({
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        resources: [this.queue.queueArn],
      }),
    );
    Validations.of(collect).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'Lambda offers no destination for an SQS source: the queue moves what fails to the dead letters itself.',
    });
  }

  private rule(
    subject: 'Command' | 'Command Invocation',
    statuses: readonly string[],
    props: CommandEventsProps,
  ): void {
    new Rule(this, `${subject.replace(' ', '')}Rule`, {
      description: `EC2 ${subject} Status-change Notifications of Rounds' own documents`,
      eventPattern: {
        source: ['aws.ssm'],
        detailType: [`EC2 ${subject} Status-change Notification`],
        detail: { 'document-name': props.documentNames, status: bothSpellings(statuses) },
      },
      targets: [
        new SqsQueue(this.queue, {
          deadLetterQueue: props.deadLetters,
          retryAttempts: 10,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });
  }
}

function bothSpellings(statuses: readonly string[]): string[] {
  return [...new Set(statuses.flatMap((status) => [status, status.replaceAll(' ', '')]))];
}
