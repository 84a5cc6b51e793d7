/**
 * Draws `Curves` with uPlot; the one file that knows it. Lines, axes, a crosshair linked between charts, zoom by dragging
 * across, and the line of the moment shown.
 */
import uPlot from 'uplot';
import type { Curves, Line } from '../../extension/pictures/curves/series';
import type { Size } from '../../extension/pictures/marks';
import { number } from '../../extension/pictures/words';
import { type CurveTheme, curveTheme } from '../dom/theme';

export interface PlotListener {
  /** Index of the epoch under the pointer; `null` when it leaves. */
  onHover(index: number | null): void;
  /** The person clicked on an epoch. */
  onPick(index: number): void;
  /** The person dragged over a stretch of epochs, or double-clicked to see all (`null`). */
  onZoom(epochs: [number, number] | null): void;
}

export class CurvePlot {
  private plot: uPlot | null = null;
  private shape = '';
  private size: Size | null = null;
  private curves: Curves | null = null;
  private position: number | null = null;
  /** A click ends every drag; that one picks nothing. */
  private hasDragged = false;
  private theme: CurveTheme = curveTheme();

  constructor(
    private readonly room: HTMLElement,
    private readonly listener: PlotListener,
  ) {}

  update(curves: Curves, position: number | null): void {
    this.curves = curves;
    this.position = position;
    if (this.size === null) return;
    const shape = JSON.stringify([
      curves.logarithmic,
      curves.lines.map((line) => [line.label, line.color, line.dash, line.smoothed !== undefined]),
    ]);
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
      if (this.hasDragged) {
        this.hasDragged = false;
        return;
      }
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
        sync: { key: 'orthant', scales: ['x', null], setSeries: false },
        drag: { x: true, y: false, setScale: false, dist: 6 },
        points: { size: 6 },
        bind: { dblclick: () => () => this.showAll() },
      },
      scales: {
        x: { time: false, range: (_plot, min, max) => this.epochRange(min, max) },
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
        ...curves.lines.filter(isSmoothed).map((line) => ({
          stroke: theme.runs[line.color]!,
          alpha: RAW_ALPHA,
          width: 1,
          points: { show: false },
        })),
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
        setSelect: [(plot) => this.zoomTo(plot)],
        setCursor: [(plot) => this.listener.onHover(plot.cursor.idx ?? null)],
      },
    };
  }

  private epochRange(min: number, max: number): [number, number] {
    const zoom = this.curves?.zoom ?? null;
    if (zoom !== null) return [zoom[0], zoom[1]];
    return max > min ? [min, max] : [min, min + 1];
  }

  private showAll(): null {
    this.listener.onZoom(null);
    return null;
  }

  private zoomTo(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < LEAST_DRAG) return;
    this.hasDragged = true;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.listener.onZoom([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
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

/** Of what was measured, behind its smoothed line. */
const RAW_ALPHA = 0.3;
/** In pixels; less is a click. */
const LEAST_DRAG = 6;

function isSmoothed(line: Line): boolean {
  return line.smoothed !== undefined;
}

/** What was measured, faint, of the lines that are smoothed; then the lines. A logarithm has no 0: there they break. */
function dataOf({ epochs, lines, logarithmic }: Curves): uPlot.AlignedData {
  const drawable = (value: number | null | undefined) =>
    logarithmic && typeof value === 'number' && value <= 0 ? null : value;
  return [
    epochs,
    ...lines.filter(isSmoothed).map(({ values }) => values.map(drawable)),
    ...lines.map(({ values, smoothed }) => (smoothed ?? values).map(drawable)),
  ];
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
