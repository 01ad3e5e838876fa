/** More than so many mistakes are another word. */
const mostMistakes = 3;

/** ` Did you mean 'disk'?`, where one of the known names is like what was written; otherwise nothing. */
export function didYouMean(written: string, known: readonly string[]): string {
  const limit = Math.min(mostMistakes, Math.ceil(written.length * 0.4));
  const [nearest] = known
    .map((name) => ({ name, mistakes: name.startsWith(written) ? 1 : mistakes(written, name) }))
    .filter((each) => written !== '' && each.mistakes <= limit)
    .sort((one, other) => one.mistakes - other.mistakes);
  return nearest ? ` Did you mean '${nearest.name}'?` : '';
}

/** Characters that are too many, missing or wrong, or two that changed places (Damerau and Levenshtein). */
function mistakes(written: string, meant: string): number {
  const rows = [Array.from({ length: meant.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= written.length; i++) {
    const row = [i];
    const at = (up: number, left: number) => rows[i - up]?.[left] ?? Number.POSITIVE_INFINITY;
    for (let j = 1; j <= meant.length; j++) {
      const isSame = written[i - 1] === meant[j - 1];
      const isSwapped = written[i - 1] === meant[j - 2] && written[i - 2] === meant[j - 1];
      row.push(
        Math.min(
          at(1, j) + 1,
          (row[j - 1] ?? 0) + 1,
          at(1, j - 1) + (isSame ? 0 : 1),
          isSwapped ? at(2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    rows.push(row);
  }
  return rows.at(-1)?.at(-1) ?? 0;
}
