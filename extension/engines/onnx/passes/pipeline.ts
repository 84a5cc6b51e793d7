/** The passes in the order in which they run. The graph is verified after each, and a fault names the pass. */
import type { Graph } from '../graph';
import { verify } from '../verify';
import { addInGemm } from './addInGemm';
import { dropBroadcasts } from './dropBroadcasts';
import { dropOwnMask } from './dropOwnMask';
import { dropUnused } from './dropUnused';
import { foldConstants } from './foldConstants';
import { foldNumbers } from './foldNumbers';
import { foldSigns } from './foldSigns';
import { maskBySlope } from './maskBySlope';
import { maskFromRelu } from './maskFromRelu';
import { mergeUpdates } from './mergeUpdates';
import { multiplyNumbersFirst } from './multiplyNumbersFirst';
import { scaleInGemm } from './scaleInGemm';
import { selectByMask } from './selectByMask';
import { shareEqual } from './shareEqual';
import { simplify } from './simplify';

interface Pass {
  readonly name: string;
  run(graph: Graph): Graph;
}

const pass = (run: (graph: Graph) => Graph): Pass => ({ name: run.name, run });

/** Each of these can open a way for the others, so they go round until nothing changes. */
const TIDYING = [
  shareEqual,
  foldConstants,
  dropBroadcasts,
  simplify,
  foldNumbers,
  foldSigns,
  multiplyNumbersFirst,
  dropUnused,
].map(pass);
/** Graphs settle after three or four; the bound only guards against two rules undoing each other. */
const ROUNDS = 8;

/** What was traced, as fewer and cheaper nodes. `updates`: see `mergeUpdates`. */
export function optimizeStep(traced: Graph, updates: readonly (readonly string[])[] = []): Graph {
  verify(traced, 'tracing');
  const fusing = [
    selectByMask,
    maskFromRelu,
    shareEqual,
    dropOwnMask,
    maskBySlope,
    addInGemm,
    scaleInGemm,
    dropUnused,
  ].map(pass);
  const merging: Pass = { name: mergeUpdates.name, run: (graph) => mergeUpdates(graph, updates) };
  return tidy(runAll(tidy(traced), [...fusing, merging]));
}

/** What unrolling leaves behind: joins of what was just split. */
export function optimizeUnrolled(graph: Graph): Graph {
  verify(graph, 'unrolling');
  return runAll(graph, [simplify, simplify, dropUnused].map(pass));
}

function tidy(graph: Graph): Graph {
  let tidied = graph;
  for (let round = 0; round < ROUNDS; round++) {
    const before = tidied.nodes.length;
    tidied = runAll(tidied, TIDYING);
    if (tidied.nodes.length === before) break;
  }
  return tidied;
}

function runAll(graph: Graph, passes: readonly Pass[]): Graph {
  return passes.reduce((current, { name, run }) => {
    const result = run(current);
    verify(result, name);
    return result;
  }, graph);
}
