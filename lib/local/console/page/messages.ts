import type { MessagesAnswer, ShownMessage } from '../wire.ts';
import { clockText } from './format.ts';
import { made } from './view.ts';

/** Every message that was delivered, the newest first, as its endpoint got it. */
export class MessageList {
  readonly #section: HTMLElement;
  readonly #count: HTMLElement;
  readonly #note = made('p', 'note');
  readonly #list = made('ol', 'messages');
  #newest: string | undefined;

  constructor(section: HTMLElement, count: HTMLElement) {
    this.#section = section;
    this.#count = count;
    this.#section.append(this.#note, this.#list);
  }

  show({ count, messages }: MessagesAnswer, timeZone: string): void {
    this.#count.textContent = String(count);
    this.#note.textContent = noteOf(count, messages.length);
    const known = messages.findIndex(({ id }) => id === this.#newest);
    const fresh = known === -1 ? messages : messages.slice(0, known);
    // What stands there stays, so that what somebody reads stays open.
    this.#list.prepend(...fresh.map((message) => messageItem(message, timeZone)));
    this.#newest = messages[0]?.id;
  }
}

function noteOf(count: number, listed: number): string {
  if (count === 0) return 'Nobody was told anything yet.';
  const older = count > listed ? ` The newest ${listed} of ${count} are listed.` : '';
  return `As they were sent; none has left this machine.${older}`;
}

function messageItem({ at, protocol, endpoint, subject, body, failure }: ShownMessage, timeZone: string): HTMLElement {
  const [firstLine = ''] = body.split('\n', 1);
  const summary = made(
    'summary',
    '',
    made('time', '', clockText(at, timeZone)),
    made('span', `protocol ${protocol}`, protocol),
    made('span', 'endpoint', endpoint),
    made('span', 'subject', subject ?? firstLine),
  );
  const problems = failure === undefined ? [] : [made('p', 'problem', failure)];
  return made('li', '', made('details', '', summary, ...problems, made('pre', '', body)));
}
