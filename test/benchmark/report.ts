/** The figures as Markdown, for the terminal and for docs/performance.md alike. */
import type { FirstEventResult } from './firstEvent';
import { isBusy, type Machine } from './machine';
import type { NodeResult } from './nodes';
import type { RunFolderResult } from './runFolder';
import type { Spread } from './statistics';
import type { CaseResult, StepResult } from './steps';

export interface Results {
  readonly machine: Machine;
  /** As typed. */
  readonly command: string;
  readonly date: Date;
  readonly cases: CaseResult[];
  readonly runFolders: RunFolderResult[];
  firstEvent: FirstEventResult | null;
  /** What could not be measured at all. */
  readonly notes: string[];
}

export function report(results: Results): string {
  const { machine } = results;
  const versions = versionsOf(results);
  const goals = goalsTable(results);
  const sections = [
    '# Performance',
    `Written by \`${results.command}\` on ${results.date.toISOString().slice(0, 10)}; a benchmark, not a test: run it on a machine with nothing else to do.`,
    table(
      ['', ''],
      [
        ['processor', machine.cpu],
        ['cores', `${machine.cores}, and as many threads for each contestant`],
        ['memory', `${gigabytes(machine.memoryBytes)} GB`],
        ['system', machine.system],
        ['Node.js', machine.node],
        ...versions,
        ...(machine.loadBefore === null ? [] : [['load before', machine.loadBefore.toFixed(2)]]),
      ],
    ),
    ...(isBusy(machine) ? ['**The machine was busy with other things: these figures say little.**'] : []),
    ...(results.cases.length > 0 ? stepSections(results.cases) : []),
    ...(results.runFolders.length > 0 ? runFolderSection(results.runFolders) : []),
    ...(results.firstEvent === null ? [] : firstEventSection(results.firstEvent)),
    ...(goals.length === 0 ? [] : ['## Goals', goals]),
    ...(results.notes.length === 0 ? [] : ['## Left out', list(results.notes)]),
  ];
  return `${sections.join('\n\n')}\n`;
}

export function caseTable({ results }: CaseResult): string {
  return table(
    ['', 'ms a step', 'middle half', 'ratio', 'load s', 'create s', 'first call s', 'peak MB'],
    results.map(({ entry, ready, milliseconds, ratio, peakBytes }) => [
      entry.title,
      figure(milliseconds.median),
      range(milliseconds),
      Number.isNaN(ratio) ? '–' : ratio.toFixed(2),
      ready.loadSeconds.toFixed(2),
      ready.createSeconds.toFixed(2),
      ready.firstCallSeconds.toFixed(2),
      peakBytes === null ? '–' : (peakBytes / 1e6).toFixed(0),
    ]),
  );
}

function stepSections(cases: readonly CaseResult[]): string[] {
  const described = new Map(
    cases.flatMap(({ results }) => results.map(({ entry, ready }) => [entry.title, ready.description] as const)),
  );
  const distance = Math.max(...cases.flatMap(({ results }) => results.map(({ lossDistance }) => lossDistance)));
  return [
    '## Training steps',
    'The same weights, data in memory, loss (mean squared error + `penalty` with its defaults) and Adam for all, float32. ' +
      `Every contestant is a process of its own; they take turns round by round, ${cases[0]!.rounds} rounds. ` +
      'Times are medians over the rounds with the middle half of them; the ratio is the time over that of the first engine, round by round, median. ' +
      `In the first pass over the data no loss was farther from the contestants' median than ${percent(distance, 3)}; who computes something else is not timed.`,
    '*load*: importing the library. *create*: model, optimizer and session, tracing included. *first call*: the first step or steps, where what compiles late compiles. *peak*: the process at its largest, the data included.',
    list([...described].map(([title, description]) => `${title}: ${description}`)),
    ...cases.flatMap((result) => [
      `### ${result.case.title}`,
      caseTable(result),
      ...(result.notes.length === 0 ? [] : [list(result.notes)]),
    ]),
  ];
}

export function runFolderTable(results: readonly RunFolderResult[]): string {
  return table(
    ['', 'steps', 'bare ms a step', 'with run folder', 'overhead', 'middle half', 'events', 'to the end s'],
    results.map((one) => [
      `${one.case.title}, ${one.engine}`,
      String(one.steps),
      figure(one.bareMs.median),
      figure(one.recordedMs.median),
      percent(one.overhead.median, 1),
      `${percent(one.overhead.lowerQuartile, 1)} … ${percent(one.overhead.upperQuartile, 1)}`,
      String(one.events),
      `${one.wholeSeconds.toFixed(2)} (bare ${one.bareSeconds.toFixed(2)})`,
    ]),
  );
}

