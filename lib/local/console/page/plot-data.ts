import type { GraphAnswer } from '../wire.ts';

/** A series as it is drawn: in a stack each one stands on those before it. */
export interface DrawnSeries {
  readonly label: string;
  readonly color: string;
  /** What the legend says. */
  readonly values: readonly (number | null)[];
  /** Where it is drawn. */
  readonly heights: readonly (number | null)[];
}

/** CloudWatch's, for series without a color of their own. */
const palette = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#7f7f7f', '#bcbd22'];

export function drawnSeries({ series }: GraphAnswer, isStacked: boolean): DrawnSeries[] {
  const tops: number[] = [];
  return series.map(({ label, color, values }, index) => {
    const heights = values.map((value, at) => {
      if (!isStacked) return value;
      tops[at] = (tops[at] ?? 0) + (value ?? 0);
      return value === null || value === 0 ? null : tops[at];
    });
    return { label, color: color ?? palette[index % palette.length] ?? '', values, heights };
  });
}

/** The newest value, and none when there is none. */
export function lastOf(values: readonly (number | null)[]): number | undefined {
  return values.findLast((value) => value !== null) ?? undefined;
}
