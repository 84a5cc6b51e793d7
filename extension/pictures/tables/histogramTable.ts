/** The table behind a histogram: one row per bin that holds anything now or held anything before training. Pure. */
import { formatShare } from '../../protocol/figures';
import { binsOf } from '../bins';
import type { HistogramData } from '../histogram';
import { count, number } from '../words';
import type { Table } from './table';

export function histogramTable(data: HistogramData): Table {
  const before = data.before === null ? null : binsOf(data.edges, data.before, data.bounds);
  const rows = binsOf(data.edges, data.counts, data.bounds)
    .filter((bin) => bin.count > 0 || (before?.[bin.index]?.count ?? 0) > 0)
    .map((bin) => {
      const shareBefore = before?.[bin.index]?.share ?? null;
      return [
        { text: Number.isFinite(bin.from) ? number(bin.from) : '−∞', value: bin.from, head: true },
        { text: Number.isFinite(bin.to) ? number(bin.to) : '∞', value: bin.to },
        { text: bin.outside ? 'outside' : 'inside', tone: bin.outside ? ('bad' as const) : undefined },
        { text: count(bin.count), value: bin.count },
        { text: formatShare(bin.share), value: bin.share },
        { text: formatShare(shareBefore), value: shareBefore },
      ];
    });
  return {
    caption: `${data.target}, ${data.of}`,
    columns: [
      { label: 'from', numeric: true },
      { label: 'to', numeric: true },
      { label: 'bounds' },
      { label: 'outputs', numeric: true },
      { label: 'share', numeric: true },
      { label: 'before training', description: 'share before training', numeric: true },
    ],
    rows,
  };
}
