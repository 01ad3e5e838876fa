import { ServiceError } from './service.ts';

/** Bytes of message and attributes together. @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const maximumBytes = 262_144;

/** Characters of one SMS publish. @see https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-topic.html */
export const maximumSmsCharacters = 1_600;

/** Characters of a topic's display name that phones show. @see https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
const shownDisplayName = 10;

/**
 * What stands before the text of an SMS: the topic's display name in capitals.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-topic.html
 */
export function smsPrefix(displayName: string): string {
  return displayName === '' ? '' : `${displayName.slice(0, shownDisplayName).toUpperCase()}> `;
}

/** Refuses a subject as Publish does: under 100 ASCII characters, no line break or control character. */
export function checkSubject(subject: string): void {
  if (/^[!-~][ -~]{0,98}$/.test(subject)) return;
  throw invalidParameter(`Subject: got ${JSON.stringify(subject)}; expected 1 to 99 printable ASCII characters`);
}

export function checkSize(message: string, attributes: unknown): void {
  const bytes = Buffer.byteLength(message) + Buffer.byteLength(JSON.stringify(attributes));
  if (message !== '' && bytes <= maximumBytes) return;
  throw invalidParameter(`Message: got ${bytes} bytes with attributes; expected 1 to ${maximumBytes}`);
}

/** The texts of `MessageStructure: json`, by protocol. */
export function messagePerProtocol(message: string): Readonly<Record<string, string>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const texts = new Map(Object.entries(parsed as object));
  if (typeof texts.get('default') !== 'string') {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
  return Object.fromEntries([...texts].filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${message}.`);
}
