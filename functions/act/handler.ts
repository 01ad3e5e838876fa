import type { FunctionContext } from '../contract.ts';
import { act } from '../flow/act.ts';
import { connectRecords } from '../flow/connect-records.ts';
import { answerWidget } from '../flow/widget-answer.ts';

/** Invoked by CloudWatch for whoever presses a button of the console: does it, and draws the widget anew. */
export async function handler(event: unknown, { invokedFunctionArn }: FunctionContext): Promise<string> {
  const services = connectRecords();
  return answerWidget(services, () => act(services, event, invokedFunctionArn));
}
