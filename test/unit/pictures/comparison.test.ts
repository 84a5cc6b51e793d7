import { expect, test } from 'vitest';
import { comparedRuns, comparedWords, itemOf } from '../../../extension/pictures/compared';
import { marksText } from '../../../extension/pictures/marks';
import { colorOf, detailModel, INITIAL_CHOICES, modelOf, runLabels } from '../../../extension/pictures/model';
import { lineAt, lineWords, parallelOf, parallelPicture } from '../../../extension/pictures/parallel';
import { paretoOf, paretoOrder, paretoPicture, pointAt, pointWords } from '../../../extension/pictures/pareto';
import { linearScale, logScale, scaleOf } from '../../../extension/pictures/scale';
import { parallelTable, paretoTable } from '../../../extension/pictures/tables/compared';
import { comparisonTable } from '../../../extension/pictures/tables/comparison';
import { seedsTable } from '../../../extension/pictures/tables/seeds';
import { type Compared, comparedRun, comparisonOf } from './comparedRuns';

/** `b` is worse than `a` in both, and `c` buys the bounds with loss. */
const THREE: Compared[] = [
  { name: 'a', loss: 1, violation: 0.1 },
  { name: 'b', loss: 1.5, violation: 0.2 },
  { name: 'c', loss: 2, violation: 0 },
];

test('a run is on the front where no other is better in loss and violation', () => {
  const runs = comparedRuns(comparisonOf(THREE));
  expect(runs.map(({ label, onFront }) => `${label} ${onFront}`)).toEqual(['a true', 'b false', 'c true']);
  expect(comparedWords(runs[1]!)).toMatch(/^b: MSE 1.5, worst 0.20 sd outside, .*another is better/);
});

test('the Pareto picture greys runs that another beats and joins the others in steps', () => {
  const data = paretoOf(comparisonOf(THREE));
  const lines = marksText(paretoPicture(data, { width: 472, height: 256 })).split('\n');
  const circles = lines.filter((line) => line.startsWith('circle'));
  // Losses 1…2 with 5 % beside them, on y 22…222: 200 / 1.1 a unit. The column of 0 is x 56…92; the axis right of it is
  // x 92…456 from log 0.1 − 0.05 to log 0.2 + 0.05: 364 / 0.401 a decade, so that 0.1 is at 92 + 45.4 and 0.2 at 456 − 45.4.
  expect(circles).toEqual([
    'circle run-point run 0 item 0 137.4,212.9 r 5',
    'circle dominated item 1 410.6,122 r 4',
    'circle run-point run 2 item 2 74,31.1 r 5',
  ]);
  expect(lines).toContain('path front M74 31.1H137.4V212.9');
});

test('the pointer takes the nearest point, and the keyboard walks from the least violation on', () => {
  const data = paretoOf(comparisonOf(THREE));
  const size = { width: 472, height: 256 };
  expect(pointAt(data, size, 405, 120)).toBe(1);
  expect(pointAt(data, size, 300, 60)).toBeNull();
  expect(paretoOrder(data)).toEqual([2, 0, 1]);
  expect(pointWords(data, 2)).toMatch(/^c: MSE 2, worst 0 sd outside/);
});

test('a run without a measure has no point and no line, and says so in the table', () => {
  const model = comparisonOf(THREE);
  const waiting = { ...comparedRun(THREE[0]!), run: 'w', variant: 'w', started: null, measured: [], ended: null };
  const withWaiting = modelOf([...model.runs, waiting], INITIAL_CHOICES);
  expect(paretoOf(withWaiting).points.map(({ label }) => label)).toEqual(['a', 'b', 'c']);
  expect(
    comparisonTable(withWaiting)
      .rows.at(-1)!
      .slice(0, 4)
      .map(({ text }) => text),
  ).toEqual(['w', 'unknown', '–', '–']);
});

test('a run that is picked stays so when another before it gets its first point', () => {
  const model = comparisonOf(THREE);
  const waiting = { ...model.runs[0]!, measured: [] };
  const before = paretoOf(modelOf([waiting, ...model.runs.slice(1)], INITIAL_CHOICES)).points;
  const after = paretoOf(model).points;
  // Points b, c and then a, b, c: the second one is another run.
  expect([itemOf(before, 'c'), itemOf(after, 'c')]).toEqual([1, 2]);
  expect([itemOf(before, 'a'), itemOf(after, null)]).toEqual([null, null]);
});

