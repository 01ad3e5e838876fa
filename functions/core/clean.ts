/** Stands where something was cut away. */
export const ellipsis = '…';

/** Escape sequences of terminals: OSC with its terminator (titles, links), then CSI (colours, cursor), then the short ones. */
const escapeSequences =
  /(?:\x1b\]|\x9d)[^\x07\x1b\x9c\x9d\n]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]/g;

/** C0 and C1 without line feed and tab. */
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * Text from a host, safe to store and to show: no escape sequences, control characters, or characters that are
 * invisible or turn the direction of writing (Unicode's Cf); line ends are `\n`; what is no character is U+FFFD.
 * At most `maxCharacters` code points, the last of them `…` where text was cut. Linear in the length of the text.
 */
export function cleanText(text: string, maxCharacters: number): string {
  const clean = text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(escapeSequences, '')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(controls, '')
    .replace(/\p{Cf}/gu, '');
  // Code points are never more than code units: most texts need no count.
  if (clean.length <= maxCharacters) return clean;
  const characters = Array.from(clean);
  if (characters.length <= maxCharacters) return clean;
  return maxCharacters < 1 ? '' : characters.slice(0, maxCharacters - 1).join('') + ellipsis;
}

const mark = '[redacted]';

/**
 * Secrets by their form. Every pattern starts at a fixed word or at the start of a run of its own characters, so that
 * no text makes one of them slower than linear.
 */
const secrets: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // A key whose end was cut away is one to the end of the text.
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:(?!-----END )[\s\S])*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g, mark],
  // JSON web tokens.
  [/(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, mark],
  // AWS access key ids.
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, mark],
  // The user part of a URL, with its password.
  [/:\/\/[^\s/?#]*@/g, `://${mark}@`],
  // A header, also of an object of JSON within a text of JSON.
  [
    /\b(authorization\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3}["']?(?:basic|bearer|token|apikey)\s{1,3})[^\s"',;\\]+/gi,
    `$1${mark}`,
  ],
  // Elsewhere "basic" and "bearer" are words of the language: what follows must not look like one.
  [/\b([Bb]earer|BEARER|[Bb]asic|BASIC) (?![A-Za-z]?[a-z]*(?:[^\w+/=~-]|$))[\w.~+/=-]{6,}/g, `$1 ${mark}`],
  // Tokens of GitHub, GitLab, Slack and Stripe.
  [/\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|[rs]k_live_)[\w-]{10,}/g, mark],
  // Whatever is called so and has a value: up to its closing quote, which one after a backslash is not.
  [
    /((?:password|passwd|pwd|passphrase|[_-]pass|token|(?:api|access|secret|private|signing|encryption)[_-]?key|secret)\\{0,3}["']?\s{0,3}[=:]\s{0,3})(?:\[redacted\]|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\\{1,3}"[^"\n]*"?|[^\s"'][^\s,;&]*)/gi,
    `$1${mark}`,
  ],
  // Arguments of a program, in a list of processes.
  [
    /(--(?:password|passwd|passphrase|token|secret|api-?key|access-?key)\s{1,3})(?:"[^"\n]*"?|'[^'\n]*'?|[^\s"'-]\S*)/gi,
    `$1${mark}`,
  ],
];

/** The text with everything that looks like a secret (keys, tokens, passwords, credentials in URLs) as `[redacted]`. */
export function redact(text: string): string {
  return secrets.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
}

/**
 * The same of secrets with a space or a line end in them, such as a private key: whoever then reads line by line, or word
 * by word, would not know one. Up to the next bar, with which performance data begins, unless it stands in quotes.
 */
export function redactPhrases(text: string): string {
  return secrets.reduce((redacted, [pattern, replacement]) => {
    return redacted.replace(pattern, (found) => {
      const bar = found.indexOf('|');
      const phrase = bar === -1 ? found : found.slice(0, bar);
      const isQuoted = /["'][^"']*$/.test(phrase) && /["']$/.test(found);
      if (isQuoted && phrase !== found) return `${found.replace(pattern, replacement)}|`;
      return /\s/.test(phrase) ? phrase.replace(pattern, replacement) + found.slice(phrase.length) : found;
    });
  }, text);
}
