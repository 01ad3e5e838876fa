import { z } from 'zod';
import { evaluate, type References } from './intrinsics.ts';
import { problems } from './parse.ts';
import type { Json, JsonObject } from './service.ts';

/** What `Ref` and `Fn::GetAtt` of a resource give. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, Json>>;
}

/** A resource of the template with everything in it evaluated. */
export interface Resource extends Identity {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
}

export interface TemplateProps {
  readonly template: unknown;
  /** By name: `AWS::Region` and its like. */
  readonly pseudoParameters: Readonly<Record<string, Json>>;
  /** The identity of a resource; `undefined` for a type that the local cloud does not know. */
  readonly identify: (type: string, logicalId: string) => Identity | undefined;
}

const json = z.json() as z.ZodType<Json>;
const object = z.record(z.string(), json);

/** Everything that stands in a template has a meaning here, or is refused. `Rules` only guard a deployment to AWS. */
const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: object.optional(),
  Rules: object.optional(),
  Parameters: z.record(z.string(), z.looseObject({ Default: json.optional() })).default({}),
  Conditions: object.default({}),
  Outputs: z.record(z.string(), z.looseObject({ Value: json })).default({}),
  Resources: z.record(
    z.string(),
    z.strictObject({
      Type: z.string(),
      Properties: object.default({}),
      Condition: z.string().optional(),
      DependsOn: json.optional(),
      Metadata: object.optional(),
      DeletionPolicy: z.string().optional(),
      UpdateReplacePolicy: z.string().optional(),
    }),
  ),
});

/** A CloudFormation template with its intrinsic functions evaluated. Names follow from logical ids, so nothing has to exist first. */
export class Template {
  /** What could not be read, one sentence each; empty when the template is understood. */
  readonly problems: string[] = [];
  readonly #parsed: z.infer<typeof templateSchema>;
  readonly #props: TemplateProps;
  readonly #references: References = {
    ref: (name) => this.#ref(name),
    attribute: (logicalId, attribute) => this.#attribute(logicalId, attribute),
    condition: (name) => this.#condition(name),
  };

  constructor(props: TemplateProps) {
    this.#props = props;
    const parsed = templateSchema.safeParse(props.template);
    if (!parsed.success) throw new Error(`The template is not understood:\n${problems(parsed.error).join('\n')}`);
    this.#parsed = parsed.data;
  }

  /** Resources whose condition holds; what cannot be evaluated is noted in `problems`. */
  resources(): readonly Resource[] {
    return Object.entries(this.#parsed.Resources).flatMap(([logicalId, { Type: type, Condition, Properties }]) => {
      try {
        if (Condition !== undefined && !this.#condition(Condition)) return [];
        const identity = this.#identity(logicalId);
        return [{ logicalId, type, properties: this.#object(Properties), ...identity }];
      } catch (error) {
        this.problems.push(`${logicalId} (${type}): ${error instanceof Error ? error.message : String(error)}`);
        return [];
      }
    });
  }

  outputs(): JsonObject {
    return this.#object(
      Object.fromEntries(Object.entries(this.#parsed.Outputs).map(([name, { Value }]) => [name, Value])),
    );
  }

  #object(value: JsonObject): JsonObject {
    return evaluate(value, this.#references) as JsonObject;
  }

  #ref(name: string): Json | undefined {
    if (name === 'AWS::NoValue') return undefined;
    const pseudo = this.#props.pseudoParameters[name];
    if (pseudo !== undefined) return pseudo;
    if (name in this.#parsed.Resources) return this.#identity(name).ref;
    const parameter = this.#parsed.Parameters[name]?.Default;
    if (parameter !== undefined) return parameter;
    throw new Error(`Ref: there is no resource "${name}", and no parameter with a default`);
  }

  #attribute(logicalId: string, attribute: string): Json {
    const { attributes } = this.#identity(logicalId);
    const value = attributes[attribute];
    if (value !== undefined) return value;
    const known = Object.keys(attributes).join(', ') || 'none';
    throw new Error(`Fn::GetAtt: the local cloud knows no attribute ${attribute} of ${logicalId}; it knows ${known}`);
  }

  #condition(name: string): boolean {
    const condition = this.#parsed.Conditions[name];
    if (condition === undefined) throw new Error(`there is no condition "${name}"`);
    return evaluate(condition, this.#references) === true;
  }

  #identity(logicalId: string): Identity {
    const resource = this.#parsed.Resources[logicalId];
    if (resource === undefined) throw new Error(`there is no resource "${logicalId}"`);
    const identity = this.#props.identify(resource.Type, logicalId);
    if (identity !== undefined) return identity;
    throw new Error(`the local cloud does not know the type ${resource.Type}`);
  }
}
