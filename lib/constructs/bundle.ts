import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { planConstant } from '../../functions/contract.ts';
import type { Plan } from '../../functions/core/plan.ts';

/** A folder of `functions/` that has a `handler.ts`. */
export type FunctionName = 'dispatch' | 'collect' | 'tick';

/** One ES module with everything that a function needs: its code, the SDK clients and the plan. */
export interface Bundle {
  readonly code: string;
  /** Size of the code. */
  readonly bytes: number;
}

/**
 * Lambda hands out credentials by environment variables, so the SDK never loads its other providers: they are dynamic
 * imports, and leaving them out takes 115 KB from each bundle.
 */
const neverLoaded = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Bundles `functions/<name>/handler.ts` with the platform's plan in it. The same sources and plan give the same bytes
 * on every machine: no path and no time goes in.
 */
export function bundle(name: FunctionName, plan: Plan): Bundle {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [`functions/${name}/handler.ts`],
    bundle: true,
    write: false,
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The SDK's `main` is CommonJS, which an ES module cannot `require` at run time.
    mainFields: ['module', 'main'],
    external: neverLoaded,
    define: { [planConstant]: JSON.stringify(plan) },
    logLevel: 'silent',
  });
  const code = outputFiles.map((file) => file.text).join('');
  return { code, bytes: Buffer.byteLength(code) };
}
