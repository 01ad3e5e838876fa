import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { renderTidy, renderUnpack } from '../../../lib/runbook/check-script.ts';
import { readScript } from '../../../lib/runbook/script-files.ts';
import { scratchFolder } from '../../scratch-folder.ts';

const scripts = fileURLToPath(new URL('../../../lib/runbooks/scripts/', import.meta.url));
const names = readdirSync(scripts).filter((name) => /\.(py|sh)$/.test(name));

function filesOf(contents: Readonly<Record<string, string>>, script: string): string[] {
  const folder = scratchFolder();
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
  return Object.keys(readScript(join(folder, script)));
}

describe('the files of a script', () => {
  const libraries = {
    'plugin.py': 'import json\n',
    'logs.py': 'from plugin import ok\n',
    'plugin.sh': 'ok() { :; }\n',
  };

  it.each<[what: string, script: string, content: string, files: readonly string[]]>([
    ['are it alone where it uses none', 'a.sh', 'echo plugin.sh\n', []],
    ['are the libraries that it imports', 'a.py', 'import os\nimport plugin\n', ['plugin.py']],
    ['are those that these import in turn', 'a.py', 'from logs import lines\n', ['logs.py', 'plugin.py']],
    ['are what it sources from its own folder', 'a.sh', `. "\${0%/*}/plugin.sh"\n`, ['plugin.sh']],
    ['are not what is not beside it', 'a.py', 'import sqlite3\nfrom elsewhere import x\n', []],
    ['are not what it only speaks of', 'a.py', 'text = """\n  import plugin\n"""\n', []],
    [
      'are each once where two use each other',
      'a.py',
      'import a\nimport logs\nimport plugin\n',
      ['logs.py', 'plugin.py'],
    ],
  ])('%s', (_what, script, content, files) => {
    expect(filesOf({ ...libraries, [script]: content }, script)).toEqual([script, ...files]);
  });
});

describe('what is brought to a host', () => {
  it.each(names)('of %s is its very bytes, and those of its libraries, until it is tidied away', (name) => {
    const nonce = 'ab'.repeat(16);
    const folder = mkdtempSync(join(tmpdir(), 'unpack-'));
    const host = `test-${process.pid}`;
    const env = { ...process.env, ROUNDS_STATE_FOLDER: folder, AWS_SSM_INSTANCE_ID: host };
    const find = `for base in /run/rounds "$ROUNDS_STATE_FOLDER/run"; do f=$base/rounds-${nonce.slice(0, 16)}-${host}; [ ! -d "$f" ] || echo "$f"; done`;
    const sh = (text: string) => spawnSync('sh', ['-c', text], { encoding: 'utf8', env });
    const files = readScript(join(scripts, name));
    expect(sh(renderUnpack(files, nonce))).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const unpacked = sh(find).stdout.trim();
    for (const [file, content] of Object.entries(files)) {
      expect(readFileSync(join(unpacked, file), 'utf8')).toBe(content);
      expect(readFileSync(join(scripts, file), 'utf8')).toBe(content);
    }
    sh(renderTidy(nonce));
    expect(sh(find).stdout).toBe('');
    rmSync(folder, { recursive: true });
  });
});
