/** `my-shop` makes `myShopRunbook`: with a word behind it, no id is a reserved word or the name of a builder. */
export function functionName(id: string): string {
  return `${id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}Runbook`;
}

/** A key of an object, as the formatter writes it. */
function keyText(id: string): string {
  return /^[a-z]\w*$/.test(id) ? id : `'${id}'`;
}

/**
 * `lib/runbooks/platforms.ts` with one more platform.
 * @returns `undefined` where it is not written as it was delivered
 */
export function withPlatform(text: string, id: string): string | undefined {
  const lines = text.split('\n');
  const end = lines.indexOf(
    '};',
    lines.findIndex((line) => line.startsWith('export const platforms')),
  );
  const imports = lines.flatMap((line, index) => {
    const [, from = ''] = /^import \{ \w+ \} from '\.\/([\w-]+)\/runbook\.ts';$/.exec(line) ?? [];
    return from === '' ? [] : [{ from, index }];
  });
  const last = imports.at(-1);
  if (end < 0 || !last) return undefined;
  // In the order in which the linter wants them.
  const before = imports.find(({ from }) => order.compare(from, id) > 0)?.index ?? last.index + 1;
  const entry = `  ${keyText(id)}: ${functionName(id)},`;
  const line = `import { ${functionName(id)} } from './${id}/runbook.ts';`;
  return [...lines.slice(0, before), line, ...lines.slice(before, end), entry, ...lines.slice(end)].join('\n');
}

const order = new Intl.Collator('en', { numeric: true });
