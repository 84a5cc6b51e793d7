/** The column that says what the share outside among held-out rows means for rows never seen. Pure. */
import { NEW_ROWS, outsideUpperBound } from '../../protocol/confidence';
import type { SplitFigures } from '../../protocol/figures';
import type { Cell, Column } from './table';

export const NEW_ROWS_COLUMN: Column = { label: NEW_ROWS.label, description: NEW_ROWS.description, numeric: true };

/** Nothing for `null`, as for rows that were trained on: what is outside among them says nothing of new ones. */
export function newRowsCell(heldOut: SplitFigures | null, target: string | null): Cell {
  const bound = outsideUpperBound(heldOut, target);
  return { text: NEW_ROWS.format(bound), value: bound };
}
