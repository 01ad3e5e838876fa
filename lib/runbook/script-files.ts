import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** `import logs`, `from plugin import ...`; `. "${0%/*}/plugin.sh"`. */
const modules = /^(?:from|import) (\w+)\b/gm;
const sourced = /^\. "\$\{0%\/\*\}\/([\w.-]+\.sh)"$/gm;

/** The content of a script and, of the files in its folder, of those that it uses, directly or through others, by name. */
export function readScript(path: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  const add = (name: string) => {
    const file = join(dirname(path), name);
    if (files[name] !== undefined || !existsSync(file)) return;
    files[name] = readFileSync(file, 'utf8');
    for (const [, module = ''] of files[name].matchAll(modules)) add(`${module}.py`);
    for (const [, library = ''] of files[name].matchAll(sourced)) add(library);
  };
  add(basename(path));
  return files;
}
