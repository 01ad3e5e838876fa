import { environment, type FunctionContext } from '../contract.ts';
import { connectRecords, variable } from '../flow/connect-records.ts';
import { showConsole } from '../flow/console.ts';
import { answerWidget } from '../flow/widget-answer.ts';

/** Invoked by CloudWatch for whoever looks at the dashboard: draws one widget. Changes nothing. */
export async function handler(event: unknown, { invokedFunctionArn }: FunctionContext): Promise<string> {
  const services = connectRecords();
  const endpoints = { console: invokedFunctionArn, act: variable(process.env, environment.act) };
  return answerWidget(services, () => showConsole(services, event, endpoints));
}
