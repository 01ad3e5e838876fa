import { type Html, html } from '../core/html.ts';
import type { RecordServices } from './services.ts';
import { EventError } from './widget-event.ts';

/**
 * Answers CloudWatch with HTML: what was asked for, or what is wrong with the question.
 * @throws {Error} when Rounds itself could not answer, so that its alarm goes off. The reader sees the message, and of
 * where it happened nothing: that stands in the log
 */
export async function answerWidget(
  { journal }: Pick<RecordServices, 'journal'>,
  answer: () => Promise<Html | string>,
): Promise<string> {
  try {
    return textOf(await answer());
  } catch (error) {
    if (error instanceof EventError) {
      journal.info('an event was refused', { reason: error.message });
      return textOf(html`<p role="alert"><b>This could not be understood.</b> ${error.message}</p>`);
    }
    journal.failure('a widget could not be answered', error);
    const shown = new Error('Rounds could not answer: see the log of this function for why. Try again.');
    shown.stack = '';
    throw shown;
  }
}

function textOf(answer: Html | string): string {
  return typeof answer === 'string' ? answer : answer.html;
}
