/** A value at a time, in days. */
export interface Point {
  readonly day: number;
  readonly value: number;
}

/** Points that a line goes through: 20,000 pairs of them. */
const pointsLimit = 200;

/**
 * The slopes a day between all pairs of points, the lowest first, for Theil-Sen: by their median outliers do not matter.
 * A clean-up would, since it lies between most of the pairs: where the greatest fall is over half of all that the values
 * differ, pairs around it are left out.
 * @param all the oldest first
 * @see https://en.wikipedia.org/wiki/Theil%E2%80%93Sen_estimator
 */
export function slopesOf(all: readonly Point[]): number[] {
  const points = thinned(all);
  const cut = cleanUpIn(points);
  const slopes: number[] = [];
  for (const [index, later] of points.entries()) {
    for (const earlier of points.slice(index < cut ? 0 : cut, index)) {
      if (later.day > earlier.day) slopes.push((later.value - earlier.value) / (later.day - earlier.day));
    }
  }
  return slopes.sort((one, other) => one - other);
}

/** Evenly, the first and the last point among them. */
function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= pointsLimit) return points;
  const step = (points.length - 1) / (pointsLimit - 1);
  return Array.from({ length: pointsLimit }, (_, index) => points[Math.round(index * step)]).filter((point) => !!point);
}

/** Where the points go on after their greatest fall; 0 where it is no clean-up. */
function cleanUpIn(points: readonly Point[]): number {
  const values = points.map(({ value }) => value);
  const falls = values.map((value, index) => (values[index - 1] ?? value) - value);
  const greatest = Math.max(...falls);
  const spread = Math.max(...values) - Math.min(...values);
  return greatest > spread / 2 ? falls.indexOf(greatest) : 0;
}
