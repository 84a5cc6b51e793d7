/** Draws `Curves` with uPlot; the one file that knows it. Lines, axes, a linked cursor and the line of the moment shown. */
import uPlot from 'uplot';
import type { Curves } from '../../extension/pictures/curves/series';
import type { Size } from '../../extension/pictures/marks';
import { number } from '../../extension/pictures/words';
import { type CurveTheme, curveTheme } from '../dom/theme';

export interface PlotListener {
  /** Index of the epoch under the pointer; `null` when it leaves. */
  onHover(index: number | null): void;
  /** The person clicked on an epoch. */
  onPick(index: number): void;
}

export class CurvePlot {
  private plot: uPlot | null = null;
  private shape = '';
  private size: Size | null = null;
  private curves: Curves | null = null;
  private position: number | null = null;
  private theme: CurveTheme = curveTheme();

  constructor(
    private readonly room: HTMLElement,
    private readonly listener: PlotListener,
  ) {}

  update(curves: Curves, position: number | null): void {
    this.curves = curves;
    this.position = position;
    if (this.size === null) return;
    const shape = JSON.stringify([curves.logarithmic, curves.lines.map((line) => [line.label, line.color, line.dash])]);
    if (this.plot === null || shape !== this.shape) this.build(curves, this.size, shape);
    else this.plot.setData(dataOf(curves));
  }

  resize(size: Size): void {
    if (this.size?.width === size.width && this.size.height === size.height) return;
    this.size = size;
    if (this.plot !== null) this.plot.setSize(size);
    else if (this.curves !== null) this.update(this.curves, this.position);
  }

  themeChanged(): void {
    this.theme = curveTheme();
    this.shape = '';
    if (this.curves !== null) this.update(this.curves, this.position);
  }

  private build(curves: Curves, size: Size, shape: string): void {
    this.plot?.destroy();
    this.shape = shape;
    this.plot = new uPlot(this.optionsFor(curves, size), dataOf(curves), this.room);
    this.plot.over.addEventListener('click', () => {
      const index = this.plot?.cursor.idx;
      if (index !== null && index !== undefined) this.listener.onPick(index);
    });
  }

  private optionsFor(curves: Curves, size: Size): uPlot.Options {
    const { theme } = this;
    const axis: uPlot.Axis = {
      stroke: theme.text,
      font: theme.font,
      grid: { stroke: theme.grid, width: 1 },
      ticks: { stroke: theme.grid, width: 1, size: 4 },
    };
    return {
      ...size,
      legend: { show: false },
      padding: [8, 12, 0, 0],
      cursor: {
        sync: { key: 'orthant', setSeries: false },
        y: false,
        drag: { x: false, y: false },
        points: { size: 6 },
      },
      scales: {
        x: { time: false, range: (_plot, min, max) => (max > min ? [min, max] : [min, min + 1]) },
        y: curves.logarithmic ? { distr: 3, range: logRange } : { range: linearRange },
      },
      axes: [
        { ...axis, size: 26, gap: 2, values: (_plot, splits) => splits.map((value) => number(value)) },
        {
          ...axis,
          size: 50,
          gap: 4,
          space: 28,
          values: (_plot, splits) => splits.map((value) => tickText(curves, value)),
        },
      ],
      series: [
        {},
        ...curves.lines.map((line) => ({
          stroke: theme.runs[line.color]!,
          width: 1.5,
          dash: [...line.dash],
          points: {
            show: true,
            size: 4,
            stroke: theme.runs[line.color]!,
            fill: theme.runs[line.color]!,
            filter: alone,
          },
        })),
      ],
      hooks: {
        draw: [(plot) => this.drawMoment(plot)],
        setCursor: [(plot) => this.listener.onHover(plot.cursor.idx ?? null)],
      },
    };
  }

  /** Where the histograms are in time, unless they follow the newest. */
  private drawMoment(plot: uPlot): void {
    if (this.position === null) return;
    const x = Math.round(plot.valToPos(this.position, 'x', true));
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = this.theme.moment;
    ctx.lineWidth = Math.max(1, uPlot.pxRatio);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  }
}

/** A logarithm has no 0: there the line breaks, which says that nothing was outside. */
function dataOf(curves: Curves): uPlot.AlignedData {
  const drawable = (value: number | null | undefined) => (typeof value === 'number' && value <= 0 ? null : value);
  return [curves.epochs, ...curves.lines.map(({ values }) => (curves.logarithmic ? values.map(drawable) : values))];
}

/** Indices of values between two breaks: a line can't show them, so they get a dot. */
function alone(plot: uPlot, series: number): number[] {
  const measured = [...(plot.data[series] ?? [])].flatMap((value, index) =>
    value === undefined ? [] : [{ value, index }],
  );
  return measured.flatMap(({ value, index }, at) => {
    const neighbours = [measured[at - 1]?.value ?? null, measured[at + 1]?.value ?? null];
    return value !== null && neighbours.every((neighbour) => neighbour === null) ? [index] : [];
  });
}

/** uPlot passes null for the ticks of a log axis that have no room. */
function tickText(curves: Curves, value: number | null): string {
  if (value === null) return '';
  if (curves.id === 'outside') return `${Number((value * 100).toPrecision(3))} %`;
  return number(value);
}

/** Room above and below; from 0 when the values come near it, so that small changes are not blown up. */
function linearRange(_plot: uPlot, min: number, max: number): [number, number] {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
  if (min === 0 && max === 0) return [0, 0.01];
  const room = (max - min || Math.abs(max)) * 0.08;
  const low = min >= 0 && min < max * 0.4 ? 0 : min - room;
  return [low, max + room];
}

function logRange(_plot: uPlot, min: number, max: number): [number, number] {
  if (min === null || max === null || !(min > 0)) return [0.001, 1];
  return [10 ** Math.floor(Math.log10(min)), 10 ** Math.ceil(Math.log10(max * 1.001))];
}
