/** A data file in, the text of an experiment out, and everything wrong with it: what a person would get. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { constantColumns } from '../../../../extension/data/constantColumns';
import { describeFile } from '../../../../extension/data/describeFile';
import { inspectData } from '../../../../extension/data/inspectData';
import { openDataReader } from '../../../../extension/data/openDataReader';
import { type InputProposals, notTaken, proposeInputs } from '../../../../extension/experiment/draft/proposeInputs';
import {
  bestTargets,
  proposeTargets,
  type TargetProposals,
} from '../../../../extension/experiment/draft/proposeTargets';
import { whyNoExperiment, whyNoInputs } from '../../../../extension/experiment/draft/refusals';
import { settleDraft } from '../../../../extension/experiment/draft/settleDraft';
import { parseExperiment } from '../../../../extension/experiment/parse';
import type { Experiment } from '../../../../extension/experiment/schema';
import type { ColumnProfile } from '../../../../extension/protocol/columns';

export interface Drafted {
  text: string;
  experiment: Experiment;
  /** Of the text and of its data. */
  problems: string[];
  /** `wind: never negative, 0.4 … 9.5`, best first. */
  targets: string[];
  /** `+ temp: −1.6 … 35.6` for what is proposed, `- id: …` for what may be chosen. */
  inputs: string[];
  /** `name is text with 800 different values` */
  leftOut: string[];
  /** The same after the second look, with what is not proposed. */
  notInFile: string[];
}

export interface Choices {
  /** All of the best when absent; `'first'` is the first of them. */
  targets?: readonly string[] | 'first';
  inputs?: readonly string[];
}

/** The columns of a data file. */
export async function columnsOf(
  name: string,
  content: string | ((file: string) => Promise<void>),
): Promise<{ directory: string; columns: ColumnProfile[]; rows: number } | string> {
  const directory = mkdtempSync(path.join(tmpdir(), 'orthant-draft-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = path.join(directory, name);
  if (typeof content === 'string') writeFileSync(file, content);
  else await content(file);
  const described = await describeFile(file);
  return 'problem' in described ? described.problem : { directory, ...described };
}

/** What becomes of a data file; the refusal where nothing can. */
export async function draftOf(
  name: string,
  content: string | ((file: string) => Promise<void>),
  choices: Choices = {},
): Promise<Drafted | string> {
  const found = await columnsOf(name, content);
  if (typeof found === 'string') return found;
  const { directory, columns, rows } = found;
  const refused = whyNoExperiment(name, rows, columns);
  if (refused !== null) return refused;
  const targets = proposeTargets(columns);
  const { targets: wanted } = choices;
  const best = bestTargets(targets);
  const chosen =
    wanted === undefined
      ? best
      : targets.targets.filter(({ column }, index) =>
          wanted === 'first' ? index === 0 : wanted.includes(column.name),
        );
  const inputs = proposeInputs(columns, chosen);
  const noInputs = whyNoInputs(inputs, chosen);
  if (noInputs !== null) return noInputs;
  const taken = inputs.inputs.filter(({ column, isProposed }) => choices.inputs?.includes(column.name) ?? isProposed);
  const request = { source: name, rows, columns, targets: chosen, inputs: taken, leftOut: notTaken(inputs, taken) };
  const reader = openDataReader();
  const draft = await settleDraft(request, (text) => constantColumns(reader, text, { directory }));
  reader.dispose();
  if ('problem' in draft) return draft.problem;
  const notInFile = draft.leftOut.map(({ column, reason }) => `${column} ${reason}`);
  return { text: draft.text, ...(await judge(draft.text, directory)), ...words(targets, inputs), notInFile };
}

async function judge(text: string, directory: string): Promise<Pick<Drafted, 'experiment' | 'problems'>> {
  const { experiment, problems } = parseExperiment(text);
  const ofText = problems.map(({ severity, code, message }) => `${severity} ${code} ${message}`);
  if (experiment === null) throw new Error(`${ofText.join('\n')}\n${text}`);
  const ofData = await inspectData(experiment, { directory });
  return {
    experiment,
    problems: [...ofText, ...ofData.map((each) => `${each.severity} ${each.code} ${each.message}`)],
  };
}

function words(targets: TargetProposals, inputs: InputProposals): Pick<Drafted, 'targets' | 'inputs' | 'leftOut'> {
  return {
    targets: targets.targets.map(({ column, detail }) => `${column.name}: ${detail}`),
    inputs: inputs.inputs.map(
      ({ column, isProposed, detail }) => `${isProposed ? '+' : '-'} ${column.name}: ${detail}`,
    ),
    leftOut: inputs.leftOut.map(({ column, reason }) => `${column} ${reason}`),
  };
}

/** As CSV, with quotes where they are needed; `null` is an empty cell. */
export function csv(
  names: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  delimiter = ',',
): string {
  const cell = (value: string | number | null): string => {
    const text = value === null ? '' : String(value);
    return /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `${[names, ...rows].map((row) => row.map(cell).join(delimiter)).join('\n')}\n`;
}

/** `count` rows made by their number from 0. */
export function rowsOf<Row>(count: number, make: (row: number) => Row): Row[] {
  return Array.from({ length: count }, (_, row) => make(row));
}
