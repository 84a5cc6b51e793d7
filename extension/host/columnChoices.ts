/** The columns of a data file as entries of a quick pick. Knows no editor, so that it can be tested without one. */
import type { InputProposal, InputProposals } from '../experiment/draft/proposeInputs';
import { bestTargets, type TargetProposal, type TargetProposals } from '../experiment/draft/proposeTargets';

/** An entry as VS Code takes it; `value` is what was proposed. */
export interface ColumnChoice<Proposal> {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly value: Proposal;
}

export interface ColumnChoices<Proposal> {
  readonly items: readonly ColumnChoice<Proposal>[];
  /** Ticked at first. */
  readonly picked: readonly ColumnChoice<Proposal>[];
}

/** Best first; ticked is the best one where it is alone. */
export function targetChoices(proposals: TargetProposals): ColumnChoices<TargetProposal> {
  const best = bestTargets(proposals);
  const items = proposals.targets.map(choice);
  return { items, picked: best.length === 1 ? items.slice(0, 1) : [] };
}

/** In the order of the data; ticked is what is proposed. */
export function inputChoices({ inputs }: InputProposals): ColumnChoices<InputProposal> {
  const items = inputs.map(choice);
  return { items, picked: items.filter(({ value }) => value.isProposed) };
}

function choice<Proposal extends TargetProposal | InputProposal>(value: Proposal): ColumnChoice<Proposal> {
  const { column, detail } = value;
  return { label: plainLabel(column.name), description: column.type, detail: plainLabel(detail), value };
}

/** Foreign text in a label: on one line, and no icon where it has the letters of one. */
export function plainLabel(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '·').replaceAll('$(', '\\$(');
}
