/** `orthant new`: writes an experiment file for a data file, with the columns that suit and a reason for each other one. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { constantColumns } from '../data/constantColumns';
import { describeFile } from '../data/describeFile';
import { openDataReader } from '../data/openDataReader';
import type { DraftRequest } from '../experiment/draft/draftExperiment';
import {
  gapsOf,
  type InputProposal,
  type InputProposals,
  notTaken,
  proposeInputs,
} from '../experiment/draft/proposeInputs';
import {
  bestTargets,
  type LeftOut,
  proposeTargets,
  type TargetProposal,
  type TargetProposals,
} from '../experiment/draft/proposeTargets';
import { whyNoExperiment, whyNoInputs } from '../experiment/draft/refusals';
import { type SettledDraft, settleDraft } from '../experiment/draft/settleDraft';
import { countOf, listOf, quoted } from '../experiment/draft/words';
import { didYouMean, listNames } from '../experiment/names';
import { printable } from '../protocol/printable';
import { askTargets, type Terminal } from './askTargets';
import { EXIT } from './exit';
import { shellWord } from './shellWord';
import { writeOutput } from './writeOutput';

export interface NewCommandOptions {
  readonly target: readonly string[];
  readonly input: readonly string[];
  readonly output?: string;
  readonly force: boolean;
}

const ENDING = '.orthant.json';
const FORMATS = 'CSV, TSV, Parquet or JSON lines';

/** What is wrong with the arguments or the data, in the words for the person; nothing was written. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly lines: readonly string[];

  constructor(...lines: string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/** @param terminal where to ask; `null` where nobody could answer */
export async function newCommand(
  file: string,
  options: NewCommandOptions,
  terminal: Terminal | null = standardTerminal(),
): Promise<number> {
  try {
    const dataPath = dataFile(file);
    const place = outputPlace(dataPath, options);
    const described = await describeFile(dataPath);
    if ('problem' in described) throw new Refusal(`${file}: ${described.problem}`);
    const { rows, columns } = described;
    const refused = whyNoExperiment(path.basename(file), rows, columns);
    if (refused !== null) throw new Refusal(refused);
    const proposals = proposeTargets(columns);
    const targets = await chooseTargets(file, proposals, options, terminal);
    if (targets === null) return EXIT.interrupted;
    const offered = proposeInputs(columns, targets);
    const inputs = chooseInputs(offered, targets, options.input);
    const leftOut = notTaken(offered, inputs);
    const request = { source: place.source, rows, columns, targets, inputs, leftOut };
    const draft = await settled(request, path.dirname(path.resolve(place.file)));
    writeOutput(place.file, draft.text);
    report(place.file, targets, draft);
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof Error) || (error.name !== 'Refusal' && error.name !== 'OutputError')) throw error;
    // What a data file has in its header must not reach the terminal as it is.
    for (const line of error instanceof Refusal ? error.lines : [error.message]) console.error(printable(line));
    return EXIT.wrongInput;
  }
}

/** With a second look at the data, as the draft would have them. */
async function settled(request: DraftRequest, directory: string): Promise<SettledDraft> {
  const reader = openDataReader();
  const draft = await settleDraft(request, (text) => constantColumns(reader, text, { directory })).finally(() =>
    reader.dispose(),
  );
  if ('problem' in draft) throw new Refusal(draft.problem);
  return draft;
}

/** Both ends: with a pipe at either, nobody reads the question or can answer it. */
function standardTerminal(): Terminal | null {
  return process.stdin.isTTY && process.stderr.isTTY ? { input: process.stdin, output: process.stderr } : null;
}

/** Absolute path of the data file. */
function dataFile(file: string): string {
  const dataPath = path.resolve(file);
  const found = statSync(dataPath, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new Refusal(`${file}: there is no such file. Give the path of a data file (${FORMATS}).`);
  }
  if (found.isDirectory()) throw new Refusal(`${file}: this is a folder; name the data file in it (${FORMATS}).`);
  if (dataPath.endsWith(ENDING)) {
    throw new Refusal(`${file}: this is an experiment file already. Train it with: orthant train ${shellWord(file)}`);
  }
  return dataPath;
}

