import { readFileSync } from 'node:fs';

/** Functions of the wrapper, without what only people read: each step of a document carries them. */
const wrapper = readFileSync(new URL('./wrapper.sh', import.meta.url), 'utf8').replace(/^(?:[ \t]*#(?!!).*)?\n/gm, '');

interface WrapperOptions {
  /** Seconds until the check is stopped; two more until it is killed. */
  readonly timeoutSeconds: number;
  /** Tells our result line from an imitation; `{{ nonce }}` in a document. */
  readonly nonce: string;
}

/** When a step of a document runs. */
interface StepOptions extends WrapperOptions {
  /** The check, and the names of those that are asked, `{{ checks }}` in a document: others leave at once. @default it runs */
  readonly only?: readonly [check: string, asked: string];
}

export interface CheckScriptOptions extends StepOptions {
  /** Content of the script, with its shebang. */
  readonly script: string;
  /** `diskPath` is `ROUNDS_DISK_PATH` for the script; a variable of that name on the host wins. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/**
 * The text of a document step that runs a check in the wrapper. It needs nothing on the host but a shell, coreutils and
 * the script's interpreter.
 * @throws Error when the script's shebang is not of sh, bash or python3, or when SSM would splice the script or a setting
 */
export function renderCheckScript({ script, settings, timeoutSeconds, ...step }: CheckScriptOptions): string {
  const interpreter = interpreterOf(script);
  refuseBraces('the script', script);
  const exports = Object.entries(settings).map(([name, value]) => {
    refuseBraces(`the setting ${name}`, String(value));
    return exportSetting(variableOf(name), String(value));
  });
  const end = terminatorFor(script);
  const content = script.endsWith('\n') ? script : `${script}\n`;
  return [
    beginOf(step),
    ...exports,
    `save_check <<'${end}'`,
    `${content}${end}`,
    `run_check ${timeoutSeconds} ${interpreter} "$work/check"`,
    '',
  ].join('\n');
}

export interface PluginScriptOptions extends StepOptions {
  /** Path of the plugin on the host, and its arguments. */
  readonly command: readonly string[];
}

/**
 * The text of a document step that runs a program of the host in the wrapper; exit code 127 where it is missing, 126
 * where it cannot be run.
 * @throws Error when SSM would splice a word
 */
export function renderPluginScript({ command, timeoutSeconds, ...step }: PluginScriptOptions): string {
  for (const [index, word] of command.entries()) refuseBraces(`command[${index}]`, word);
  const words = command.map(shellQuote).join(' ');
  return `${beginOf(step)}\nrun_check ${timeoutSeconds} ${words}\n`;
}

/** The same wrapper around a command that the shell is given as its arguments: `sh -c <this> rounds COMMAND...`. */
export function renderCommandScript({ timeoutSeconds, nonce }: WrapperOptions): string {
  return `${beginOf({ nonce })}\nrun_check ${timeoutSeconds} "$@"\n`;
}

function beginOf({ nonce, only }: Omit<StepOptions, 'timeoutSeconds'>): string {
  const condition = only ? `only ${only.map(shellQuote).join(' ')}\n` : '';
  return `${wrapper}${condition}begin ${shellQuote(nonce)}`;
}

/** Name of the environment variable of a setting: `diskPath` is `ROUNDS_DISK_PATH`. */
export function variableOf(setting: string): string {
  if (!/^[a-z][A-Za-z0-9]*$/.test(setting)) {
    throw new Error(
      `A setting has the name ${JSON.stringify(setting)}; expected camelCase letters and digits, like diskPath: rename it.`,
    );
  }
  return `ROUNDS_${setting.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
}

function exportSetting(variable: string, value: string): string {
  return `[ -n "\${${variable}+set}" ] || ${variable}=${shellQuote(value)}\nexport ${variable}`;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function interpreterOf(script: string): string {
  const firstLine = script.split('\n', 1)[0] ?? '';
  const interpreter = /^#! ?(?:\/usr(?:\/local)?)?\/bin\/(?:env )?(sh|bash|python3)$/.exec(firstLine)?.[1];
  if (interpreter === undefined) {
    throw new Error(
      `The script begins with ${JSON.stringify(firstLine.slice(0, 80))}; expected the shebang of sh, bash or python3 without options, ` +
        'like #!/usr/bin/env bash: add it, and set options such as -e inside the script.',
    );
  }
  return interpreter;
}

/** SSM replaces `{{ name }}` in a document by text, wherever it stands. */
function refuseBraces(what: string, text: string): void {
  const index = text.indexOf('{{');
  if (index === -1) return;
  const lines = text.slice(0, index).split('\n');
  throw new Error(
    `In ${what}, line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}, stands "{{", which SSM would take for a parameter; ` +
      'expected none: write a space between the braces, or join two strings that hold one brace each.',
  );
}

/** A here-document ends at the first line that is its terminator: a longer one than any such line of the script. */
function terminatorFor(script: string): string {
  const lines = new Set(script.split('\n'));
  let terminator = 'END_OF_CHECK';
  while (lines.has(terminator)) terminator += '_';
  return terminator;
}
