/** What a command is called with: by a lens, a tree, the explorer, another extension, or by nobody. */
import { Uri } from 'vscode';
import type { ExperimentTreeNode } from './experimentsView';
import type { Run, RunStore } from './runStore';
import type { RunTreeNode } from './runsView';

type Node = ExperimentTreeNode | RunTreeNode;

/** The experiment file meant by a URI, its text, or a node of either tree. */
export function experimentIn(argument: unknown): Uri | undefined {
  if (argument instanceof Uri) return argument;
  if (typeof argument === 'string') return /^[a-z][\w+.-]*:/i.test(argument) ? Uri.parse(argument) : undefined;
  if (!isNode(argument)) return undefined;
  switch (argument.kind) {
    case 'group':
      return argument.experiment === null ? undefined : Uri.file(argument.experiment);
    case 'run':
      return Uri.file(argument.experiment);
    case 'experiment':
    case 'variant':
      return argument.uri;
    default:
      return undefined;
  }
}

export function variantIn(argument: unknown, named: unknown): string | undefined {
  if (typeof named === 'string') return named;
  return isNode(argument) && argument.kind === 'variant' ? argument.variant : undefined;
}

/** The runs meant by keys, nodes of the Runs tree (the one clicked and all selected), or a variant's latest. */
export function runsIn(store: RunStore, argument: unknown, selected: unknown): Run[] {
  const meant = Array.isArray(selected) && selected.length > 0 ? selected : [argument];
  const runs = meant.flat().flatMap((each): Run[] => {
    if (typeof each === 'string') return [store.get(each) ?? store.byFolder(each)].filter((run) => run !== undefined);
    if (!isNode(each)) return [];
    if (each.kind === 'run') return [store.get(each.key)].filter((run) => run !== undefined);
    if (each.kind === 'variant') {
      return [store.latest(each.uri.fsPath, each.variant)].filter((run) => run !== undefined);
    }
    return [];
  });
  return [...new Set(runs)];
}

function isNode(argument: unknown): argument is Node {
  return typeof argument === 'object' && argument !== null && 'kind' in argument;
}
