import { z } from 'zod';

/** A schema-2.2 Command document, reduced to what the local agent honours; everything else is refused by name. */
export interface CommandDocument {
  readonly parameters: Readonly<Record<string, DocumentParameter>>;
  readonly steps: readonly DocumentStep[];
}

export type DocumentParameter = z.infer<typeof parameterSchema>;
export type DocumentStep = z.infer<typeof stepSchema>;

/** A document that AWS or the local agent would not take; `message` names the place in the document. */
export class InvalidDocumentError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidDocumentError';
  }
}

/** What stands between double braces and can be a parameter's name; other text in braces is the script's own. */
export const placeholder = /\{\{\s*([A-Za-z0-9_-]+)\s*\}\}/g;

/** Only `String`: lists and maps have splicing rules of their own that no document of Rounds needs. */
const parameterSchema = z.strictObject({
  type: z.literal('String'),
  description: z.string().optional(),
  default: z.string().optional(),
  allowedValues: z.array(z.string()).optional(),
  allowedPattern: z.string().optional(),
  minChars: z.number().int().optional(),
  maxChars: z.number().int().optional(),
});

const stepSchema = z.strictObject({
  action: z.literal('aws:runShellScript'),
  name: z.string().min(1),
  /** Only StringEquals on platformType, in either order, as the agent has it. */
  precondition: z.strictObject({ StringEquals: z.tuple([z.string(), z.string()]) }).optional(),
  inputs: z.strictObject({
    runCommand: z.array(z.string()).min(1),
    timeoutSeconds: z.union([z.number(), z.string()]).optional(),
    workingDirectory: z.string().optional(),
    onFailure: z.enum(['exit', 'successAndExit']).optional(),
    onSuccess: z.literal('exit').optional(),
    finallyStep: z.boolean().optional(),
  }),
});

const documentSchema = z.strictObject({
  schemaVersion: z.literal('2.2'),
  description: z.string().optional(),
  parameters: z.record(z.string(), parameterSchema).default({}),
  mainSteps: z.array(stepSchema).min(1),
});

/**
 * Reads the content of a Command document.
 * @throws {InvalidDocumentError} for a field, plugin, input, precondition or placeholder that the local agent does not know.
 */
export function parseDocument(content: unknown): CommandDocument {
  const parsed = documentSchema.safeParse(content);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`);
    throw new InvalidDocumentError(
      `The document cannot be run by the local agent: ${problems.join('; ')}. ` +
        'Use schema 2.2 and aws:runShellScript, or teach lib/local/agent what is missing.',
    );
  }
  const { parameters, mainSteps: steps } = parsed.data;
  const names = new Set<string>();
  for (const step of steps) {
    if (names.has(step.name))
      throw new InvalidDocumentError(`mainSteps: the name ${step.name} stands twice; rename one.`);
    names.add(step.name);
    checkPrecondition(step);
    checkPlaceholders(step, parameters);
  }
  return { parameters, steps };
}

function checkPrecondition({ name, precondition }: DocumentStep): void {
  const operands = precondition?.StringEquals;
  if (operands && operands.filter((operand) => operand === 'platformType').length !== 1) {
    throw new InvalidDocumentError(
      `Step ${name}: precondition StringEquals [${operands.join(', ')}] must compare platformType with a platform.`,
    );
  }
}

function checkPlaceholders(step: DocumentStep, parameters: CommandDocument['parameters']): void {
  const text = JSON.stringify(step);
  if (/\{\{\s*ssm(-secure)?:/.test(text)) {
    throw new InvalidDocumentError(
      `Step ${step.name}: {{ssm:...}} is not served locally; pass the value as a parameter.`,
    );
  }
  for (const [, name = ''] of text.matchAll(placeholder)) {
    if (!Object.hasOwn(parameters, name)) {
      throw new InvalidDocumentError(
        `Step ${step.name}: {{ ${name} }} names no parameter; declared are: ${Object.keys(parameters).join(', ') || 'none'}.`,
      );
    }
  }
}