test('the verdict table sets the loss against the best of the feasible runs, and links each run', () => {
  const model = comparisonOf(THREE);
  const feasible = { ...model.runs[2]!, ended: null };
  const infeasible = model.runs.slice(0, 2).map((run) => ({ ...run, ended: null }));
  const table = comparisonTable(modelOf([...infeasible, feasible], INITIAL_CHOICES));
  const column = table.columns.findIndex(({ label }) => label === 'against best');
  // c with 2 is the best feasible one: 1 / 2 − 1 = −50 %, 1.5 / 2 − 1 = −25 %.
  expect(table.rows.map((row) => row[column]!.text)).toEqual(['−50.0 %', '−25.0 %', 'best']);
  expect(table.rows.map((row) => row[0]!.opens)).toEqual(['a', 'b', 'c']);
  expect(table.columns.map(({ label }) => label)).toEqual(
    expect.arrayContaining(['verdict', 'guarantee', 'time', 'samples/s']),
  );
});

const MANY: Compared[] = Array.from({ length: 10 }, (_, index) => ({
  name: `r${index}`,
  loss: 1 + index,
  violation: 0.1,
}));

test('beyond eight runs the table says which are shown, and those alone have a color', () => {
  const model = comparisonOf(MANY);
  const shown = comparisonTable(model).rows.map((row) => row[0]!.toggles!.isOn);
  expect(shown).toEqual([...Array(8).fill(true), false, false]);
  expect(detailModel(model).labels).toHaveLength(8);
  const chosen = comparisonOf(MANY, { detailed: ['r9', 'r2'] });
  expect(detailModel(chosen).labels).toEqual(['r2', 'r9']);
  expect([colorOf(chosen, 2), colorOf(chosen, 9), colorOf(chosen, 0)]).toEqual([0, 1, null]);
  expect(detailModel(comparisonOf(MANY, { detailed: ['gone'] })).labels).toHaveLength(8);
});

const SEEDS: Compared[] = [
  { name: 's0', loss: 1, violation: 0.1, configuration: 'x', settings: { 'training.seed': 0 } },
  { name: 's1', loss: 4, violation: 0.4, configuration: 'x', settings: { 'training.seed': 1 } },
  { name: 's2', loss: 2, violation: 0.2, configuration: 'x', settings: { 'training.seed': 2 } },
  { name: 'other', loss: 3, violation: 0, configuration: 'y' },
];

test('runs that differ only in their seed have one row with median and spread, and one cross in the picture', () => {
  const model = comparisonOf(SEEDS);
  const rows = seedsTable(model).rows.map((row) =>
    row
      .slice(0, 2)
      .concat(row.slice(3, 5))
      .map(({ text }) => text),
  );
  expect(rows).toEqual([
    ['s0', '3', '2 (1–4)', '0.20 sd (0.10 sd–0.40 sd)'],
    ['other', '1', '3', '0 sd'],
  ]);
  const crosses = paretoPicture(paretoOf(model), { width: 472, height: 256 }).marks.filter(
    (mark) => mark.kind === 'path' && mark.paint === 'spread',
  );
  expect(crosses).toHaveLength(1);
  expect(seedsTable(comparisonOf(THREE)).rows).toEqual([]);
});

/** Seeds, loss and violation of the first configuration. */
function firstSeeds(runs: readonly Compared[]): string[] {
  const [row] = seedsTable(comparisonOf([...runs, SEEDS[3]!])).rows;
  return [1, 3, 4].map((column) => row![column]!.text);
}

test('over seeds count the runs that finished: what failed or was stopped says nothing of its setting', () => {
  const failed: Compared = { ...SEEDS[0]!, name: 'f', loss: 900, status: 'failed', settings: { 'training.seed': 3 } };
  const stopped: Compared = { ...SEEDS[0]!, name: 'h', loss: 50, status: 'stopped', settings: { 'training.seed': 4 } };
  // Of 1 and 4 the middle is 2.5, of 0.1 and 0.4 it is 0.25; 900 and 50 are the last measures of what never ended.
  expect(firstSeeds([SEEDS[0]!, SEEDS[1]!, failed, stopped])).toEqual([
    '2 of 4',
    '2.5 (1–4)',
    '0.25 sd (0.10 sd–0.40 sd)',
  ]);
  expect(firstSeeds([failed, stopped])).toEqual(['0 of 2', '–', '–']);
});

