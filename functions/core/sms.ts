/**
 * Display name of the contacts' topics: SNS puts it in capitals, with `> `, before the text of every SMS, and shows it
 * as the sender of an email. At most 10 characters.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-topic.html
 */
export const displayName = 'Rounds';

/** Characters of one SMS part in the GSM 03.38 alphabet: https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html */
const partCharacters = 160;

/** What is left of it for us. */
export const smsLimit = partCharacters - `${displayName}> `.length;

const gsmBasic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** One character outside this alphabet halves the message to 70 characters, so each is replaced by its likeness. */
const likenesses: Readonly<Record<string, string>> = {
  '[': '(',
  ']': ')',
  '{': '(',
  '}': ')',
  '~': '-',
  '|': '/',
  '\\': '/',
  '^': '"',
  '`': "'",
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '.',
  '€': 'EUR',
  '\t': ' ',
};

/** The text in one SMS: GSM characters only, at most `smsLimit` of them, cut with two dots before its ending. */
export function smsText(text: string, ending = ''): string {
  const gsm = gsmText(text);
  const kept = ending === '' ? '' : ` ${gsmText(ending)}`;
  const limit = smsLimit - kept.length;
  return (gsm.length <= limit ? gsm : `${gsm.slice(0, limit - 2).trimEnd()}..`) + kept;
}

function gsmText(text: string): string {
  return [...text].map(gsmCharacter).join('').replaceAll(/\s+/g, ' ').trim();
}

function gsmCharacter(character: string): string {
  if (gsmBasic.includes(character)) return character;
  const likeness = likenesses[character];
  if (likeness) return likeness;
  const base = character.normalize('NFKD').charAt(0);
  return gsmBasic.includes(base) ? base : '?';
}
