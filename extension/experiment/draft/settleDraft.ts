/**
 * A draft after a second look. What a column's profile can't tell is what stays of it in the rows that are left: another
 * column's gaps may take away all rows but those with one value. Such inputs are taken out again, and said to be.
 */
import { dataQuery } from './dataQuery';
import { type DraftRequest, draftExperiment } from './draftExperiment';
import { detailOf, gapsOf, type InputProposal } from './proposeInputs';
import type { LeftOut } from './proposeTargets';
import { whyNoInputs } from './refusals';

export interface SettledDraft {
  /** Of the experiment. */
  readonly text: string;
  readonly inputs: readonly InputProposal[];
  readonly leftOut: readonly LeftOut[];
}

/** Reads the data: which inputs and targets of this experiment, by name, are the same in every row? */
export type FindConstant = (text: string) => Promise<readonly string[]>;

/** @returns in place of a draft the reason why there is none: nothing is left to take */
export async function settleDraft(
  request: DraftRequest,
  findConstant: FindConstant,
): Promise<SettledDraft | { readonly problem: string }> {
  let current = request;
  for (;;) {
    const { rows, columns, targets, inputs, leftOut } = current;
    if (inputs.length === 0) return { problem: whyNoInputs({ inputs, leftOut }, targets)! };
    const text = draftExperiment(current);
    const names = columns.map(({ name }) => name);
    const query = dataQuery(rows, names, targets, inputs);
    // Of the file's own columns and rows all is known.
    if (query.sql === null) return { text, inputs, leftOut };
    const constant = new Set(await findConstant(text));
    const hasConstantTarget = targets.some((target) => constant.has(query.nameOf(target)));
    const next =
      (hasConstantTarget ? withMoreRows(current) : null) ?? withoutConstant(current, constant, query.namesOf);
    if (next === current) return { text, inputs, leftOut };
    current = next;
  }
}

/** Without the input that takes away the most rows; `null` where none does. */
function withMoreRows(request: DraftRequest): DraftRequest | null {
  const [most] = request.inputs.filter(({ gaps }) => gaps !== null).sort((a, b) => b.gaps!.rows - a.gaps!.rows);
  if (most === undefined) return null;
  return without(request, most, 'has no value in rows that are needed for the targets to differ');
}

function withoutConstant(
  request: DraftRequest,
  constant: ReadonlySet<string>,
  namesOf: (input: InputProposal) => readonly string[],
): DraftRequest {
  const { inputs, targets } = request;
  const isFiltered = [...inputs, ...targets].some(({ column }) => gapsOf(column) !== null);
  const everywhere = `the same in every row${isFiltered ? ' that is left' : ''}`;
  let next = request;
  for (const input of inputs) {
    const names = namesOf(input);
    if (names.every((name) => constant.has(name))) next = without(next, input, `is ${everywhere}`);
    else if (names.some((name) => constant.has(name))) {
      const staying = input.derived.filter((_, index) => !constant.has(names[index]!));
      const gone = input.derived.filter((each) => !staying.includes(each));
      const reason = `is not asked for ${gone.map(({ words }) => words).join(' and ')}, ${everywhere}`;
      const kept = { ...input, derived: staying, detail: detailOf(input.column, staying) };
      const others = next.inputs.map((each) => (each === input ? kept : each));
      next = { ...next, inputs: others, leftOut: [{ column: input.column.name, reason }, ...next.leftOut] };
    }
  }
  return next;
}

function without(request: DraftRequest, input: InputProposal, reason: string): DraftRequest {
  return {
    ...request,
    inputs: request.inputs.filter((each) => each !== input),
    // First: it was wanted.
    leftOut: [{ column: input.column.name, reason }, ...request.leftOut],
  };
}
