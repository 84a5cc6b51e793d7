/** What a bound does to the data: how many rows of each target that it holds for touch it, and how many break it. */
import type { BoundCounts, DataReader } from '../../data/dataReader';
import { plainText } from '../markdown';
import { counted, grouped, numberText, shareText } from '../numberText';
import { questionOf, type WrittenData } from '../writtenData';

const MOST_TARGETS = 8;

/** `target` is `null` for the general bound, which holds for targets without an entry of their own. */
export async function boundMarkdown(
  written: WrittenData,
  side: 'min' | 'max',
  target: string | null,
  directory: string,
  reader: DataReader,
): Promise<string | null> {
  const { constraint, targets } = written;
  const question = questionOf(written, directory);
  const limit = target === null ? constraint[side] : ownBounds(constraint, target)?.[side];
  if (question === null || typeof limit !== 'number') return null;
  const meant =
    target === null
      ? targets.filter((each) => ownBounds(constraint, each) === null)
      : targets.filter((each) => each === target);
  const lines = await Promise.all(
    meant.slice(0, MOST_TARGETS).map(async (each) => {
      const counts = await reader.bound(question, each, side, limit);
      return counts === null ? [] : [`- ${plainText(each)}: ${boundLine(counts, side)}`];
    }),
  );
  if (lines.every((line) => line.length === 0)) return null;
  const more = meant.length - MOST_TARGETS;
  return [...lines.flat(), ...(more > 0 ? [`- and ${counted(more, 'target')} more`] : [])].join('\n');
}

/** `838 of 1,461 rows touch it (57 %), none is below`. */
function boundLine({ rows, touching, outside, extreme }: BoundCounts, side: 'min' | 'max'): string {
  const beyond = side === 'min' ? 'below' : 'above';
  const touched =
    touching === 0
      ? 'no row touches it'
      : `${grouped(touching)} of ${counted(rows, 'row')} ${touching === 1 ? 'touches' : 'touch'} it (${shareText(touching, rows)})`;
  if (outside.count === 0) return `${touched}, none is ${beyond}`;
  const worst = extreme === null ? '' : `, the worst at ${numberText(extreme)}`;
  const first = outside.first.map(grouped).join(', ');
  const rowsText =
    first === ''
      ? ''
      : ` (${outside.count > outside.first.length ? 'the first in rows' : outside.count === 1 ? 'row' : 'rows'} ${first})`;
  return `${touched}, **${grouped(outside.count)} ${outside.count === 1 ? 'is' : 'are'} ${beyond}**${worst}${rowsText}`;
}

function ownBounds(constraint: WrittenData['constraint'], target: string): Readonly<Record<string, unknown>> | null {
  const own = Object.hasOwn(constraint, target) ? constraint[target] : null;
  return typeof own === 'object' && own !== null ? (own as Record<string, unknown>) : null;
}