test('while none has finished, those in training stand for it', () => {
  const live = SEEDS.slice(0, 3).map((run): Compared => ({ ...run, status: 'running' }));
  expect(firstSeeds(live).slice(0, 2)).toEqual(['3', '2 (1–4)']);
  expect(firstSeeds([SEEDS[0]!, live[1]!, live[2]!]).slice(0, 2)).toEqual(['1 of 3', '1']);
});

test('a seed that was trained twice is one: the latest that finished', () => {
  const again: Compared = { ...SEEDS[0]!, name: 'a', loss: 8, time: 4e12 };
  // Of 8 and 4 the middle is 6; with the first training of seed 0, the loss 1, it would be 4.
  expect(firstSeeds([SEEDS[0]!, again, SEEDS[1]!]).slice(0, 2)).toEqual(['2', '6 (4–8)']);
  expect(firstSeeds([SEEDS[0]!, { ...again, status: 'failed' }, SEEDS[1]!]).slice(0, 2)).toEqual(['2', '2.5 (1–4)']);
});

test('groups of one variant are called by the settings in which any of them differ', () => {
  const model = comparisonOf(
    [0, 1, 2, 3].map((index) => {
      const alpha = index < 2 ? 1 : 10;
      const settings = { 'method.alpha': alpha, 'training.epochs': 5, 'training.seed': index % 2 };
      return { ...SEEDS[0]!, name: `r${index}`, configuration: `alpha ${alpha}`, settings };
    }),
  );
  const penalties = { ...model, runs: model.runs.map((run) => ({ ...run, variant: 'penalty' })) };
  expect(seedsTable(penalties).rows.map((row) => row[0]!.text)).toEqual(['penalty, alpha 1', 'penalty, alpha 10']);
});

test('the names of groups take a look or two at the settings of each, however many groups there are', () => {
  const named = Array.from({ length: 100 }, (_, index): Compared => {
    const settings = { 'method.alpha': index >> 1, 'training.seed': index % 2 };
    return { ...SEEDS[0]!, name: `r${index}`, configuration: `alpha ${index >> 1}`, settings };
  });
  const model = comparisonOf(named);
  let reads = 0;
  const settings = new Proxy(model.settings, {
    get: (all, run) => {
      reads++;
      return all[String(run)];
    },
  });
  const runs = model.runs.map((run) => ({ ...run, variant: 'penalty' }));
  expect(seedsTable({ ...model, runs, settings }).rows).toHaveLength(50);
  // Each group once to find what differs and once to say it; each against each would be 50 · 50.
  expect(reads).toBe(2 * 50);
});

test('a run that failed is on no front, beats no other, and says why', () => {
  const [a, b, c] = THREE as [Compared, Compared, Compared];
  const model = comparisonOf([{ ...a, status: 'failed' }, b, { ...c, status: 'stopped' }]);
  const runs = comparedRuns(model);
  expect(runs.map(({ onFront }) => onFront)).toEqual([false, true, true]);
  expect(comparedWords(runs[0]!)).toMatch(/; failed, so no network with these figures is left to compare$/);
  expect(comparedWords(runs[2]!)).toMatch(/; stopped early, no other is better in both$/);
  const data = paretoOf(model);
  expect(paretoTable(data).rows.map((row) => row.at(-1)!.text)).toEqual(['failed', 'no', 'no']);
  expect(paretoPicture(data, { width: 472, height: 256 }).summary).toMatch(
    /0 of 3 are beaten\. 1 failed or were lost and are not compared\.$/,
  );
});

