import { Template } from 'aws-cdk-lib/assertions';
import type { Runbook } from '../../lib/runbook/types.ts';
import { synthesize } from '../../lib/synthesize.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { sampleRunbook } from './runbook/sample-runbook.ts';

/** A resource of the template, with every reference made readable: see `readable`. */
export interface ReadableResource {
  readonly id: string;
  readonly type: string;
  // Properties differ from type to type; the assertions say what is expected of them.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly properties: any;
}

export interface Synthesized {
  readonly template: Template;
  /** Resources of a type, in the order of the template. */
  resources(type: string): ReadableResource[];
  /** The resource of a type whose id begins so; fails when there is not exactly one. */
  resource(type: string, idPrefix: string): ReadableResource;
}

/** Synthesizes the sample runbook and leaves nothing behind. */
export function synthesized(changes: Partial<Runbook> = {}): Synthesized {
  const folder = scratchFolder();
  const assembly = synthesize({ runbook: { ...sampleRunbook(), ...changes }, placeholders: false }, folder);
  const template = Template.fromJSON(Object(assembly.template));
  const resources = (type: string) =>
    Object.entries(template.findResources(type)).map(([id, { Properties }]) => ({
      id,
      type,
      properties: readable(Properties),
    }));
  const resource = (type: string, idPrefix: string) => {
    const found = resources(type).filter(({ id }) => id.startsWith(idPrefix));
    if (found.length !== 1 || !found[0])
      throw new Error(`${type}: got ${found.length} whose id begins with ${idPrefix}, expected one`);
    return found[0];
  };
  return { template, resources, resource };
}

/** References as text: `{ Ref: 'Table1234ABCD' }` is `Table`, `Fn::GetAtt` is `Table.Arn`, joined texts are one text. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const [key = '', argument] = Object.entries(value)[0] ?? [];
  if (key === 'Ref') return withoutHash(String(argument));
  if (key === 'Fn::GetAtt' && Array.isArray(argument)) return `${withoutHash(String(argument[0]))}.${argument[1]}`;
  if (key === 'Fn::Join' && Array.isArray(argument)) return argument[1].map(readable).join(argument[0]);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, readable(each)]));
}

/** CDK ends a logical id with eight digits of a hash. */
function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
