/** The table behind a history picture: one row per measure, with where the outputs lay then. Pure. */
import { formatShare } from '../../protocol/figures';
import { binsOf } from '../bins';
import type { HistoryData } from '../history';
import { epochWords, number } from '../words';
import type { Table } from './table';

export function historyTable(data: HistoryData): Table {
  const rows = data.positions.map((position, index) => {
    const bins = binsOf(data.edges, data.counts[index]!, data.bounds).filter((bin) => bin.count > 0);
    const [lowest, highest] = [bins[0]?.from ?? null, bins.at(-1)?.to ?? null];
    const fullest = bins.reduce((most, bin) => (bin.count > most.count ? bin : most), bins[0]!);
    return [
      { text: epochWords(Number(position.toFixed(2))), value: position, head: true },
      { text: formatShare(data.outside[index]!), value: data.outside[index]! },
      { text: edge(lowest), value: lowest },
      { text: edge(highest), value: highest },
      { text: `${edge(fullest.from)} to ${edge(fullest.to)}` },
      { text: formatShare(fullest.share), value: fullest.share },
    ];
  });
  return {
    caption: `History of ${data.target}, ${data.of}`,
    columns: [
      { label: 'epoch', numeric: true },
      { label: 'outside', description: 'share of outputs outside the bounds', numeric: true },
      { label: 'lowest bin from', description: 'lower end of the lowest bin that holds an output', numeric: true },
      { label: 'highest bin to', description: 'upper end of the highest bin that holds an output', numeric: true },
      { label: 'fullest bin' },
      { label: 'share there', numeric: true },
    ],
    rows,
  };
}

/** Of an open bin the end is infinite. */
function edge(value: number | null): string {
  if (value === null || Number.isFinite(value)) return number(value);
  return value < 0 ? '−∞' : '∞';
}
