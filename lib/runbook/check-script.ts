import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const shebang = '#!/bin/sh\n';

/** Functions of the wrapper. */
const wrapper = withoutComments('./wrapper.sh');
const unpack = withoutComments('./unpack.sh').slice(shebang.length);

/** Name of the wrapper among the files of a command. */
const wrapperFile = 'wrapper';

interface WrapperOptions {
  /** Seconds until the check is stopped; two more until it is killed. */
  readonly timeoutSeconds: number;
  /** Tells our result line from an imitation, 32 characters; `{{ nonce }}` in a document. */
  readonly nonce: string;
}

/** When a step of a document runs. */
interface StepOptions extends WrapperOptions {
  /** The check, and the names of those that are asked, `{{ checks }}` in a document: others leave at once. @default it runs */
  readonly only?: readonly [check: string, asked: string];
  /** It has to be asked by its name: when all are asked, it leaves too. @default false */
  readonly isRemedy?: boolean;
}

export interface CheckScriptOptions extends StepOptions {
  /** Name of the script among the files of the command. */
  readonly file: string;
  /** Its content, with its shebang. */
  readonly script: string;
  /** Folder, under that of Rounds, in which the host keeps what the script remembers: `fossawork/failed-logins`. @default none */
  readonly state?: string;
  /** It changes something: of two at once the second one does not run. Needs `state`. @default false */
  readonly isJob?: boolean;
  /** `diskPath` is `ROUNDS_DISK_PATH` for the script; a variable of that name on the host wins. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/**
 * The text of the first step of a document, which brings the wrapper and these files, by their names, to the host:
 * compressed and once for all steps, because a document holds 64 KB. It needs base64 and gzip there.
 */
export function renderUnpack(files: Readonly<Record<string, string>>, nonce: string): string {
  const archive = Object.entries({ [wrapperFile]: wrapper, ...files })
    .map(([name, content]) => {
      const end = terminatorFor(content);
      return `cat >${shellQuote(name)} <<'${end}'\n${content.endsWith('\n') ? content : `${content}\n`}${end}\n`;
    })
    .join('');
  return `${shebang}nonce=${shellQuote(nonce)}\npacked='\n${packed(`set -e\n${archive}`)}\n'\n${unpack}`;
}

/** The text of the last step, which leaves nothing of the command on the host. */
export function renderTidy(nonce: string): string {
  return `${shebang}nonce=${shellQuote(nonce)}\n${inFolder('rm -rf "$folder"')}`;
}

/**
 * The text of a document step that runs a check in the wrapper. It needs nothing on the host but a shell, coreutils and
 * the script's interpreter; a job needs flock.
 * @throws Error when the script's shebang is not of sh, bash or python3, or when SSM would splice a setting
 */
export function renderCheckScript(options: CheckScriptOptions): string {
  const { file, script, settings, timeoutSeconds, state, isJob, ...step } = options;
  const interpreter = interpreterOf(script);
  const exports = Object.entries(settings).map(([name, value]) => {
    refuseBraces(`the setting ${name}`, String(value));
    return exportSetting(variableOf(name), String(value));
  });
  return [
    beginOf(step),
    ...exports,
    ...(state === undefined ? [] : [`remember ${shellQuote(state)}`]),
    ...(isJob ? ['lock'] : []),
    `run_check ${timeoutSeconds} ${interpreter} "$folder"/${shellQuote(file)}`,
    '',
  ].join('\n');
}

/** Compressed, and the same on every machine. */
function packed(content: string): string {
  const bytes = gzipSync(content, { level: 9 });
  // The header names the operating system that compressed it; 255 is "unknown": RFC 1952.
  bytes[9] = 255;
  return (bytes.toString('base64').match(/.{1,1000}/g) ?? []).join('\n');
}

/** A here-document ends at the first line that is its terminator: a longer one than any such line of the file. */
function terminatorFor(content: string): string {
  const lines = new Set(content.split('\n'));
  let terminator = 'END_OF_FILE';
  while (lines.has(terminator)) terminator += '_';
  return terminator;
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
  return `${wrapper}begin ${shellQuote(nonce)}\nrun_check ${timeoutSeconds} "$@"\n`;
}

/** Leaves at once where the check is not asked; else goes on with what the first step has brought. */
function beginOf({ nonce, only, isRemedy }: Omit<StepOptions, 'timeoutSeconds'>): string {
  const asked = only?.map(shellQuote) ?? [];
  const all = isRemedy ? '' : "' all ' | ";
  const leave = only ? [`case ' '${asked[1]}' ' in ${all}*' '${asked[0]}' '*) ;; *) exit 0 ;; esac`] : [];
  return [
    shebang.trim(),
    ...leave,
    `nonce=${shellQuote(nonce)}`,
    inFolder('break'),
    // In ASCII: its length is counted in bytes.
    `[ -n "$folder" ] || { text='its scripts are not on the host: see the output of the step Unpack'`,
    `  printf 'ROUNDS/1 %s exit=3 stdout=%s stderr=0\\n%s\\n' "$nonce" "\${#text}" "$text"; exit 3; }`,
    `. "$folder/${wrapperFile}"`,
    'begin "$nonce"',
  ].join('\n');
}

/** Does something where the folder of the command is, and is nobody else's: see unpack.sh. */
function inFolder(then: string): string {
  return `for base in /run/rounds "\${ROUNDS_STATE_FOLDER:-/var/lib/rounds}/run"; do
  folder=$base/rounds-\${nonce%????????????????}-\${AWS_SSM_INSTANCE_ID:-host}
  [ -O "$base" ] && [ ! -L "$folder" ] && [ -f "$folder/${wrapperFile}" ] && { ${then}; }
  folder=''
done`;
}

function withoutComments(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8').replace(/^(?:[ \t]*#(?!!).*)?\n/gm, '');
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
