import { strict as assert } from 'node:assert';
import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { checksParameter, nonceParameter } from '../../functions/contract.ts';
import {
  renderCheckScript,
  renderPluginScript,
  renderTidy,
  renderUnpack,
  variableOf,
} from '../../lib/runbook/check-script.ts';
import { hostileText, mutated } from './hostile.ts';
import { type Property, property } from './property.ts';

/** Two runs may be on one machine at the same time. */
const instance = `fuzz-${process.pid}`;

const nonce = '0123456789abcdef0123456789abcdef';

/** What a shell obeys. */
const shellText = fc.constantFrom(
  ...[
    "'",
    '"',
    '\\',
    '$',
    '`',
    '$(exit 9)',
    '$HOME',
    '!',
    '!!',
    '*',
    '~',
    '#',
    '&',
    ';',
    '|',
    '<',
    '>',
    '(',
    ')',
    '{',
    '}',
  ],
  ...[
    '\n',
    '\r',
    '\t',
    ' ',
    '-n',
    '--',
    '%s',
    '\\n',
    "'; exit 9; '",
    "'\\''",
    'EOF',
    'END_OF_FILE',
    '\n.\n',
    '=',
    '[',
    ']',
  ],
  ...['{ {', '}}', '\x1b', '\x7f', '\x01', 'ä', '😀', '\u2028', '\u202e'],
);

/** As `settings` in the runbook's validation: neither braces that SSM would splice, nor what no variable can hold. */
const setting = fc
  .array(fc.oneof(shellText, fc.string({ maxLength: 6 }), fc.string({ unit: 'binary', maxLength: 3 })), {
    maxLength: 12,
  })
  .map((pieces) =>
    pieces
      .join('')
      .replaceAll('\0', '')
      .replaceAll(/\p{Surrogate}/gu, ''),
  )
  .filter((text) => !text.includes('{{'));

/** Of so many settings at once, since each run of a script takes a while. */
const settingsAtOnce = 20;

/** As `command`: a line break in a word is a slip. */
const word = setting.map((text) => text.replaceAll(/[\r\n]/g, ''));

const shown = `#!/usr/bin/env python3
import hashlib, os, sys
print(sys.argv[1:], *(hashlib.sha1(os.environb[b"ROUNDS_ODD%d" % n]).hexdigest() for n in range(${settingsAtOnce})))
`;

/** The steps of a document, one after the other, each in a shell of its own; @returns what the last but one has printed */
function runSteps(shell: string, steps: readonly string[], instanceId: string): string {
  const [unpack = '', step = '', tidy = ''] = steps;
  const env = { PATH: process.env.PATH, AWS_SSM_INSTANCE_ID: instanceId, ROUNDS_STATE_FOLDER: '/tmp/rounds-fuzz' };
  const options: ExecFileSyncOptionsWithStringEncoding = { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] };
  execFileSync(shell, ['-c', unpack], options);
  try {
    return execFileSync(shell, ['-c', step], options);
  } finally {
    execFileSync(shell, ['-c', tidy], options);
  }
}

function expectSettingsArrive([values, shell]: readonly [readonly string[], string]): void {
  const settings = Object.fromEntries(values.map((value, index) => [`odd${index}`, value]));
  const step = renderCheckScript({ file: 'check', script: shown, settings, timeoutSeconds: 20, nonce });
  const printed = runSteps(shell, [renderUnpack({ check: shown }, nonce), step, renderTidy(nonce)], instance);
  const [line = '', said = ''] = printed.split('\n');
  assert.match(line, new RegExp(`^ROUNDS/1 ${nonce} exit=0 `));
  const [words, ...digests] = said.split(' ');
  assert.equal(words, '[]', 'a setting has become an argument');
  const expected = values.map((value) => createHash('sha1').update(value).digest('hex'));
  assert.deepEqual(digests, expected, 'a setting has changed on its way');
}

