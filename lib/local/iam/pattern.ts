/** A text of a policy with its wildcards, compiled once. */
export interface Pattern {
  /** As it stands in the policy. */
  readonly text: string;
  matches(value: string): boolean;
}

/** `*` is any number of characters, `?` one; everything else stands for itself. */
export function likePattern(text: string): Pattern {
  return compiled(text, source(text, '.'));
}

/** Only itself. */
export function equalPattern(text: string): Pattern {
  return { text, matches: (value) => value === text };
}

/** An action, whose letters may be of either case. There are few of them, and many hosts for one: answers are kept. */
export function actionPattern(text: string): Pattern {
  const lower = likePattern(text.toLowerCase());
  const answers = new Map<string, boolean>();
  return {
    text,
    matches(value) {
      const answer = answers.get(value) ?? lower.matches(value.toLowerCase());
      answers.set(value, answer);
      return answer;
    },
  };
}

/** Parts of an ARN before the resource itself, which alone may hold colons. */
const arnHead = 5;

/**
 * An ARN, whose parts are matched one by one: a wildcard before the last colon does not reach beyond its part.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function arnPattern(text: string): Pattern {
  if (text === '*') return likePattern(text);
  const parts = text.split(':');
  const head = parts.slice(0, arnHead).map((part) => source(part, '[^:]'));
  const resource = source(parts.slice(arnHead).join(':'), '.');
  return compiled(text, [...head, resource].join(':'));
}

function compiled(text: string, expression: string): Pattern {
  if (text === '*') return { text, matches: () => true };
  if (!/[*?]/.test(text)) return equalPattern(text);
  const pattern = new RegExp(`^${expression}$`, 's');
  return { text, matches: (value) => pattern.test(value) };
}

function source(text: string, any: string): string {
  return text.replace(/[\\^$.|+()[\]{}*?]/g, (character) => {
    if (character === '*') return `${any}*`;
    return character === '?' ? any : `\\${character}`;
  });
}
