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

/** Named by their keys: functions lose their names when the bundle is made small. */
const passes = (named: Readonly<Record<string, Pass['run']>>): Pass[] =>
  Object.entries(named).map(([name, run]) => ({ name, run }));

/** Each of these can open a way for the others, so they go round until nothing changes. */
const TIDYING = passes({
  shareEqual,
  foldConstants,
  dropBroadcasts,
  simplify,
  foldNumbers,
  foldSigns,
  multiplyNumbersFirst,
  dropUnused,
});
/** Graphs settle after three or four; the bound only guards against two rules undoing each other. */
const ROUNDS = 8;

/** What was traced, as fewer and cheaper nodes. `updates`: see `mergeUpdates`. */
export function optimizeStep(traced: Graph, updates: readonly (readonly string[])[] = []): Graph {
  verify(traced, 'tracing');
  const fusing = passes({
    selectByMask,
    maskFromRelu,
    shareEqual,
    dropOwnMask,
    maskBySlope,
    addInGemm,
    scaleInGemm,
    dropUnused,
    mergeUpdates: (graph) => mergeUpdates(graph, updates),
  });
  return tidy(runAll(tidy(traced), fusing));
}

/** What unrolling leaves behind: joins of what was just split. */
export function optimizeUnrolled(graph: Graph): Graph {
  verify(graph, 'unrolling');
  return runAll(graph, [...passes({ simplify }), ...passes({ simplify, dropUnused })]);
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

function runAll(graph: Graph, sequence: readonly Pass[]): Graph {
  return sequence.reduce((current, { name, run }) => {
    const result = run(current);
    verify(result, name);
    return result;
  }, graph);
}
