import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environment, metrics } from '../../functions/contract.ts';
import type { Plan } from '../../functions/core/plan.ts';
import { bundle } from './bundle.ts';
import type { CheckDocuments } from './check-documents.ts';
import type { ContactTopics } from './contact-topics.ts';
import { RoundsFunction } from './rounds-function.ts';
import type { RoundsTable } from './table.ts';

export interface FunctionsProps {
  readonly plan: Plan;
  readonly table: RoundsTable;
  readonly documents: CheckDocuments;
  readonly contacts: ContactTopics;
  readonly deadLetters: IQueue;
}

/** Partitions of alerts, of their incidents and of what people have still to be told. */
const telling = ['alert', 'incident', 'incident#*', 'mailbox'];

/**
 * Partitions of `functions/flow/keys.ts` that each function writes, item by item or many at once: dispatch cannot forge a
 * result, and neither it nor collect a silence. The tick writes wherever something can be due, to strike it out.
 */
const written = {
  dispatch: { each: ['round#*', 'slot', 'sign-off', ...telling], many: ['slot'] },
  collect: { each: ['round#*', 'baseline', ...telling], many: ['result#*'] },
  tick: {
    each: ['round#*', 'slot', 'sign-off', 'baseline', 'audit', 'silence', 'report', ...telling],
    many: ['slot', 'result#*'],
  },
} as const;

/** The three functions and what each may do. Only dispatch and the tick can run anything on a host. */
export class Functions extends Construct {
  readonly dispatch: RoundsFunction;
  readonly collect: RoundsFunction;
  readonly tick: RoundsFunction;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const variables = this.variablesFor(props);
    this.dispatch = new RoundsFunction(this, 'Dispatch', {
      description: 'Starts a round: writes it down, then sends its checks to the hosts',
      bundle: bundle('dispatch', props.plan),
      environment: variables,
      timeout: Duration.minutes(1),
      retryAttempts: 2,
      maxEventAge: Duration.minutes(15),
      onFailure: props.deadLetters,
    });
    this.collect = new RoundsFunction(this, 'Collect', {
      description: 'Reads what the hosts answered, judges it, and tells people',
      bundle: bundle('collect', props.plan),
      environment: variables,
      // People wait for it, and it judges every host: a whole processor.
      memory: 1_769,
      timeout: Duration.minutes(3),
      retryAttempts: 2,
      maxEventAge: Duration.minutes(15),
      dropped: 'Events come to it by a queue, which keeps what failed and moves it to the dead letters itself.',
    });
    this.tick = new RoundsFunction(this, 'Tick', {
      description: 'Every minute: does what is owed, and beats the heartbeat',
      bundle: bundle('tick', props.plan),
      environment: variables,
      timeout: Duration.minutes(3),
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    this.grant(props);
  }

  private variablesFor({ table, documents, contacts }: FunctionsProps): Record<string, string> {
    const stack = Stack.of(this);
    return {
      [environment.table]: table.tableName,
      [environment.documents]: stack.toJsonString(documents.names),
      [environment.topics]: contacts.arns,
    };
  }

  private grant({ table, documents, contacts }: FunctionsProps): void {
    for (const name of ['dispatch', 'collect', 'tick'] as const) {
      table.grantRead(this[name]);
      table.grantPut(this[name], written[name].each);
      table.grantPutMany(this[name], written[name].many);
      contacts.grantPublish(this[name]);
      grantMetrics(this[name]);
    }
    for (const sender of [this.dispatch, this.tick]) documents.grantSend(sender);
    table.grantDue(this.tick);
    contacts.grantAudit(this.tick);
    for (const reader of [this.collect, this.tick])
      grantEverywhere(reader, 'ReadCommandsAndHosts', [
        'ssm:ListCommandInvocations',
        'ssm:ListCommands',
        'ssm:DescribeInstanceInformation',
      ]);
    Validations.of(this).acknowledge(
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'ListCommands, ListCommandInvocations and DescribeInstanceInformation take no resource and only read; ' +
          "PutMetricData takes none either and is held to Rounds' namespace by a condition.",
      },
      ...['ec2:<AWS::Region>:<AWS::AccountId>:instance', 'ssm:<AWS::Region>:<AWS::AccountId>:managed-instance'].map(
        (hosts) => ({
          id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:${hosts}/*]`,
          reason: "A fleet is whichever hosts carry its tags today; a condition asks for all of one fleet's tags.",
        }),
      ),
    );
  }
}

/** Actions that AWS lets nobody restrict to a resource. */
function grantEverywhere({ grantPrincipal }: IGrantable, sid: string, actions: string[]): void {
  grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ sid, actions, resources: ['*'] }));
}

/** Lets `grantee` put metrics into Rounds' namespace. */
export function grantMetrics({ grantPrincipal }: IGrantable): void {
  grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      sid: 'OwnMetrics',
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': metrics.namespace } },
    }),
  );
}
