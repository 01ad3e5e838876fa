import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readScript } from '../../../lib/runbook/script-files.ts';

const library = fileURLToPath(new URL('../../../lib/', import.meta.url));
const files = readdirSync(library, { recursive: true, encoding: 'utf8' });
const shellScripts = files.filter((file) => file.endsWith('.sh'));
const pythonScripts = files.filter((file) => file.endsWith('.py'));
const runbookScripts = [...shellScripts, ...pythonScripts].filter((file) => file.startsWith('runbooks/'));

/** Others import it, and it is never run itself. */
function isLibrary(file: string): boolean {
  const name = basename(file);
  return runbookScripts.some((other) => other !== file && Object.hasOwn(readScript(join(library, other)), name));
}

/** Compiles without leaving a cache, by the grammar of the oldest Python that hosts have. */
const compileProgram = `import ast, sys
source = open(sys.argv[1], encoding='ascii').read()
compile(ast.parse(source, sys.argv[1], feature_version=(3, 9)), sys.argv[1], 'exec')`;

/** A missing tool skips a test aloud, except where nobody reads the warning. */
function isSkipped(tool: string): boolean {
  if (spawnSync(tool, ['--version']).error === undefined) return false;
  console.warn(`${tool} is not installed: scripts are not checked with it; install it to run these tests`);
  return process.env.CI === undefined;
}

describe('scripts that run on hosts', () => {
  test('are found', () => {
    expect(shellScripts.length).toBeGreaterThan(0);
    expect(pythonScripts.length).toBeGreaterThan(0);
  });

  test.skipIf(isSkipped('shellcheck')).each(shellScripts)('%s passes shellcheck', (script) => {
    const result = spawnSync('shellcheck', ['-x', join(library, script)], { encoding: 'utf8' });
    expect(result.error).toBeUndefined();
    expect(result.stdout).toBe('');
    expect(result.status).toBe(0);
  });

  test.each(pythonScripts)('%s is Python 3.9 in ASCII', (script) => {
    expect(() =>
      execFileSync('python3', ['-c', compileProgram, join(library, script)], { stdio: 'pipe' }),
    ).not.toThrow();
  });

  test.each(runbookScripts.filter((file) => !isLibrary(file)))(
    '%s begins with a shebang that every host knows',
    (script) => {
      const [shebang] = readFileSync(join(library, script), 'utf8').split('\n');
      expect(['#!/bin/bash', '#!/bin/sh', '#!/usr/bin/env python3']).toContain(shebang);
    },
  );
});
