import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { refusal } from '../problems.ts';
import { text } from './values.ts';

/**
 * The interpreters that checks are written for. Without options: the wrapper starts the interpreter by its name. Nor
 * with a carriage return, which would be part of that name.
 */
const shebang = /^#! ?(?:\/usr(?:\/local)?)?\/bin\/(?:env )?(?:sh|bash|python3)$/;

/** The path of a script that can stand in an SSM document. */
export const script = text(
  'the absolute path of a script',
  "resolve it against the runbook's own folder, with import.meta.url",
  isAbsolute,
).check(({ value, issues }) => {
  if (!isAbsolute(value)) return;
  const fault = faultOf(value);
  if (fault) issues.push({ code: 'custom', input: fault.got, message: fault.refusal, continue: true });
});

function faultOf(path: string): { readonly got: string; readonly refusal: string } | undefined {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { got: reason, refusal: refusal('a readable file', 'write the script, or correct its path') };
  }
  const lines = source.split('\n');
  const first = lines[0] ?? '';
  if (!shebang.test(first)) {
    const fix = 'begin it with #!/usr/bin/env bash, sh or python3, and end its lines with LF alone';
    return { got: first, refusal: refusal(`${path} to begin with a shebang`, fix) };
  }
  return undefined;
}
