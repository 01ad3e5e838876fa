import { createInterface } from 'node:readline';

/** Where a person is asked, and answers. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Not stdout: that may be what a program reads. */
  readonly stderr: NodeJS.WritableStream;
}

/** @returns whether the person says yes: everything else is a no, the end of the input as well */
export async function confirm(question: string, { stdin, stderr }: Terminal = process): Promise<boolean> {
  stderr.write(`${question} [y/N] `);
  // Line by line, as the terminal gives them: Ctrl-C ends the command, as it would anywhere.
  const lines = createInterface({ input: stdin, terminal: false });
  for await (const line of lines) return /^y(?:es)?$/i.test(line.trim());
  stderr.write('\n');
  return false;
}
