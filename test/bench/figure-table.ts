import type { Figure, Promised } from './figures.ts';
import { shown, textTable } from './text-table.ts';

/** Lines of a table: a column a round, under one line or more of heads, and what is promised. */
export function figureTable(
  title: string,
  heads: readonly (readonly string[])[],
  figures: readonly Figure[],
): string[] {
  return textTable([
    ...heads.map((head, index) => (index === 0 ? [title, ...head, 'promised'] : ['', ...head, ''])),
    ...figures.map(({ name, values, promise }) => [name, ...values.map(shown), verdict(promise)]),
  ]);
}

/** What is promised, and whether it is kept. */
export function verdict(promise: Promised | undefined): string {
  return promise ? `${promise.held ? 'held' : 'BROKEN'}: ${promise.text}` : '';
}
