import { describe, expect, test } from 'vitest';
import { writeParquet } from '../../data/helpers';
import { csv, type Drafted, draftOf, rowsOf } from './helpers';

const KINDS = ['sun', 'rain', 'fog'];

/** 60 days: no rain on 30 of them, temperatures from −5, one empty, a number and a note for each row. */
const DAYS = csv(
  ['id', 'date', 'temp', 'sky', 'note', 'station', 'rain'],
  rowsOf(60, (row) => [
    row + 1,
    new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(0, 10),
    row === 7 ? null : row / 2 - 5,
    KINDS[row % 3]!,
    `note ${row}`,
    'Tower',
    row % 2 === 0 ? 0 : row / 10,
  ]),
);

async function drafted(...request: Parameters<typeof draftOf>): Promise<Drafted> {
  const draft = await draftOf(...request);
  if (typeof draft === 'string') throw new Error(draft);
  return draft;
}

describe('A new experiment over a data file', () => {
  test('is a commented text that nothing is wrong with', async () => {
    const { text, problems } = await drafted('days.csv', DAYS);
    expect(problems).toEqual([]);
    expect(text).toMatchInlineSnapshot(`
      "// Predicts "rain", at 0 or above, from "days.csv".
      // In VS Code, Train stands above each variant, and a hover over a field says what it does.
      {
        // Which columns of which file.
        "data": {
          "source": "days.csv", // 60 rows
          // SQL (DuckDB) over the table source, which is the file as it is.
          // Numbers made: "date" (a date: the day of its year); "sky" (text: whether it is "fog", "rain",
          // "sun").
          // Rows left out for want of a value: "temp" (1).
          "query": "SELECT *, dayofyear(date) AS date_dayofyear, sky = 'fog' AS sky_fog, sky = 'rain' AS sky_rain, sky = 'sun' AS sky_sun FROM source WHERE temp IS NOT NULL",
          // What the network takes.
          // Not taken: "id" is whole and different in every row, like an id; "note" is text with about 60
          // different values; "station" is "Tower" in every row.
          "inputs": ["date_dayofyear", "temp", "sky_fog", "sky_rain", "sky_sun"],
          // What it learns to give: "rain" (never negative, 0 … 5.9, 50 % zeros).
          "targets": ["rain"],
          // Held out and never trained on, to see how far new rows keep the bounds.
          "validation": 0.2
        },
        // Hidden layers; behind them a plain linear one with an output per target, and nothing after it.
        "network": { "hidden": [64, 64], "activation": "relu" },
        // What every output must keep, in the targets' own units. Bounds of one target replace them:
        // "its name": { "min": 0, "max": 60 }.
        "constraint": { "min": 0 },
        // How every variant trains unless it says otherwise: 300 epochs over 47 rows.
        // The learning rate falls to 0 along a cosine, which settles outputs at their bounds.
        "training": {
          "optimizer": "adam",
          "learningRate": 0.003,
          "schedule": "cosine",
          "batchSize": 8,
          "epochs": 300,
          "seed": 0
        },
        // Ways to train, to be compared. Each may change anything of "training" for itself.
        "variants": {
          // Nothing keeps the outputs inside: what the others lose beside it is the price of the bounds.
          "baseline": { "method": "unconstrained" },
          // Adds alpha times the squared violation to the loss: fewer and smaller ones, none ruled out.
          "penalty": { "method": "penalty", "alpha": 10 },
          // A multiplier per sample and output: inside on the training rows once it has converged.
          "augmented": { "method": "augmented-lagrangian" }
        }
      }
      "
    `);
  });

  test('has no line wider than 100 characters but the query', async () => {
    const { text } = await drafted('days.csv', DAYS);
    const wide = text.split('\n').filter((line) => line.length > 100);
    expect(wide.map((line) => line.trim().slice(0, 8))).toEqual(['"query":']);
  });

  test('trains in batches and for epochs that the number of rows asks for', async () => {
    const { experiment } = await drafted('days.csv', DAYS);
    // 59 rows with a temperature, 12 held out, 47 left: a tenth of them is nearest to 4, and 8 is the least.
    expect(experiment.training).toMatchObject({ batchSize: 8, epochs: 300 });
    const large = await drafted('large.parquet', (file) =>
      writeParquet(file, 'SELECT i % 97 - 50 AS x, (i % 89) / 7.0 AS y FROM range(100000) t(i)'),
    );
    // 80,000 rows to train on: 8,000 a batch would be a tenth, 4,096 is the most.
    expect(large.experiment.training.batchSize).toBe(4096);
    // 3,000,000 visits of a network of 4,600 weights, which this one nearly has: 64 · (1 + 64 + 1) = 4,224. So
    // 3,000,000 · 4,600 / 4,224 / 80,000 = 40.8 epochs; the round number below is 30.
    expect(large.experiment.training.epochs).toBe(30);
  });

  test('compares an unconstrained network with a penalty and the augmented Lagrangian', async () => {
    const { experiment } = await drafted('days.csv', DAYS);
    expect(Object.values(experiment.variants).map(({ method }) => method)).toEqual([
      'unconstrained',
      'penalty',
      'augmented-lagrangian',
    ]);
  });
});

