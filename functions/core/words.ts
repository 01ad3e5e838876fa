/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** `1 host`, `3 hosts`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `all 3 hosts`, `1 of 3 hosts`. */
export function shareOf(count: number, population: number): string {
  if (count === population) return population === 1 ? '1 host' : `all ${population} hosts`;
  return `${count} of ${counted(population, 'host')}`;
}
