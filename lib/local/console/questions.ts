import { z } from 'zod';
import { problems } from '../parse.ts';
import type { Questions } from './wire.ts';

/** A question that the page never asks. */
export class QuestionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QuestionError';
  }
}

/** Longest range that can be looked at: CloudWatch keeps metrics for 15 months. */
const maximumRangeMs = 455 * 86_400_000;

const localDateTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/, 'expected a time like 2026-11-20T08:00');

const range = z.strictObject({
  shown: z.discriminatedUnion('mode', [
    z.strictObject({ mode: z.literal('relative'), ms: z.number().int().positive().max(maximumRangeMs) }),
    z.strictObject({ mode: z.literal('absolute'), from: localDateTime, to: localDateTime }),
  ]),
  zoom: z.strictObject({ start: z.number().int(), end: z.number().int() }).optional(),
});

const pixels = z.number().int().nonnegative();

/** What stands in each question. */
export const questionSchemas: { readonly [Name in keyof Questions]: z.ZodType<Questions[Name]> } = {
  dashboard: z.strictObject({}),
  custom: z.strictObject({
    widget: z.string(),
    range,
    theme: z.enum(['light', 'dark']),
    width: pixels,
    height: pixels,
    forms: z.record(z.string(), z.string()),
    call: z.strictObject({ endpoint: z.string(), params: z.record(z.string(), z.unknown()) }).optional(),
  }),
  graph: z.strictObject({ widget: z.string(), range }),
  alarms: z.strictObject({ widget: z.string() }),
  messages: z.strictObject({}),
};

/** @throws {QuestionError} that says what is strange */
export function parseQuestion<Name extends keyof Questions>(name: Name, asked: unknown): Questions[Name] {
  const { success, data, error } = questionSchemas[name].safeParse(asked);
  if (success) return data;
  throw new QuestionError(`${name}: ${problems(error).join('; ')}.`);
}

export function isQuestion(name: string): name is keyof Questions {
  return Object.hasOwn(questionSchemas, name);
}
