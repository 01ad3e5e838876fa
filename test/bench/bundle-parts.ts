import { SourceMap } from 'node:module';
import { buildSync } from 'esbuild';
import { type FunctionName, secondPass } from '../../lib/constructs/bundle.ts';

/** Kilobytes of a function's code by where they come from; the plan stands before all of it. */
export interface BundleParts {
  readonly ours: number;
  readonly sdk: number;
  readonly time: number;
}

/** Follows each character of a function's code back to the module that it was made from. */
export function partsOf(name: FunctionName): BundleParts {
  const pass = secondPass(name);
  const { outputFiles } = buildSync({ ...pass, outfile: `${name}.js`, sourcemap: 'external' });
  const textOf = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  const map = new SourceMap(JSON.parse(textOf('.map')));
  const origins = originsOf(pass.stdin.contents);
  const parts = { ours: 0, sdk: 0, time: 0 };
  for (const [row, line] of textOf('.js').split('\n').entries()) {
    for (let column = 0; column <= line.length; column++) {
      const found = map.findEntry(row, column);
      parts['originalLine' in found ? (origins[found.originalLine] ?? 'ours') : 'ours'] += 1 / 1_024;
    }
  }
  return parts;
}

/** Of each line of the first pass: a comment before each module names its path. */
function originsOf(contents: string): (keyof BundleParts)[] {
  let origin: keyof BundleParts = 'ours';
  return contents.split('\n').map((line) => {
    if (line.startsWith('// node_modules/')) origin = line.startsWith('// node_modules/temporal-') ? 'time' : 'sdk';
    else if (line.startsWith('// functions/')) origin = 'ours';
    return origin;
  });
}
