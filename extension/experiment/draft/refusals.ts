/** Why there can be no experiment over a data file, in words, with what to do about it. */
import type { ColumnProfile } from '../../protocol/columns';
import { type InputProposals, notTaken } from './proposeInputs';
import { proposeTargets, type TargetProposal } from './proposeTargets';
import { listOf, quoted } from './words';

const NAMED = 6;

/** Why nothing can be learned from these columns; `null` when something can. */
export function whyNoExperiment(file: string, rows: number, columns: readonly ColumnProfile[]): string | null {
  const name = quoted(file);
  if (rows === 0) return `${name} has a header and no rows. Add rows below it.`;
  const { targets, leftOut } = proposeTargets(columns);
  if (targets.length === 0) {
    const reasons = leftOut.map(({ column, reason }) => `${quoted(column)} ${reason}`);
    const more = reasons.length > NAMED ? [`and ${reasons.length - NAMED} more`] : [];
    return `${name} has no column of numbers that could be a target: ${[...reasons.slice(0, NAMED), ...more].join('; ')}. A target is a column of numbers that differ from row to row.`;
  }
  if (columns.length === 1) {
    return `${name} has one column, and a network needs at least one to take and another to give. Add a column.`;
  }
  return null;
}

/** Why the network has nothing to take; `null` when it has. */
export function whyNoInputs(proposals: InputProposals, targets: readonly TargetProposal[]): string | null {
  if (proposals.inputs.some(({ isProposed }) => isProposed)) return null;
  const names = targets.map(({ column }) => quoted(column.name));
  const reasons = notTaken(proposals, []).map(({ column, reason }) => `${quoted(column)} ${reason}`);
  const beside = `Beside ${listOf(names, NAMED)} there is nothing that the network could take`;
  return reasons.length === 0
    ? `${beside}: all other columns are targets. Leave one of them out.`
    : `${beside}: ${listOf(reasons, NAMED)}. Choose other targets, or add a column of numbers.`;
}
