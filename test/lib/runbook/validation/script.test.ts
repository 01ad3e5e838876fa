import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { renderCheckScript } from '../../../../lib/runbook/check-script.ts';
import { script } from '../../../../lib/runbook/validation/script.ts';
import { fixture } from '../sample-runbook.ts';

const folder = mkdtempSync(join(tmpdir(), 'rounds-script-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: string): string {
  const path = join(folder, 'check');
  writeFileSync(path, content);
  return path;
}

function refusalOf(path: string) {
  const issue = script.safeParse(path, { reportInput: true }).error?.issues[0];
  return issue && `got ${issue.input}, ${issue.message}`;
}

test.each([
  ['a relative path', 'checks/disk.sh', 'got checks/disk.sh, expected the absolute path of a script'],
  ['a script that is missing', fixture('missing.sh'), 'no such file or directory'],
  ['a folder', fixture(''), 'got EISDIR'],
  ['a script without a shebang', fixture('no-shebang.sh'), 'got echo "disk is fine", expected'],
  ['an interpreter that no host need have', fixture('perl.pl'), 'got #!/usr/bin/perl, expected'],
])('refuses %s', (_, path, problem) => {
  expect(refusalOf(path)).toContain(problem);
});

/** Whether the step of a document can be made of the script, which is what the refusals are for. */
function isRenderable(script: string): boolean {
  try {
    renderCheckScript({ file: 'check', script, settings: {}, timeoutSeconds: 30, nonce: '' });
    return true;
  } catch {
    return false;
  }
}

test.each(['#!/usr/bin/env bash\r', '#!/bin/bash -u', ' #!/bin/sh', '#!bash', '#!/usr/bin/python', ''])(
  'refuses the first line %j, which a host could not run',
  (first) => {
    const content = `${first}\nexit 0\n`;
    expect(refusalOf(fileWith(content))).toContain('to begin with a shebang');
    expect(isRenderable(content)).toBe(false);
  },
);

test.each([
  '#!/usr/bin/env bash',
  '#!/bin/bash',
  '#!/bin/sh',
  '#! /bin/sh',
  '#!/usr/bin/env python3',
  '#!/usr/local/bin/python3',
])('accepts the shebang %s', (first) => {
  const content = `${first}\nexit 0\n`;
  expect(refusalOf(fileWith(content))).toBeUndefined();
  expect(isRenderable(content)).toBe(true);
});