test('parallel coordinates have an axis for each setting that differs, and a line per run', () => {
  const runs: Compared[] = [
    { ...THREE[0]!, settings: { method: 'penalty', 'method.alpha': 0.1, 'training.epochs': 10 } },
    { ...THREE[1]!, settings: { method: 'penalty', 'method.alpha': 10, 'training.epochs': 10 } },
    { ...THREE[2]!, settings: { method: 'lagrangian', 'training.epochs': 10 } },
  ];
  const data = parallelOf(comparisonOf(runs));
  expect(data.axes.map(({ label }) => label)).toEqual(['method', 'alpha', 'MSE', 'violation', 'outside', 'time']);
  expect(data.axes[0]!.places).toEqual([1, 1, 0]);
  // 0.1 to 10 is more than thirtyfold: a logarithmic axis with 0.1 of a decade beside the ends; c has no alpha.
  expect(data.axes[1]!.places.map((place) => place && Number(place.toFixed(3)))).toEqual([0.045, 0.955, null]);
  expect(lineWords(data, 1)).toContain('method penalty, alpha 10');
  // Axes 70 apart from x 30 on, y 36 (top) to 94.
  const size = { width: 424, height: 106 };
  const lines = marksText(parallelPicture(data, size))
    .split('\n')
    .filter((line) => line.startsWith('path'));
  expect(lines.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    'path dominated item',
    'path run-line run',
    'path run-line run',
  ]);
  // Where it has no alpha the line of c is broken.
  expect(lines[2]).toContain('item 2 M30 94M170 ');
  expect(lineAt(data, size, 32, 92)).toBeNull();
  expect(lineAt(data, size, 65, 40)).toBe(1);
  expect(lineAt(data, size, 98, 88)).toBe(0);
});

test('scales are logarithmic where values above 0 lie far apart, and begin and end beside them', () => {
  expect(scaleOf([1, 31]).logarithmic).toBe(true);
  expect(scaleOf([1, 30]).logarithmic).toBe(false);
  expect(scaleOf([0, 100]).logarithmic).toBe(false);
  expect(linearScale(0, 10).place(5)).toBe(0.5);
  expect(linearScale(3, 3).place(3)).toBe(0.5);
  expect(logScale(0.01, 100).ticks(5)).toEqual([0.01, 0.1, 1, 10, 100]);
  expect(logScale(1, 10).ticks(6)).toEqual([1, 2, 5, 10]);
});

test('runs of one variant are told apart by the settings in which they differ, else by their time', () => {
  const [first, second] = [0, 1].map((index) => ({ ...comparedRun(THREE[index]!), variant: 'penalty' })) as [
    ReturnType<typeof comparedRun>,
    ReturnType<typeof comparedRun>,
  ];
  const settings = { a: { 'method.alpha': 1, 'training.seed': 0 }, b: { 'method.alpha': 10, 'training.seed': 0 } };
  expect(runLabels([first, second], settings)).toEqual(['penalty, alpha 1', 'penalty, alpha 10']);
  expect(runLabels([first, second], {})[0]).toMatch(/^penalty \d\d:\d\d:\d\d \(1\)$/);
});

test('behind the pictures of a comparison stand tables of the same', () => {
  const model = comparisonOf([
    { ...THREE[0]!, settings: { 'method.alpha': 0.5 } },
    { ...THREE[1]!, settings: { 'method.alpha': 2 } },
  ]);
  const text = (rows: { text: string }[][]) => rows.map((row) => row.map((cell) => cell.text).join(' | '));
  // The share outside is the recorded run's.
  const outside = '3.3 %';
  expect(text(paretoTable(paretoOf(model)).rows)).toEqual([
    `a | 1 | 0.10 sd | ${outside} | no`,
    `b | 1.5 | 0.20 sd | ${outside} | yes`,
  ]);
  const parallel = parallelTable(parallelOf(model));
  expect(parallel.columns.map(({ label }) => label)).toEqual(['run', 'alpha', 'MSE', 'violation', 'outside', 'time']);
  expect(text(parallel.rows)[1]).toMatch(/^b \| 2 \| 1.5 \| 0.20 sd \| 3.3 % \| [\d.]+ s$/);
});

test('settings without room are left out of the picture, never a figure, and the table has them all', () => {
  const settings = (value: number) => Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`s${at}`, value]));
  const data = parallelOf(comparisonOf([0, 1].map((index) => ({ ...THREE[index]!, settings: settings(index) }))));
  // 384 pixels hold 7 axes of 64: three settings and the four figures.
  const lines = marksText(parallelPicture(data, { width: 458, height: 106 })).split('\n');
  expect(lines.flatMap((line) => /strong-text .* "(.*)"/.exec(line)?.[1] ?? [])).toEqual([
    's0',
    's1',
    's2',
    'MSE',
    'violation',
    'outside',
    'time',
  ]);
  expect(lines).toContain('text text 0,8 start "6 more settings that vary are in the table"');
  expect(parallelTable(data).columns).toHaveLength(1 + 9 + 4);
});