function expectWordsArrive([words, shell]: readonly [readonly string[], string]): void {
  const command = ['/usr/bin/env', 'python3', '-c', 'import json, sys; print(json.dumps(sys.argv[1:]))', ...words];
  const step = renderPluginScript({ command, timeoutSeconds: 20, nonce });
  const printed = runSteps(shell, [renderUnpack({}, nonce), step, renderTidy(nonce)], instance);
  assert.deepEqual(JSON.parse(printed.split('\n')[1] ?? ''), words);
}

/** Whatever the reader of a pattern takes `$` for: RE2 for the end, Java's find for what stands before a last line end. */
const lineEnds = ['', '\n', '\r', '\r\n', '\u0085', '\u2028', '\u2029'] as const;

const asked = ['disk', 'api', 'api-slow'] as const;
const allowed = [new RegExp(nonceParameter.pattern), /^(all|(disk|api|api-slow)( (disk|api|api-slow))*)$/] as const;

/** What a caller gives as one of the two parameters of a document, if the laxest reader of its pattern lets it pass. */
const parameters = fc
  .tuple(
    fc.oneof(fc.constant(nonce), mutated(fc.constant(nonce))),
    fc.oneof(
      fc.subarray([...asked], { minLength: 1 }).map((names) => names.join(' ')),
      fc.constant<string>(checksParameter.all),
      mutated(fc.constant('disk api')),
    ),
    fc.constantFrom(...lineEnds),
    fc.constantFrom(...lineEnds),
  )
  .filter(([nonce, checks]) => allowed[0].test(nonce) && allowed[1].test(checks))
  .map(([nonce, checks, oneEnd, otherEnd]) => [nonce + oneEnd, checks + otherEnd] as const);

const printer = '#!/bin/sh\necho "ran"\n';

/** SSM replaces a parameter by its text, once, wherever it stands. */
function spliced(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{ (\w+) \}\}/g, (whole, name: string) => values[name] ?? whole);
}

function expectOnlyTheCheckRuns([itsNonce, checks]: readonly [string, string]): void {
  const only = ['disk', `{{ ${checksParameter.name} }}`] as const;
  const own = `{{ ${nonceParameter.name} }}`;
  const step = renderCheckScript({
    file: 'check',
    script: printer,
    settings: {},
    timeoutSeconds: 20,
    nonce: own,
    only,
  });
  const steps = [renderUnpack({ check: printer }, own), step, renderTidy(own)].map((text) =>
    spliced(text, { nonce: itsNonce, checks }),
  );
  const printed = runSteps('sh', steps, instance);
  assert.match(printed, /^(?:|ROUNDS\/1 [0-9a-f]{32}[\r\n\u0085\u2028\u2029]* exit=0 stdout=4 stderr=0\nran\n\n)$/);
}

const shell = fc.constantFrom('sh', 'bash');

export const scriptProperties: readonly Property[] = [
  property(
    `${settingsAtOnce} settings come to a script as they were written, whatever a shell would make of them`,
    { share: 1, most: 40, isWhole: true },
    fc.tuple(fc.array(setting, { minLength: settingsAtOnce, maxLength: settingsAtOnce }), shell),
    expectSettingsArrive,
  ),
  property(
    'a plugin gets its words as they were written',
    { share: 1, most: 20, isWhole: true },
    fc.tuple(fc.array(word, { minLength: 10, maxLength: 20 }), shell),
    expectWordsArrive,
  ),
  property(
    'a parameter that a document lets pass runs the check or nothing, however its pattern is read',
    { share: 1, most: 100, isWhole: true },
    parameters,
    expectOnlyTheCheckRuns,
  ),
  property(
    'the name of a setting is a variable of ours, or refused',
    { share: 2 },
    fc.oneof(hostileText, mutated(fc.constant('diskPath'))),
    (name) => {
      try {
        assert.match(variableOf(name), /^ROUNDS_[A-Z0-9_]+$/);
      } catch (error) {
        assert.ok(error instanceof Error && error.message.startsWith('A setting has the name'));
      }
    },
  ),
];
