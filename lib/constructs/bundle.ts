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
  whole ??= makeWhole();
  const contents = withoutErrorClasses(whole.get(name) ?? '');
  return textOf(buildSync({ ...always, stdin: { contents, resolveDir: root }, minify: true }).outputFiles);
}

/** All functions in one pass, which reads what they share once. */
function makeWhole(): ReadonlyMap<string, string> {
  const { outputFiles } = buildSync({
    ...always,
    entryPoints: functionNames.map((name) => ({ in: `functions/${name}/handler.ts`, out: name })),
    outdir: root,
    // The SDK's `main` is CommonJS, which an ES module cannot `require` at run time.
    mainFields: ['module', 'main'],
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path, '.js'), text]));
}

/**
 * Lets the second pass leave out the classes and schemas of some 230 errors, 70 KB: the SDK registers each, so the first
 * one has to keep them all. An error without a class is the service's general one, as errors are that a client is too old
 * for: with the same name, message and status, by which it is logged and tried again.
 */
function withoutErrorClasses(code: string): string {
  return code.replaceAll(registration, '/* @__PURE__ */ ');
}

function textOf(files: readonly { readonly text: string }[]): string {
  return files.map(({ text }) => text).join('');
}
