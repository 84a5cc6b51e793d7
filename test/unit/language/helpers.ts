/** A language service over data that a test makes up, and texts with a `|` where the cursor is. */
import { vi } from 'vitest';
import type { DataQuestion, DataReader } from '../../../extension/data/dataReader';
import { positionsOf } from '../../../extension/experiment/positions';
import type { ExperimentText } from '../../../extension/language/document';
import { createLanguageService, type LanguageServiceOptions } from '../../../extension/language/languageService';
import type { ColumnNumbers, ColumnProfile } from '../../../extension/protocol/columns';
import type { Position, Range } from '../../../extension/protocol/problems';

export const URI_OF_EXPERIMENT = 'file:///project/weather.orthant.json';

/** The 20 days of a made-up weather record. */
export const WEATHER: readonly ColumnProfile[] = [
  text('date', { type: 'DATE', kind: 'date', distinct: 20 }),
  number('rain', { min: 0, max: 55.9, zero: 11 }),
  number('temp', { min: -7.1, max: 35.6, negative: 3, nulls: 2 }),
  number('wind', { min: 0.4, max: 9.5 }),
  text('sky', {
    distinct: 5,
    frequent: [
      { value: 'sun', count: 12 },
      { value: 'rain', count: 8 },
    ],
  }),
  text('split', {
    distinct: 2,
    frequent: [
      { value: 'train', count: 15 },
      { value: 'test', count: 5 },
    ],
  }),
];

interface NumberFacts {
  type?: string;
  rows?: number;
  min: number;
  max: number;
  nulls?: number;
  notANumber?: number;
  negative?: number;
  zero?: number;
  isWhole?: boolean;
  numbers?: Partial<ColumnNumbers>;
}

export function number(name: string, facts: NumberFacts): ColumnProfile {
  const { type = 'DOUBLE', rows = 20, min, max, nulls = 0, notANumber = 0, negative = 0, zero = 0 } = facts;
  const [first, median, third] = [0.25, 0.5, 0.75].map((share) => min + share * (max - min)) as [
    number,
    number,
    number,
  ];
  return {
    name,
    type,
    kind: 'number',
    width: 1,
    values: { rows, nulls, notANumber, min, max, distinct: rows - nulls, isWhole: facts.isWhole ?? false },
    frequent: [],
    numbers: {
      mean: median,
      standardDeviation: (max - min) / 4,
      quartiles: [first, median, third],
      negative,
      zero,
      histogram: { edges: [min, median, max], counts: [rows / 2, rows / 2] },
      sampled: null,
      ...facts.numbers,
    },
  };
}

export function text(
  name: string,
  facts: { type?: string; kind?: ColumnProfile['kind']; distinct: number; frequent?: ColumnProfile['frequent'] },
): ColumnProfile {
  const { type = 'VARCHAR', kind = 'text', distinct, frequent = [] } = facts;
  const values = { rows: 20, nulls: 0, notANumber: 0, min: null, max: null, distinct, isWhole: false };
  return { name, type, kind, width: 1, values, numbers: null, frequent };
}

/** Every source has these columns; a query adds those that it names with AS. */
export function fakeReader(columns: readonly ColumnProfile[] = WEATHER, answers: Partial<DataReader> = {}): DataReader {
  const all = ({ query = '' }: DataQuestion): ColumnProfile[] => [
    ...columns,
    ...[...query.matchAll(/\bAS (\w+)/g)].map(([, name]) => number(name!, { min: -1, max: 1 })),
  ];
  const reader: DataReader = {
    until: () => reader,
    inspect: async () => [],
    columns: async (question) => all(question),
    profile: async (question, name) => all(question).find((column) => column.name === name) ?? null,
    bound: async () => null,
    files: async ({ source, directory }) => [source].flat().map((file) => `${directory}/${file}`),
    valuesOf: async (question, name) =>
      all(question)
        .find((column) => column.name === name)
        ?.frequent.map(({ value }) => value) ?? null,
    dispose: () => {},
    ...answers,
  };
  return reader;
}

export function serviceWith(options: Partial<LanguageServiceOptions> = {}) {
  const problemsChanged = vi.fn();
  const failed = vi.fn();
  const service = createLanguageService({
    reader: fakeReader(),
    mayReadData: () => true,
    checkEngines: () => [],
    describeFile: async () => ({ columns: [...WEATHER], rows: 20 }),
    runsFolder: async () => '/project/.orthant/runs',
    problemsChanged,
    failed,
    ...options,
  });
  return { service, problemsChanged, failed };
}

export function experimentText(text: string, file = '/project/weather.orthant.json'): ExperimentText {
  return { uri: `file://${file}`, path: file, text };
}

/** The last `|` marks the cursor. */
export function marked(text: string): { text: string; offset: number; position: Position } {
  const offset = text.lastIndexOf('|');
  const clean = text.slice(0, offset) + text.slice(offset + 1);
  return { text: clean, offset, position: positionsOf(clean).positionAt(offset) };
}

/** What a range underlines. */
export function cut(text: string, { start, end }: Range): string {
  const { offsetAt } = positionsOf(text);
  return text.slice(offsetAt(start), offsetAt(end));
}

/** The text with one edit made. */
export function edited(text: string, { range, newText }: { range: Range; newText: string }): string {
  const { offsetAt } = positionsOf(text);
  return text.slice(0, offsetAt(range.start)) + newText + text.slice(offsetAt(range.end));
}