describe('Bounds of a new experiment', () => {
  const SIGNED = csv(
    ['a', 'b', 'up', 'deep', 'min'],
    rowsOf(40, (row) => [row % 7, row % 5, (row % 11) + 0.5, (row % 13) - 7.3, (row % 17) - 3]),
  );

  test('are 0 from below, and none for a target that goes below 0 beside one that does not', async () => {
    const { experiment, problems, text } = await drafted('s.csv', SIGNED, { targets: ['up', 'deep'] });
    expect(experiment.constraint).toEqual({ min: 0, deep: {}, tolerance: 0.01 });
    expect(text).toContain('// "deep" goes below 0 (−7.3 … 4.7), so it has no bound here.');
    expect(problems).toEqual([]);
  });

  test('are round numbers around the data where every target goes below 0', async () => {
    const { experiment, problems, text } = await drafted('s.csv', SIGNED, { targets: ['deep'] });
    // From −7.3 to 4.7, a range of 12: whole numbers.
    expect(experiment.constraint).toEqual({ min: -8, max: 5, tolerance: 0.01 });
    expect(text).toContain('these bounds hold for all its rows');
    expect(problems).toEqual([]);
  });

  test('of a target that is called like a bound stand under another name', async () => {
    const { experiment, problems } = await drafted('s.csv', SIGNED, { targets: ['min', 'deep'] });
    expect(experiment.data.targets).toEqual(['min_value', 'deep']);
    expect(experiment.data.query).toBe('SELECT *, min AS min_value FROM source');
    expect(experiment.constraint).toEqual({
      deep: { min: -8, max: 5 },
      min_value: { min: -3, max: 13 },
      tolerance: 0.01,
    });
    expect(problems).toEqual([]);
  });
});

describe('What is held out', () => {
  const values = (kinds: readonly string[]): string =>
    csv(
      ['x', 'y', 'split'],
      rowsOf(40, (row) => [row % 7, (row % 5) / 3, kinds[row % kinds.length]!]),
    );

  test('is what a column of the data says', async () => {
    const { experiment, leftOut, problems } = await drafted('d.csv', values(['train', 'train', 'test']));
    expect(experiment.data.validation).toEqual({ column: 'split', equals: 'test' });
    expect(leftOut).toEqual(['split says which rows are held out']);
    expect(problems).toEqual([]);
  });

  test('is a share where that column has a third kind of rows', async () => {
    const { experiment } = await drafted('d.csv', values(['train', 'validation', 'test']));
    expect(experiment.data.validation).toBe(0.2);
  });
});