function runFolderSection(results: readonly RunFolderResult[]): string[] {
  return [
    '## Training in a run folder',
    `The trainer as it is (gathered batches, measures, histograms, events on disk and over the process channel, checkpoints) against the bare loop of \`session.train\` calls on the same batches, gathered beforehand; by turns in one process, ${results[0]!.rounds} rounds. *with run folder* is from the first step to the last; *to the end* adds the first measure, the KKT residuals and the model file.`,
    runFolderTable(results),
  ];
}

export function firstEventTable({ engine, first, trained, pytorch }: FirstEventResult): string {
  const row = (title: string, spread: Spread): string[] => [
    title,
    (spread.median / 1000).toFixed(2),
    `${(spread.lowerQuartile / 1000).toFixed(2)} … ${(spread.upperQuartile / 1000).toFixed(2)}`,
  ];
  return table(
    ['', 's', 'middle half'],
    [
      row(`\`orthant train --json\` (${engine}), first event`, first),
      row('… first progress or measure after a step', trained),
      ...(pytorch === null ? [] : [row('`python train.py` with PyTorch, loss of the first step', pytorch)]),
    ],
  );
}

function firstEventSection(result: FirstEventResult): string[] {
  return [
    '## Time to the first event',
    `Start of the process to its first line, weather example, variant \`penalty\`, ${result.rounds} rounds by turns. The script (\`test/benchmark/peers/train.py\`) reads the same file with Python's csv module.`,
    firstEventTable(result),
  ];
}

export function nodesTable(results: readonly NodeResult[]): string {
  return table(
    ['', 'µs', 'middle half'],
    results.map(({ title, microseconds }) => [title, figure(microseconds.median), range(microseconds)]),
  );
}

/** What we hold ourselves to; nothing fails when it is missed, but it is said. Empty when nothing of it was measured. */
export function goalsTable(results: Results): string {
  const goals: [string, string, string, boolean][] = [];
  for (const { case: shape, results: steps } of results.cases) {
    const ours = steps.find(({ entry }) => entry.family === 'orthant');
    if (ours === undefined) continue;
    const isSmall = shape.layers[0]! < 100;
    const wanted = isSmall ? 4 : shape.batchSize <= 128 ? 1.5 : null;
    const peers = steps.filter(({ entry }) => entry.family === 'pytorch');
    const best = peers.reduce<StepResult | null>((a, b) => (a !== null && a.ratio <= b.ratio ? a : b), null);
    if (best !== null && wanted !== null) {
      goals.push([
        `${shape.title}: times faster than PyTorch's best (${best.entry.title})`,
        `≥ ${wanted}`,
        best.ratio.toFixed(2),
        best.ratio >= wanted,
      ]);
    }
    const wasm = steps.find(({ entry }) => entry.name === 'wasm');
    if (wasm !== undefined && wasm !== ours) {
      goals.push([`${shape.title}: times faster than wasm`, '≥ 15', wasm.ratio.toFixed(1), wasm.ratio >= 15]);
    }
  }
  for (const { case: shape, overhead } of results.runFolders) {
    goals.push([
      `${shape.title}: cost of the run folder`,
      '< 5 %',
      percent(overhead.median, 1),
      overhead.median < 0.05,
    ]);
  }
  if (results.firstEvent !== null) {
    const seconds = results.firstEvent.first.median / 1000;
    goals.push(['first event, weather example', '≤ 0.7 s', `${seconds.toFixed(2)} s`, seconds <= 0.7]);
  }
  if (goals.length === 0) return '';
  return table(
    ['', 'goal', 'here', ''],
    goals.map(([what, goal, here, isMet]) => [what, goal, here, isMet ? 'met' : '**missed**']),
  );
}

function versionsOf(results: Results): string[][] {
  const names: Record<string, string> = {
    torch: 'PyTorch',
    jax: 'JAX',
    onnx: 'onnxruntime',
    wasm: 'tfjs wasm',
    tensorflow: 'tfjs-node',
  };
  const versions = new Map(
    results.cases.flatMap((one) => one.results.flatMap(({ ready }) => Object.entries(ready.versions))),
  );
  return [...versions].map(([name, version]) => [names[name] ?? name, version]);
}

/** Markdown, with columns padded so that it reads as plain text too. First column to the left, the others to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, ...[title, ...rows.map((row) => row[column]!)].map((cell) => cell.length)),
  );
  const isText = head.length === 2;
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 || isText ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 || isText ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

/** Three significant digits. */
function figure(milliseconds: number): string {
  return milliseconds >= 100 ? milliseconds.toFixed(0) : milliseconds.toPrecision(3);
}

function range({ lowerQuartile, upperQuartile }: Spread): string {
  return `${figure(lowerQuartile)} … ${figure(upperQuartile)}`;
}

function percent(share: number, digits: number): string {
  return `${(share * 100).toFixed(digits)} %`;
}

function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(0);
}
