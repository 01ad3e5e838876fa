import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface PageFile {
  readonly type: string;
  readonly text: string;
}

const folder = fileURLToPath(new URL('./page/', import.meta.url));

/** Everything that the page is made of, by path: bundled anew whenever a console starts, which takes a moment. */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: ['page.ts', 'page.css', 'widget.css'],
    outdir: folder,
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'silent',
  });
  const types = { js: 'text/javascript', css: 'text/css' };
  const bundled = outputFiles.map(({ path, text }): [string, PageFile] => {
    const name = path.slice(folder.length);
    return [`/${name}`, { type: name.endsWith('.js') ? types.js : types.css, text }];
  });
  return new Map([...bundled, ['/', { type: 'text/html', text: await readFile(`${folder}page.html`, 'utf8') }]]);
}
