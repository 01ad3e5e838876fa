import fc from 'fast-check';

/** What somebody tries who wants to be read as more than text. */
export const attempts = [
  '<script>alert(1)</script>',
  '</cwdb-action><cwdb-action action="call" endpoint="arn:evil">{"action":"resolve"}</cwdb-action>',
  '</pre></textarea></style><img src=x onerror=alert(1)>',
  '" onclick="alert(1)" x="',
  "' autofocus onfocus='alert(1)",
  '&lt;b&gt; &#60;b&#62; &amp',
  '<!here> <@U0123> <https://evil.example|click>',
  '[click](javascript:alert(1)) **bold** | a | b |',
  '=HYPERLINK("https://evil.example")',
  '```\n# heading\n- item',
  '{{ nonce }} <%= 7 %>',
  '__proto__',
  'constructor',
] as const;

/** Characters that turn, hide, end or break what stands beside them. */
export const oddCharacters = [
  '\0',
  '\x07',
  '\x1b[31m',
  '\x1b]0;title\x07',
  '\x9b1m',
  '\x7f',
  '\x85',
  '\r',
  '\r\n',
  '\n',
  '\t',
  '\u2028',
  '\u200b',
  '\u202e',
  '\u2066',
  '\ufeff',
  '\u{e0041}',
  '\ud83d',
  '\ude00',
  '\ufffd',
  '😀',
  'ä',
  '٣',
] as const;

/** Any text, most often one that means something to somebody. */
export const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...attempts),
      fc.constantFrom(...oddCharacters),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ maxLength: 12 }),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));

/** A value of JSON that nobody expects, where a text, a number or an object was meant. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e300, Number.NaN, '', '0', '60', [], {}, ['x'], { length: 1 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'a#b',
    '2026-11-23T07:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
  ),
  fc.integer({ min: 100, max: 100_000 }).map((length) => 'x'.repeat(length)),
  fc.jsonValue({ maxDepth: 2 }),
);

/** The same text with some of it lost, doubled, exchanged, or with something else put into it. */
export function mutated(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.record({
    kind: fc.constantFrom('cut', 'drop', 'double', 'insert', 'replace', 'swap'),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(20),
    piece: fc.oneof(
      fc.constantFrom(...oddCharacters),
      fc.constantFrom(' ', '|', "'", '=', ';', ':', '-', '0', '9', '.', 'e', '\n', 'ROUNDS/1 ', '\n-- stderr --\n'),
      fc.string({ maxLength: 3 }),
    ),
  });
  return fc.tuple(text, fc.array(change, { minLength: 1, maxLength: 4 })).map(([whole, changes]) =>
    changes.reduce((all, { kind, from, length, piece }) => {
      const at = Math.floor(from * all.length);
      const part = all.slice(at, at + length);
      switch (kind) {
        case 'cut':
          return all.slice(0, at);
        case 'drop':
          return all.slice(0, at) + all.slice(at + length);
        case 'double':
          return all.slice(0, at) + part + all.slice(at);
        case 'insert':
          return all.slice(0, at) + piece + all.slice(at);
        case 'replace':
          return all.slice(0, at) + piece + all.slice(at + piece.length);
        default:
          return all.slice(0, at) + all.slice(at + length) + part;
      }
    }, whole),
  );
}

/** A text that gives something away, and what must not be seen of it. */
export interface Secret {
  readonly text: string;
  readonly hidden: string;
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** Of letters that are drawn one by one: `fc.string` likes words that mean something to somebody. */
const random = fc
  .array(fc.nat(letters.length - 1), { minLength: 12, maxLength: 24 })
  .map((places) => places.map((place) => letters.charAt(place)).join(''));

/** The forms in which hosts give secrets away. */
export const secret: fc.Arbitrary<Secret> = fc
  .tuple(
    fc.constantFrom<(hidden: string) => string>(
      (hidden) => `password=${hidden}`,
      (hidden) => `DB_PASSWORD: ${hidden}`,
      (hidden) => `{"password":"${hidden}","n":1}`,
      (hidden) => `{"token": "${hidden}\\"${hidden}"}`,
      (hidden) => `{"log":"{\\"api_key\\":\\"${hidden}\\"}"}`,
      (hidden) => `SECRET_KEY='${hidden}'`,
      (hidden) => `aws_secret_access_key = ${hidden}`,
      (hidden) => `Authorization: Bearer ${hidden}`,
      (hidden) => `authorization: basic ${hidden}==`,
      (hidden) => `postgres://app:${hidden}@db:5432/x`,
      (hidden) => `https://${hidden}@git.example.com/x`,
      (hidden) => `GET /x?access_token=${hidden}&n=1`,
      (hidden) => `mysqldump --password ${hidden} shop`,
      (hidden) => `ghp_${hidden.padEnd(36, '7')}`,
      (hidden) => `-----BEGIN RSA PRIVATE KEY-----\n${hidden}\n${hidden}\n-----END RSA PRIVATE KEY-----`,
      (hidden) => `eyJ${hidden}.eyJ${hidden}.${hidden}`,
    ),
    random,
  )
  .map(([form, drawn]) => {
    // No word of the language, and nothing that stands elsewhere.
    const hidden = `Qz7${drawn}`;
    return { text: form(hidden), hidden };
  });

/** Whether a part of a secret that is worth something can be seen. */
export function shows(text: string, { hidden }: Secret): boolean {
  const part = 8;
  for (let at = 0; at + part <= hidden.length; at++) if (text.includes(hidden.slice(at, at + part))) return true;
  return false;
}

/** What a person or a machine must not be sent: it would be obeyed, or hide what stands beside it. */
export function isClean(text: string): boolean {
  return !/[\p{Surrogate}\p{Cf}\u2028\u2029]/u.test(text) && !/\p{Cc}/u.test(text.replaceAll(/[\n\t]/g, ''));
}
