/** The tables behind the pictures of a comparison: a row per run with what its point or line shows. Pure. */
import { formatShare, formatWorstViolation } from '../../protocol/figures';
import type { ParallelData } from '../parallel';
import type { ParetoData } from '../pareto';
import { figure } from '../words';
import type { Cell, Table } from './table';

export function paretoTable({ of, points }: ParetoData): Table {
  return {
    caption: `Loss against violation, ${of}`,
    columns: [
      { label: 'run' },
      { label: 'MSE', numeric: true },
      { label: 'violation', description: 'largest violation, in standard deviations of its target', numeric: true },
      { label: 'outside', description: 'share of outputs outside the bounds', numeric: true },
      { label: 'beaten', description: 'whether another run is better in loss and violation' },
    ],
    rows: points.map((point): Cell[] => [
      { text: point.label, head: true, swatch: point.color ?? undefined },
      { text: figure('loss', point.loss), value: point.loss },
      { text: formatWorstViolation(point.violation), value: point.violation },
      { text: formatShare(point.outside), value: point.outside },
      { text: point.counts ? (point.onFront ? 'no' : 'yes') : point.status },
    ]),
  };
}

export function parallelTable({ runs, axes }: ParallelData): Table {
  return {
    caption: 'Settings that differ, and figures',
    columns: [{ label: 'run' }, ...axes.map(({ label, description }) => ({ label, description }))],
    rows: runs.map((run, index): Cell[] => [
      { text: run.label, head: true, swatch: run.color ?? undefined },
      ...axes.map((axis): Cell => ({ text: axis.words(index) })),
    ]),
  };
}
