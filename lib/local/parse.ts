import type { z } from 'zod';
import { ServiceError } from './service.ts';

/** Reads a call's input; a member that the local cloud does not know is refused, never ignored. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, operation: string, errorCode: string): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ServiceError(errorCode, `${operation}: ${problems(parsed.error).join('; ')}`);
}

/** One sentence a problem, each beginning with the path of the value. */
export function problems(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.join('.') || '(top level)'}: ${issue.message}`);
}
