import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, redact, redactPhrases } from '../../../functions/core/clean.ts';

describe('cleanText', () => {
  it.each<[what: string, text: string, clean: string]>([
    ['colours', '\x1b[1;31mdisk\x1b[0m full', 'disk full'],
    ['a terminal title', '\x1b]0;title\x07text', 'text'],
    ['a terminal link', '\x1b]8;;http://x\x1b\\name\x1b]8;;\x1b\\', 'name'],
    ['an 8-bit escape sequence', '\x9b31mred', 'red'],
    ['an escape sequence that does not end, only its start', '\x1b]0;title\nnext', '0;title\nnext'],
    ['an escape sequence made by removing another', '\x1b\x1b[m[31mx', '[31mx'],
    ['NUL, bell, backspace and delete', 'a\0b\x07c\x08d\x7fe', 'abcde'],
    ['C1 controls', 'a\x85b\x90c', 'abc'],
    ['nothing of tabs and line feeds', 'a\tb\nc', 'a\tb\nc'],
    ['carriage returns', 'a\r\nb\rc', 'a\nb\nc'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a\nb\nc'],
    ['lone surrogates', 'a\ud800b\udc00c', 'a\ufffdb\ufffdc'],
    ['surrogates that would meet', '\ud83d\u200b\ude00', '\ufffd\ufffd'],
    ['bidi controls', 'a\u202egnp.exe\u2066b', 'agnp.exeb'],
    ['zero-width characters', 'pa\u200bss\ufeffwo\u2060rd', 'password'],
    ['nothing of other scripts', 'Größe 磁盘 😀', 'Größe 磁盘 😀'],
  ])('removes %s', (_what, text, clean) => {
    expect(cleanText(text, 100)).toBe(clean);
  });

  it.each<[maxCharacters: number, clean: string]>([
    [5, '😀😀😀😀😀'],
    [4, '😀😀😀…'],
    [1, '…'],
    [0, ''],
  ])('cuts by character to %d', (maxCharacters, clean) => {
    expect(cleanText('😀'.repeat(5), maxCharacters)).toBe(clean);
  });

  const hostile = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\x1b', '\x1b[', '\x1b]', '\x9b', 'm', '\x07', '\r', '\n', '\ud83d', '\ude00', '\u200b'),
      ),
    )
    .map((pieces) => pieces.join(''));

  it('is bounded, well-formed, without controls, and cleans nothing twice', () => {
    fc.assert(
      fc.property(hostile, fc.nat(40), (text, maxCharacters) => {
        const clean = cleanText(text, maxCharacters);
        expect(Array.from(clean).length).toBeLessThanOrEqual(maxCharacters);
        expect(clean).not.toMatch(/[\p{Surrogate}\p{Cf}]/u);
        expect(clean.replace(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
        expect(cleanText(clean, maxCharacters)).toBe(clean);
      }),
    );
  });
});

const key = ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEowIBAAKCAQEA', '-----END RSA PRIVATE KEY-----'];

describe('redact', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P';

  it.each<[text: string, redacted: string]>([
    ['key AKIAIOSFODNN7EXAMPLE used', 'key [redacted] used'],
    ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG', 'aws_secret_access_key = [redacted]'],
    ['DB_PASSWORD=hunter2 failed', 'DB_PASSWORD=[redacted] failed'],
    ['password: "a b c" next', 'password: [redacted] next'],
    ["{'token': 'abc', 'n': 1}", "{'token': [redacted], 'n': 1}"],
    ['{"api_key":"abc","n":1}', '{"api_key":[redacted],"n":1}'],
    ['GET /x?apikey=abc&n=1', 'GET /x?apikey=[redacted]&n=1'],
    ['password="cut off', 'password=[redacted]'],
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [redacted]'],
    ['authorization: bearer secretsecret', 'authorization: bearer [redacted]'],
    ['Authorization: token abc', 'Authorization: token [redacted]'],
    ['{"token":"a\\"b c","n":1}', '{"token":[redacted],"n":1}'],
    ['{"log":"{\\"api_key\\":\\"abc d\\",\\"n\\":1}"}', '{"log":"{\\"api_key\\":[redacted],\\"n\\":1}"}'],
    ["DJANGO_SECRET_KEY='a b'", 'DJANGO_SECRET_KEY=[redacted]'],
    ['DB_PASS=hunter2', 'DB_PASS=[redacted]'],
    ['mysqldump --password hunter2 shop', 'mysqldump --password [redacted] shop'],
    ['cloned with ghp_0123456789abcdefghij', 'cloned with [redacted]'],
    ['sent Bearer abc123def456 to host', 'sent Bearer [redacted] to host'],
    [`jwt ${jwt} end`, 'jwt [redacted] end'],
    ['postgres://user:p@ss@db:5432/x', 'postgres://[redacted]@db:5432/x'],
    ['https://token0123456789@host/x', 'https://[redacted]@host/x'],
    [`before\n${key.join('\n')}\nafter`, 'before\n[redacted]\nafter'],
    [`cut ${key[0]}\n${key[1]}`, 'cut [redacted]'],
  ])('%j', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  it.each([
    'DISK OK - free space: / 80641MiB (77% inode=97%);',
    'basic authentication failed',
    'Basic checks passed; bearer tokens are valid',
    'tokens=12 passwords=3',
    'http://localhost:8000/api/health answered 200',
    'mail to ops@example.com',
    'secretary: present',
    'compass=north; bypass: 3',
    'usage: dump --password --host',
    '-----BEGIN CERTIFICATE-----',
  ])('leaves %j alone', (text) => {
    expect(redact(text)).toBe(text);
  });

  const pieces = fc.constantFrom(
    'password',
    'token',
    'api_key',
    '=',
    ':',
    ' ',
    '"',
    "'",
    ',',
    '\n',
    'x',
    '[redacted]',
    'Bearer ',
    'authorization: basic ',
    'dXNlcjpwYXNz',
    jwt,
    '://',
    '@',
    '/',
    'AKIAIOSFODNN7EXAMPLE',
    ...key,
  );

  it('redacts nothing twice', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 20 }), (parts) => {
        const once = redact(parts.join(''));
        expect(redact(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('redactPhrases', () => {
  it.each<[text: string, redacted: string]>([
    [`disk full\n${key.join('\n')}\nafter`, 'disk full\n[redacted]\nafter'],
    ['fine | Authorization: Basic dXNlcjpwYXNz== x', 'fine | Authorization: Basic [redacted] x'],
    ['password:\n  hunter2 x', 'password:\n  [redacted] x'],
    ['the token: valid|time=1s', 'the token: [redacted]|time=1s'],
    ['failed_password=3 api_key=4', 'failed_password=3 api_key=4'],
  ])('%j', (text, redacted) => {
    expect(redactPhrases(text)).toBe(redacted);
  });
});

describe('hostile text', () => {
  it.each([
    'a',
    ' ',
    '=',
    '"',
    "'",
    '://',
    '://a@',
    '\x1b]',
    '\x1b[',
    '\x1b[0',
    '\x9d;',
    'eyJ',
    'eyJaaaaa.',
    '-eyJ-',
    'password',
    'password=',
    'password="',
    'password="\\\\',
    'password\\\\',
    '--token ',
    'ghp_',
    'token ',
    'Bearer a',
    'Bearer ',
    'authorization: basic ',
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    '-----END ',
    'AKIA',
    '\ud800',
    '\r',
    '\u200b',
  ])('reads much %j in a moment', (piece) => {
    const started = performance.now();
    const text = piece.repeat(100_000 / piece.length);
    cleanText(redact(redactPhrases(text)), 300);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
