/** Rows behind a picture: number in the data, what was predicted, what the data have. Each opens in its file. Pure. */
import type { RowOutput, RowsEvent, SideMultipliers } from '../../protocol/rows';
import type { RunState } from '../../protocol/runState';
import { positionOf } from '../model';
import { count, epochWords, number, SPLIT_WORDS, type Split } from '../words';
import type { Cell, Table } from './table';

/**
 * The rows recorded last at or before a moment (in epochs, `null` is the newest), or the first ones where that is earlier:
 * a table says of which epoch it is. `null` where there are none.
 */
export function rowsAt(run: RunState, position: number | null): RowsEvent | null {
  const { started, rows } = run;
  if (started === null || position === null) return rows.at(-1) ?? null;
  return rows.findLast((event) => positionOf(started, event) <= position + 1e-9) ?? rows[0] ?? null;
}

/** The rows furthest outside the bounds. */
export function worstRowsTable(event: RowsEvent, target: string, split: Split): Table {
  const rows = event.targets[target]?.[split] ?? [];
  const set = SPLIT_WORDS[split].toLowerCase();
  const words = rows.length === 0 ? 'no output is outside' : `the ${count(rows.length)} furthest outside`;
  return table(`${target}, ${set} set, epoch ${epochWords(event.epoch)}: ${words}`, rows);
}

/** The rows with the largest multipliers of one side. */
export function multiplierRowsTable(event: RowsEvent, target: string, side: SideMultipliers): Table {
  return table(
    `${target}, ${side.side}, epoch ${epochWords(event.epoch)}: the ${count(side.rows.length)} largest multipliers`,
    side.rows,
  );
}

function table(caption: string, rows: readonly RowOutput[]): Table {
  return {
    caption,
    columns: [
      {
        label: 'row',
        description: 'number of the row in the data, after the query; opens it in its file',
        numeric: true,
      },
      { label: 'predicted', numeric: true },
      { label: 'target', numeric: true },
      { label: 'violation', description: 'distance outside the bounds', numeric: true },
      { label: 'multiplier', description: 'λ of the bound it is nearest to, in training units', numeric: true },
    ],
    rows: rows.map((row): Cell[] => [
      { text: count(row.row), value: row.row, head: true, opens: String(row.row) },
      { text: number(row.output), value: row.output },
      { text: number(row.target), value: row.target },
      { text: number(row.violation), value: row.violation, tone: row.violation > 0 ? 'bad' : undefined },
      { text: number(row.multiplier), value: row.multiplier },
    ]),
  };
}
