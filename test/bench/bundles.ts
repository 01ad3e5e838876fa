import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, type FunctionName, functionNames } from '../../lib/constructs/bundle.ts';
import { compile } from '../../lib/runbook/compile.ts';
import { loadContacts } from '../../lib/runbook/contacts.ts';
import { platforms } from '../../lib/runbooks/platforms.ts';
import { type BundleParts, partsOf } from './bundle-parts.ts';
import type { Promised } from './figures.ts';

export interface BundleCost {
  readonly platform: string;
  readonly name: FunctionName;
  readonly kilobytes: number;
  /** Where they come from, but for the plan. */
  readonly parts: BundleParts;
  /** Median over several fresh processes; a cold start waits for it. */
  readonly importMs: number;
  /** Of a processor, likewise: what else runs on the machine counts less. */
  readonly importProcessorMs: number;
  readonly promise: Promised;
}

/** What a bundle should come to one day. */
export const bundleAims = { kilobytes: 300, importMs: 40 } as const;

/**
 * What no bundle may exceed. A test holds it to 380 KB with a small plan; that of a whole procedure comes on top. To import
 * one took 40 to 66 ms of a processor in November 2026, with Node 20.
 */
const limits = { kilobytes: 420, importProcessorMs: 80 } as const;

/** Odd, so that the median is one of them. */
const imports = 5;

/** Bundles every function of every platform into `folder`, and imports each several times. */
export function measureBundles(folder: string): BundleCost[] {
  const parts = new Map(functionNames.map((name) => [name, partsOf(name)]));
  return Object.entries(platforms).flatMap(([platform, runbookOf]) => {
    const plan = compile(runbookOf(loadContacts(platform, { allowUnconfigured: true }).contacts));
    return functionNames.map((name): BundleCost => {
      const { code, bytes } = bundle(name, plan);
      const file = join(folder, `${platform}-${name}.mjs`);
      writeFileSync(file, code);
      const kilobytes = bytes / 1_024;
      const times = Array.from({ length: imports }, () => importTimes(file));
      const importProcessorMs = median(times.map(({ processorMs }) => processorMs));
      return {
        platform,
        name,
        kilobytes,
        parts: parts.get(name) ?? { ours: 0, sdk: 0, time: 0 },
        importMs: median(times.map(({ ms }) => ms)),
        importProcessorMs,
        promise: {
          text: `at most ${limits.kilobytes} KB, ${limits.importProcessorMs} ms of a processor`,
          held: kilobytes <= limits.kilobytes && importProcessorMs <= limits.importProcessorMs,
        },
      };
    });
  });
}

function importTimes(file: string): { readonly ms: number; readonly processorMs: number } {
  const program = `
    const begun = performance.now();
    const usedBefore = process.cpuUsage();
    await import(${JSON.stringify(pathToFileURL(file).href)});
    const ms = performance.now() - begun;
    const { user, system } = process.cpuUsage(usedBefore);
    console.log(JSON.stringify({ ms, processorMs: (user + system) / 1_000 }));`;
  // The SDK's warning is about this machine's Node, not about the function's.
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const run = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8', env });
  return JSON.parse(run);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
