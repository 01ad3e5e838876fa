import uPlot from 'uplot';
import type { GraphAnswer, GraphFace, HorizontalLine } from '../wire.ts';
import { numberText } from './format.ts';
import type { DrawnSeries } from './plot-data.ts';

export interface PlotProps {
  readonly face: GraphFace;
  readonly answer: GraphAnswer;
  readonly series: readonly DrawnSeries[];
  readonly timeZone: string;
  readonly width: number;
  readonly height: number;
  /** Somebody has drawn a range of time, in epoch milliseconds. */
  readonly onZoom: (start: number, end: number) => void;
  /** The place in the data that is pointed at, here or in another graph; `undefined` for none. */
  readonly onHover: (index: number | undefined) => void;
}

/** A smaller range is a click that trembled. */
const minimumZoomPixels = 5;

/** 1, 2, 5, 10, 20 and so on. */
const wholeSteps = Array.from({ length: 45 }, (_, index) => ([1, 2, 5][index % 3] ?? 1) * 10 ** Math.floor(index / 3));

/** Room for what is newest, as a share of the range. */
const rightMargin = 0.015;

const font = '11px Arial, sans-serif';

/** Draws a graph into an element. The axis of time belongs to the platform's clock. */
export function makePlot(target: HTMLElement, props: PlotProps): uPlot {
  const { face, answer, series, timeZone, width, height } = props;
  const tzDate = (ms: number) => uPlot.tzDate(new Date(ms), timeZone);
  const style = getComputedStyle(target);
  const axis = {
    stroke: style.getPropertyValue('--muted'),
    grid: { stroke: style.getPropertyValue('--line'), width: 1 },
    ticks: { stroke: style.getPropertyValue('--line'), width: 1, size: 4 },
    font,
  };
  const options: uPlot.Options = {
    width,
    height,
    ms: 1,
    tzDate,
    legend: { show: false },
    padding: [10, 12, 0, 0],
    scales: {
      x: { time: true, range: () => [answer.from, answer.to + rightMargin * (answer.to - answer.from)] },
      y: { range: (_plot, low, high) => valueRange(face, low, high) },
    },
    axes: [
      { ...axis, space: 60, size: 28, values: (_plot, ticks) => ticks.map((ms) => timeLabel(tzDate(ms))) },
      { ...axis, size: 48, values: (_plot, ticks) => ticks.map(numberText), ...steps(series), ...axisLabel(face) },
    ],
    series: [{}, ...drawingOrder(series, face).map((one) => seriesOptions(one, face))],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      sync: { key: 'rounds', filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' } },
    },
    hooks: {
      draw: [(plot) => drawLines(plot, face.lines, style.getPropertyValue('--text'))],
      setSelect: [(plot) => zoomTo(plot, props)],
      setCursor: [(plot) => props.onHover(plot.cursor.idx ?? undefined)],
    },
  };
  return new uPlot(options, plotData(answer, series, face), target);
}

export function plotData(answer: GraphAnswer, series: readonly DrawnSeries[], face: GraphFace): uPlot.AlignedData {
  return [[...answer.times], ...drawingOrder(series, face).map(({ heights }) => [...heights])];
}

/** In a stack the highest is drawn first, and the others over it. */
function drawingOrder(series: readonly DrawnSeries[], { isStacked }: GraphFace): readonly DrawnSeries[] {
  return isStacked ? series.toReversed() : series;
}

/** Rounds are moments: bars stand where there was one, and nothing stands between. */
const bars = uPlot.paths.bars?.({ size: [0.8, 14], align: 1 });

function seriesOptions({ label, color }: DrawnSeries, { isStacked }: GraphFace): uPlot.Series {
  if (!isStacked) return { label, stroke: color, width: 1.5, spanGaps: true, points: { size: 5 } };
  return { label, fill: color, width: 0, points: { show: false }, ...(bars && { paths: bars }) };
}

/** Values and thresholds both, from 0 where nothing is below it. */
function valueRange({ axis, lines }: GraphFace, low: number | null, high: number | null): [number, number] {
  const all = [low ?? 0, high ?? 0, ...lines.map(({ value }) => value)];
  const bottom = axis.min ?? Math.min(0, ...all);
  const top = axis.max ?? Math.max(...all);
  const [, roomy] = uPlot.rangeNum(bottom, top > bottom ? top : bottom + 1, 0.1, true);
  return [bottom, axis.max ?? roomy ?? top];
}

function axisLabel({ axis: { label } }: GraphFace) {
  return label === undefined ? {} : { label, labelSize: 16, labelFont: font, labelGap: 2 };
}

const clock = uPlot.fmtDate('{HH}:{mm}');
const day = uPlot.fmtDate('{MMM} {D}');

/** `08:05`, and the date where a day begins. */
function timeLabel(date: Date): string {
  return date.getHours() === 0 && date.getMinutes() === 0 ? day(date) : clock(date);
}

/** Of hosts there is no half. */
function steps(series: readonly DrawnSeries[]): { incrs?: number[] } {
  const isCounted = series.every(({ values }) => values.every((value) => Number.isInteger(value ?? 0)));
  return isCounted ? { incrs: wholeSteps } : {};
}

/** In the color of text, since that of a line may be too pale to be read. */
function drawLines(plot: uPlot, lines: readonly HorizontalLine[], textColor: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = `${11 * uPlot.pxRatio}px Arial, sans-serif`;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  ctx.lineWidth = uPlot.pxRatio;
  ctx.fillStyle = textColor;
  ctx.setLineDash([5 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
  for (const { value, label, color } of lines) {
    const y = Math.round(plot.valToPos(value, 'y', true));
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.strokeStyle = color ?? '#888888';
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillText(`${label} ${numberText(value)}`, bbox.left + bbox.width - 4, y - uPlot.pxRatio);
  }
  ctx.restore();
}

function zoomTo(plot: uPlot, { onZoom }: PlotProps): void {
  const { left, width } = plot.select;
  if (width < minimumZoomPixels) return;
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onZoom(Math.round(plot.posToVal(left, 'x')), Math.round(plot.posToVal(left + width, 'x')));
}
