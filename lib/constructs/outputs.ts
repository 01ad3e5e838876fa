import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { RoundsDashboard } from './dashboard.ts';
import type { RoundsTable } from './table.ts';

export interface OutputsProps {
  readonly dashboard: RoundsDashboard;
  readonly console: IFunction;
  readonly act: IFunction;
  readonly table: RoundsTable;
  readonly watchTopic: ITopic;
  readonly deadLetters: IQueue;
  readonly dispatch: IFunction;
  /** The routine that the command shows as its example. */
  readonly routine: string;
}

/** Prints, at the end of a deployment, what its operator needs next. */
export function addOutputs(
  stack: Stack,
  { dashboard, console, act, table, watchTopic, deadLetters, dispatch, routine }: OutputsProps,
): void {
  const output = (id: string, value: string, description: string) => new CfnOutput(stack, id, { value, description });
  output('DashboardUrl', dashboard.url, 'What is wrong and what is to be done, hosts, and the health of Rounds itself');
  output(
    'ConsoleFunctionName',
    console.functionName,
    'Draws the widgets of the dashboard: who looks at it needs lambda:InvokeFunction on this one',
  );
  output(
    'ActFunctionName',
    act.functionName,
    'Does what the buttons of the dashboard ask for: only who may acknowledge and sign off should be allowed to invoke it',
  );
  output(
    'UnconfirmedSubscriptions',
    `aws sns list-subscriptions --region ${stack.region} --query "Subscriptions[?SubscriptionArn=='PendingConfirmation'].Endpoint"`,
    'Every email and HTTPS address has been asked to confirm and is told NOTHING until it has. This lists who has not',
  );
  output('TableName', table.tableName, 'Rounds, results, alerts and incidents; kept when the stack is deleted');
  output(
    'WatchTopicArn',
    watchTopic.topicArn,
    'Tells the watchers that Rounds itself fails; subscribe whoever else should know',
  );
  const payload = `{"routine":"${routine}","slot":"'$(date -u +%FT%TZ)'","requestedBy":"'$USER'"}`;
  output(
    'RunARound',
    `aws lambda invoke --region ${stack.region} --function-name ${dispatch.functionName} --cli-binary-format raw-in-base64-out --payload '${payload}' /dev/stdout`,
    'Runs a round now, on any day: the way to try a new deployment',
  );
  output('DeadLettersUrl', deadLetters.queueUrl, 'What could not be delivered; empty as long as all is well');
}
