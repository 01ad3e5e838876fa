import { z } from 'zod';
import { type JsonObject, ServiceError } from '../service.ts';

/** Input shapes of the operations, with the limits of the service model. A field that is missing here is not served. */

const commandId = z.string().length(36);
const instanceId = z.string().regex(/^(i-(\w{8}|\w{17})|mi-\w{17})$/);
const nextToken = z.string().min(1).optional();
const count = /^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$/;
const countOrZero = /^([1-9][0-9]*|0|[1-9][0-9]%|[0-9]%|100%)$/;

export const sendCommandInput = z.strictObject({
  DocumentName: z.string().min(1),
  DocumentVersion: z.string().default('$DEFAULT'),
  InstanceIds: z.array(instanceId).max(50).default([]),
  Targets: z
    .array(z.strictObject({ Key: z.string(), Values: z.array(z.string().min(1)).min(1).max(5) }))
    .max(5)
    .default([]),
  Parameters: z.record(z.string(), z.array(z.string())).default({}),
  Comment: z.string().max(100).default(''),
  TimeoutSeconds: z.number().int().min(30).max(2_592_000).default(3_600),
  MaxConcurrency: z.string().max(7).regex(count).default('50'),
  MaxErrors: z.string().max(7).regex(countOrZero).default('0'),
});

const filters = z
  .array(z.strictObject({ key: z.string(), value: z.string().min(1) }))
  .min(1)
  .max(5)
  .optional();

const listInput = {
  CommandId: commandId.optional(),
  InstanceId: instanceId.optional(),
  MaxResults: z.number().int().min(1).max(50).default(50),
  NextToken: nextToken,
  Filters: filters,
};

export const listCommandsInput = z.strictObject(listInput);
export const listCommandInvocationsInput = z.strictObject({ ...listInput, Details: z.boolean().default(false) });

export const getCommandInvocationInput = z.strictObject({
  CommandId: commandId,
  InstanceId: instanceId,
  PluginName: z.string().min(4).optional(),
});

export const cancelCommandInput = z.strictObject({
  CommandId: commandId,
  InstanceIds: z.array(instanceId).max(50).default([]),
});

export const describeInstanceInformationInput = z.strictObject({
  Filters: z
    .array(z.strictObject({ Key: z.string().min(1), Values: z.array(z.string().min(1)).min(1).max(100) }))
    .default([]),
  // Ten a page unless asked for more, which is easily forgotten: AWS's own default.
  MaxResults: z.number().int().min(5).max(50).default(10),
  NextToken: nextToken,
});

/** @throws {ServiceError} ValidationException that names every offending field. */
export function readInput<T>(schema: z.ZodType<T>, operation: string, input: JsonObject): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`);
  throw new ServiceError(
    'ValidationException',
    `${operation}: ${problems.join('; ')}. Correct the call, or teach lib/local/ssm a field that it does not serve.`,
  );
}

/**
 * One page of what matches, and the token of the next; tokens are good only for the operation that gave them. Nothing
 * beyond the page is looked at: a list may have 100,000 items.
 */
export function page<T>(
  operation: string,
  items: Iterable<T>,
  { MaxResults, NextToken }: { readonly MaxResults: number; readonly NextToken?: string | undefined },
  matches: (item: T) => boolean,
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const from = NextToken === undefined ? 0 : offsetOf(operation, NextToken);
  const found: T[] = [];
  let index = -1;
  for (const item of items) {
    index += 1;
    if (index < from || !matches(item)) continue;
    if (found.length === MaxResults) {
      return { items: found, next: { NextToken: Buffer.from(`${operation}:${index}`).toString('base64url') } };
    }
    found.push(item);
  }
  return { items: found, next: {} };
}

function offsetOf(operation: string, token: string): number {
  const [name, offset] = Buffer.from(token, 'base64url').toString().split(':');
  if (name !== operation || !/^\d+$/.test(offset ?? '')) {
    throw new ServiceError('InvalidNextToken', `${operation}: NextToken "${token}" was not given by this operation.`);
  }
  return Number(offset);
}