/** Where the experiment goes, and what the data file is called from there. */
function outputPlace(dataPath: string, { output, force }: NewCommandOptions): { file: string; source: string } {
  const beside = path.join(path.dirname(dataPath), path.basename(dataPath, path.extname(dataPath)) + ENDING);
  const file = output ?? (path.relative('', beside) || beside);
  if (!file.endsWith(ENDING)) throw new Refusal(`${file}: an experiment's name ends in ${ENDING}. Change --output.`);
  const source = path.relative(path.dirname(path.resolve(file)), dataPath);
  if (!force && existsSync(file)) {
    throw new Refusal(`${file} exists. Name another file with --output, or write over it with --force.`);
  }
  return { file, source: source.replaceAll('\\', '/') };
}

/** `null` when the person would rather not say. */
async function chooseTargets(
  file: string,
  proposals: TargetProposals,
  options: NewCommandOptions,
  terminal: Terminal | null,
): Promise<readonly TargetProposal[] | null> {
  const { targets, leftOut } = proposals;
  if (options.target.length > 0) return named(options.target, targets, leftOut, 'a target');
  if (terminal !== null) return askTargets(proposals, terminal);
  const best = bestTargets(proposals);
  if (best.length === 1) {
    console.error(`Target: ${describe(best[0]!)}. It suits best; --target names another.`);
    return best;
  }
  const lines = targets.map((target) => `  ${describe(target)}`);
  const command = `orthant new ${shellWord(file)} --target ${shellWord(best[0]!.column.name)}`;
  throw new Refusal('Which columns are the targets? Name one or more:', ...lines, `Such as: ${command}`);
}

function chooseInputs(
  proposals: InputProposals,
  targets: readonly TargetProposal[],
  names: readonly string[],
): readonly InputProposal[] {
  const { inputs, leftOut } = proposals;
  const ofTargets = targets.map(({ column }) => ({ column: column.name, reason: 'is a target' }));
  if (names.length > 0) return named(names, inputs, [...leftOut, ...ofTargets], 'an input');
  const refused = whyNoInputs(proposals, targets);
  if (refused !== null) throw new Refusal(refused);
  return inputs.filter(({ isProposed }) => isProposed);
}

/** What was offered of these names, in their order. */
function named<Offer extends TargetProposal | InputProposal>(
  names: readonly string[],
  offers: readonly Offer[],
  leftOut: readonly LeftOut[],
  role: 'a target' | 'an input',
): readonly Offer[] {
  return [...new Set(names)].map((name) => {
    const offer = offers.find(({ column }) => column.name === name);
    if (offer !== undefined) return offer;
    const reason = leftOut.find(({ column }) => column === name)?.reason;
    if (reason !== undefined) throw new Refusal(`${quoted(name)} can't be ${role}: it ${reason}.`);
    const known = [...offers.map(({ column }) => column.name), ...leftOut.map(({ column }) => column)];
    throw new Refusal(
      `There is no column ${quoted(name)}.${didYouMean(name, known)} The file has ${listNames(known)}.`,
    );
  });
}

function report(file: string, targets: readonly TargetProposal[], { inputs, leftOut }: SettledDraft): void {
  console.log(`Wrote ${printable(file)}`);
  console.log(`Targets: ${listOf(targets.map(describe))}`);
  console.log(`Inputs: ${listOf(inputs.map(describe))}`);
  const reasons = leftOut.map(({ column, reason }) => `${quoted(column)} ${reason}`);
  if (reasons.length > 0) console.log(`Not taken: ${listOf(reasons)}`);
  const gaps = [...targets, ...inputs].flatMap(({ column }) => {
    const found = gapsOf(column);
    return found === null ? [] : [`${quoted(column.name)} (${countOf(found.rows, 'row')})`];
  });
  if (gaps.length > 0) console.log(`Rows left out for want of a value: ${listOf(gaps)}`);
  console.log(`\nTrain it: orthant train ${shellWord(file)}`);
}

function describe({ column, detail }: TargetProposal | InputProposal): string {
  return `${quoted(column.name)} (${detail})`;
}
