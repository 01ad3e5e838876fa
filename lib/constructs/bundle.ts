import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync, transformSync } from 'esbuild';
import { planConstant } from '../../functions/contract.ts';
import type { Plan } from '../../functions/core/plan.ts';

/** Folders of `functions/` that have a `handler.ts`. */
export const functionNames = ['dispatch', 'collect', 'tick', 'report', 'console', 'act'] as const;

export type FunctionName = (typeof functionNames)[number];

/** One ES module with everything that a function needs: its code, the SDK clients and the plan. */
export interface Bundle {
  readonly code: string;
  /** Size of the code. */
  readonly bytes: number;
}

/**
 * What the SDK imports dynamically and here never does: Lambda hands out credentials by environment variables, and no
 * operation that is called streams events. Leaving it out takes 130 KB from each bundle.
 */
const neverLoaded = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/core/event-streams',
  '@smithy/credential-provider-imds',
];

/**
 * The errors of a service that stay classes of their own: one that an adapter catches by its class, and one that only its
 * class tells the SDK to try again.
 */
export const errorClasses = ['ConditionalCheckFailedException', 'ReplicatedWriteConflictException'];

/** Where a client registers the class of an error, in a bundle that is not minified yet. */
const registration = new RegExp(`^(?=n\\d+_registry\\d*\\.registerError\\((?!(?:${errorClasses.join('|')})\\$))`, 'gm');

/** A short name that a client gives to a word which its schemas often need, in a bundle that is not minified yet. */
const namedWord = /^var (_\w+) = ("[^"\n]*");$/gm;

/** Where a schema has such a name for a key. */
const namedKey = /\[(_\w+)\]:/g;

/** The package.json of a client, of which it tells the service the version; see above. */
const manifest = /^(var package_default\d* = \{)$[\s\S]*?^ {2}(version: "[^"]+"),$[\s\S]*?^\};$/gm;

const root = fileURLToPath(new URL('../../', import.meta.url));

const always = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  legalComments: 'none',
  charset: 'utf8',
  platform: 'node',
  target: 'node24',
  format: 'esm',
  external: neverLoaded,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/**
 * Bundles `functions/<name>/handler.ts` with the platform's plan in it. The same sources and plan give the same bytes
 * on every machine: no path and no time goes in.
 */
export function bundle(name: FunctionName, plan: Plan): Bundle {
  const code = `${planText(plan)}${codeOf(name)}`;
  return { code, bytes: Buffer.byteLength(code) };
}

/** Declares the plan for the code that stands behind it. */
function planText(plan: Plan): string {
  const text = `const ${planConstant}=${JSON.stringify(plan)};`;
  return transformSync(text, { minify: true, charset: 'utf8', target: always.target }).code;
}

/** The same for every plan, and what a synthesis spends most of its time on: made once a process. */
const made = new Map<FunctionName, string>();
let whole: ReadonlyMap<string, string> | undefined;

function codeOf(name: FunctionName): string {
  const code = made.get(name) ?? makeCode(name);
  made.set(name, code);
  return code;
}

function makeCode(name: FunctionName): string {
  return textOf(buildSync(secondPass(name)).outputFiles);
}

/** What makes a function's code; before each module of its input stands a comment with the path. */
export function secondPass(name: FunctionName) {
  whole ??= makeWhole();
  const contents = prepared(whole.get(name) ?? '');
  return { ...always, stdin: { contents, resolveDir: root }, minify: true } as const satisfies BuildOptions;
}

/** Paths of the modules that a function's code is made from. */
export function modulesOf(name: FunctionName): string[] {
  const headings = secondPass(name).stdin.contents.matchAll(/^\/\/ ([\w@./-]+\.(?:[cm]?js|ts|json))$/gm);
  return [...headings].map(([, path = '']) => path);
}

/** All functions in one pass, which reads what they share once. */
function makeWhole(): ReadonlyMap<string, string> {
  const { outputFiles } = buildSync({
    ...always,
    entryPoints: functionNames.map((name) => ({ in: `functions/${name}/handler.ts`, out: name })),
    outdir: root,
    alias: { '@aws-sdk/endpoint-cache': './lib/constructs/no-endpoint-cache.ts' },
    // The SDK's `main` is CommonJS, which an ES module cannot `require` at run time.
    mainFields: ['module', 'main'],
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path, '.js'), text]));
}

/**
 * Lets the second pass leave out what is never used, 110 KB: for fear of side effects it keeps whatever is called while the
 * module loads, and any schema that computes a key. What a new version of the SDK writes in another way stays in the
 * bundle, which then is larger than its test allows.
 */
function prepared(code: string): string {
  return withoutErrorClasses(withPlainKeys(code.replaceAll(manifest, '$1 $2 };')));
}

/** The schemas of some 600 operations that nobody calls, 32 KB. */
function withPlainKeys(code: string): string {
  const words = new Map([...code.matchAll(namedWord)].map(([, name, word]) => [name, word]));
  return code.replaceAll(namedKey, (key, name) => (words.has(name) ? `${words.get(name)}:` : key));
}

/**
 * The classes and schemas of some 230 errors, 70 KB: the SDK registers each. An error without a class is the service's
 * general one, as errors are that a client is too old for: with the same name, message and status, by which it is logged
 * and tried again.
 */
function withoutErrorClasses(code: string): string {
  return code.replaceAll(registration, '/* @__PURE__ */ ');
}

function textOf(files: readonly { readonly text: string }[]): string {
  return files.map(({ text }) => text).join('');
}
