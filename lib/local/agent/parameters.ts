import { type CommandDocument, type DocumentParameter, placeholder } from './document.ts';

/** Parameters that do not fit their document. */
export class InvalidParametersError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidParametersError';
  }
}

/**
 * One text for every parameter of the document: what the caller gave, else the default.
 * @throws {InvalidParametersError} for an unknown, missing, repeated or refused value.
 */
export function resolveParameters(
  document: CommandDocument,
  given: Readonly<Record<string, readonly string[]>>,
): Record<string, string> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(document.parameters, name)) {
      const declared = Object.keys(document.parameters).join(', ') || 'none';
      throw new InvalidParametersError(`Parameter ${name} is not one of the document's (${declared}); leave it out.`);
    }
  }
  return Object.fromEntries(
    Object.entries(document.parameters).map(([name, rules]) => [name, checkedValue(name, rules, given[name])]),
  );
}

function checkedValue(name: string, rules: DocumentParameter, given: readonly string[] | undefined): string {
  if (given && given.length !== 1) {
    throw new InvalidParametersError(`Parameter ${name} is a String and takes one value, got ${given.length}.`);
  }
  const value = given?.[0] ?? rules.default;
  if (value === undefined) throw new InvalidParametersError(`Parameter ${name} has no default; give it a value.`);
  if (rules.allowedValues && !rules.allowedValues.includes(value)) {
    throw new InvalidParametersError(
      `Parameter ${name} is "${value}", expected one of: ${rules.allowedValues.join(', ')}.`,
    );
  }
  if (rules.allowedPattern !== undefined && !new RegExp(rules.allowedPattern).test(value)) {
    throw new InvalidParametersError(`Parameter ${name} is "${value}", which does not match ${rules.allowedPattern}.`);
  }
  if (value.length < (rules.minChars ?? 0) || value.length > (rules.maxChars ?? Number.POSITIVE_INFINITY)) {
    const range = `${rules.minChars ?? 0} to ${rules.maxChars ?? 'any number of'}`;
    throw new InvalidParametersError(`Parameter ${name} has ${value.length} characters, expected ${range}.`);
  }
  return value;
}

/** Splices values into text as the agent does: raw, unquoted, and once, so that a value's own braces stay what they are. */
export function substitute(text: string, parameters: Readonly<Record<string, string>>): string {
  return text.replace(placeholder, (_, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value === undefined)
      throw new InvalidParametersError(`{{ ${name} }} has no value; declare and pass the parameter.`);
    return value;
  });
}
