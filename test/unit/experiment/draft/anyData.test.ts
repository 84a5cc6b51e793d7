/**
 * Whatever a data file holds and however its columns are called, what is drafted from it can be trained at once. Files
 * are made at random by a seed that a failure names.
 */
import { expect, test } from 'vitest';
import { randomStream } from '../../../../extension/data/random';
import { csv, draftOf, rowsOf } from './helpers';

/** Names that mean something to SQL, JSON, JavaScript or the experiment, or look like what they are not. */
const NAMES = [
  'x',
  'wind speed',
  'select',
  'Order',
  'min',
  'max',
  'tolerance',
  '__proto__',
  'constructor',
  'source',
  'date',
  "it's",
  'say "hi"',
  'back\\slash',
  '// no comment',
  '/* nor this */',
  'line\nbreak',
  'tab\there',
  '雨量',
  'größe',
  '😀',
  '\u202egnirts',
  '2nd',
  '1e5',
  'null',
  'true',
  'a,b',
  'a;b',
  '$ref',
  'x_2',
  ' x ',
  'id',
  'split',
  '{',
  '"',
  "'",
  'a'.repeat(120),
  '\u2028',
  '-',
  '*',
  'row_number',
  'user',
];

type Cell = string | number | null;
/** Makes the cells of one column: `row` from 0, `next` a number from 0 up to below 1. */
type Make = (row: number, next: () => number) => Cell;

const KINDS: Readonly<Record<string, Make>> = {
  fraction: (_, next) => Math.round(next() * 1e4) / 100,
  signed: (_, next) => Math.round(next() * 200) / 10 - 10,
  cutOff: (_, next) => Math.max(0, Math.round(next() * 100 - 60)),
  whole: (_, next) => Math.floor(next() * 50),
  few: (_, next) => Math.floor(next() * 3),
  bit: (_, next) => Math.floor(next() * 2),
  truth: (_, next) => String(next() < 0.5),
  id: (row) => row + 1,
  constant: () => 4.5,
  empty: () => null,
  mostlyEmpty: (_, next) => (next() < 0.9 ? null : next() * 3),
  someEmpty: (_, next) => (next() < 0.3 ? null : next() * 3),
  notANumber: (_, next) => (next() < 0.1 ? 'nan' : next()),
  infinite: (_, next) => (next() < 0.1 ? (next() < 0.5 ? 'inf' : '-inf') : next()),
  huge: (_, next) => next() * 1e38 * 1e30,
  tiny: (_, next) => next() * 1e-30,
  epochSeconds: (row) => 1_700_000_000 + row * 7,
  word: (_, next) => ['sun', 'rain', 'fog'][Math.floor(next() * 3)]!,
  wordOrNot: (_, next) => ["d'or", 'x"y', null, '\\', '*/'][Math.floor(next() * 5)]!,
  text: (row) => `note ${row}`,
  date: (row) => new Date(Date.UTC(2019, 11, 25 + row)).toISOString().slice(0, 10),
  dateOrNot: (row, next) => (next() < 0.2 ? null : new Date(Date.UTC(2019, 3 * row, 1)).toISOString().slice(0, 10)),
  time: (row) => new Date(Date.UTC(2020, 0, 1, 5 * row, 30)).toISOString().slice(0, 19),
  zoned: (row) => new Date(Date.UTC(2020, 0, 1, row)).toISOString(),
  clock: (row) => `${String(row % 24).padStart(2, '0')}:15:00`,
  oneDay: (row) => new Date(Date.UTC(2020, 0, 1, 0, 7 * (row % 200))).toISOString().slice(0, 19),
  oneHour: (row) => new Date(Date.UTC(2020, 0, 1, 10, row % 50)).toISOString().slice(0, 19),
  commas: (row) => `${row},5`,
  thousands: (row) => `${row + 1},500`,
  // Where one has values, the others are always the same.
  late: (row, next) => (row % 5 < 2 ? null : next()),
  phase: (row) => (row % 5 < 2 ? 'early' : 'late'),
  lateDay: (row) => (row % 5 < 2 ? `2020-02-0${1 + (row % 5)}` : '2020-03-01'),
  split: (_, next) => (next() < 0.7 ? 'train' : 'test'),
};

const FILES = Number(process.env.DRAFT_FILES ?? 150);

test('an experiment drafted from any data can be trained: nothing is wrong with it or its data', async () => {
  const refused: string[] = [];
  for (let seed = 0; seed < FILES; seed++) {
    const stream = randomStream(seed, 'batches');
    const next = (): number => stream.uniform();
    const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(next() * values.length)]!;
    const kinds = rowsOf(1 + Math.floor(next() * 8), () => pick(Object.keys(KINDS)));
    const names: string[] = [];
    for (const _ of kinds) names.push(pick(NAMES.filter((name) => !names.includes(name))));
    const count = pick([1, 2, 3, 5, 12, 40, 200]);
    const rows = rowsOf(count, (row) => kinds.map((kind) => KINDS[kind]!(row, next)));
    const file = `da"ta${seed}.csv`;
    const history = `seed ${seed}: ${count} rows of ${names.map((name, index) => `${JSON.stringify(name)} ${kinds[index]}`).join(', ')}`;
    const isOneTarget = seed % 2 === 0;
    const choices = isOneTarget ? { targets: 'first' as const } : {};
    const draft = await draftOf(file, csv(names, rows, pick([',', ';', '\t'])), choices).catch((error: unknown) => {
      throw new Error(`${history}\n${String(error)}`);
    });
    if (typeof draft === 'string') {
      refused.push(draft);
      continue;
    }
    // Several targets may have values in no row together.
    const wrong = draft.problems.filter((problem) => isOneTarget || !/^error data\.(no-rows|one-row)/.test(problem));
    expect(wrong, `${history}\n${draft.text}`).toEqual([]);
  }
  // What is refused is refused for a reason, and most of such data can be used.
  expect(refused.length).toBeLessThan(FILES / 2);
  expect(new Set(refused.map((reason) => reason.replace(/^"[^ ]*" | ?".*/g, ''))).size).toBeGreaterThan(1);
}, 300_000);
