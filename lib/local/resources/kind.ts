import { z } from 'zod';
import { problems } from '../parse.ts';
import type { Json, JsonObject } from '../service.ts';
import type { Place, Services } from '../services.ts';
import type { Identity, Resource } from '../template.ts';

/** A resource type that the local cloud understands. */
export interface ResourceKind {
  readonly type: string;
  identify(name: string, place: Place): Identity;
  /** What of the properties is not understood, one sentence each. */
  check(properties: JsonObject): string[];
  create(resource: Resource, services: Services): Promise<void>;
}

export interface KindDefinition<T> {
  readonly type: string;
  /** Every property that is understood; an object in it is strict, so that any other property is refused by name. */
  readonly properties: z.ZodType<T>;
  readonly identify: (name: string, place: Place) => Identity;
  /** Absent for what the local cloud keeps but gives no behaviour. */
  readonly create?: (properties: T, resource: Resource, services: Services) => void | Promise<void>;
}

export function resourceKind<T>({ type, properties, identify, create }: KindDefinition<T>): ResourceKind {
  return {
    type,
    identify,
    check(given) {
      const parsed = properties.safeParse(given);
      return parsed.success ? [] : problems(parsed.error);
    },
    async create(resource, services) {
      await create?.(properties.parse(resource.properties), resource, services);
    },
  };
}

/** A property that is accepted, and kept as it is, because nothing in the local cloud depends on it. */
export const kept = z.json().optional() as z.ZodType<Json | undefined>;

/** CloudFormation writes numbers as text where it likes. */
export const wholeNumber = z.coerce.number().int();

/** For resources that nothing refers to but by name. */
export function byName(name: string): Identity {
  return { ref: name, attributes: {} };
}

export function arnOf(service: string, { region, accountId }: Place, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
