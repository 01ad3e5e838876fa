import type { Json, JsonObject } from './service.ts';

/** What a template's references stand for. */
export interface References {
  /** `Ref`: a resource, a parameter or a pseudo parameter; `undefined` for `AWS::NoValue`. */
  ref(name: string): Json | undefined;
  attribute(logicalId: string, attribute: string): Json;
  condition(name: string): boolean;
}

/**
 * Evaluates CloudFormation's intrinsic functions in `value`; what is `AWS::NoValue` is left out.
 * @throws {Error} for a function that the local cloud does not know
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
export function evaluate(value: Json, references: References): Json | undefined {
  if (Array.isArray(value)) {
    return value.map((item) => evaluate(item, references)).filter((item) => item !== undefined);
  }
  if (typeof value !== 'object' || value === null) return value;
  const [name, ...more] = Object.keys(value);
  if (name !== undefined && more.length === 0 && (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::'))) {
    // `Condition` is an intrinsic only where it names a condition; in a policy statement it is an object.
    const argument = (value as JsonObject)[name] ?? null;
    if (name !== 'Condition' || typeof argument === 'string') return call(name, argument, references);
  }
  const members = Object.entries(value).map(([key, inner]): [string, Json | undefined] => [
    key,
    evaluate(inner, references),
  ]);
  return Object.fromEntries(members.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

function call(name: string, argument: Json, references: References): Json | undefined {
  const list = () => listOf(name, evaluate(argument, references));
  switch (name) {
    case 'Ref':
      return references.ref(String(argument));
    case 'Condition':
      return references.condition(String(argument));
    case 'Fn::GetAtt': {
      const [logicalId = '', ...attribute] =
        typeof argument === 'string' ? argument.split('.') : listOf(name, argument);
      return references.attribute(String(logicalId), attribute.map(String).join('.'));
    }
    case 'Fn::Sub':
      return substitute(argument, references);
    case 'Fn::Join': {
      const [delimiter = '', parts = []] = list();
      return listOf(name, parts).map(String).join(String(delimiter));
    }
    case 'Fn::Select': {
      const [index, items = []] = list();
      const selected = listOf(name, items)[Number(index)];
      if (selected === undefined) throw new Error(`Fn::Select: no item ${String(index)} in ${JSON.stringify(items)}`);
      return selected;
    }
    case 'Fn::Split': {
      const [delimiter, text] = list();
      return String(text).split(String(delimiter));
    }
    case 'Fn::If': {
      const [condition, then = null, otherwise = null] = listOf(name, argument);
      return evaluate(references.condition(String(condition)) ? then : otherwise, references);
    }
    case 'Fn::Equals': {
      const [one, other] = list();
      return JSON.stringify(one) === JSON.stringify(other);
    }
    case 'Fn::And':
      return list().every((item) => item === true);
    case 'Fn::Or':
      return list().some((item) => item === true);
    case 'Fn::Not':
      return list()[0] !== true;
    default:
      throw new Error(`the local cloud does not know the intrinsic function ${name}`);
  }
}

function substitute(argument: Json, references: References): string {
  const [text = '', given = {}] = typeof argument === 'string' ? [argument] : listOf('Fn::Sub', argument);
  const own = (evaluate(given, references) ?? {}) as JsonObject;
  return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (name in own) return String(own[name]);
    const [logicalId = '', ...attribute] = name.split('.');
    return String(attribute.length === 0 ? references.ref(name) : references.attribute(logicalId, attribute.join('.')));
  });
}

function listOf(name: string, value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${name}: got ${JSON.stringify(value)}, expected a list`);
}
