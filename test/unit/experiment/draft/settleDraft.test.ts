/** What the second look at the data takes out of a draft: columns that only the rows left make constant. */
import { expect, test } from 'vitest';
import { writeParquet } from '../../data/helpers';
import { type Drafted, draftOf } from './helpers';

async function drafted(columns: string, targets: readonly string[] = ['y']): Promise<Drafted> {
  const draft = await draftOf('a.parquet', (file) => writeParquet(file, `SELECT ${columns} FROM range(100) t(i)`), {
    targets,
  });
  if (typeof draft === 'string') throw new Error(draft);
  return draft;
}

test('What the rows of lists of one length leave constant is taken out, and said to be', async () => {
  // Lists of one in the first 60 rows, of two in the others: of the kinds only "early" stays.
  const { experiment, inputs, notInFile, problems } = await drafted(
    "(i % 13) * 0.3 AS y, CASE WHEN i < 60 THEN [i] ELSE [i, 1] END AS list, CASE WHEN i < 60 THEN 'early' ELSE 'late' END AS kind",
  );
  expect(inputs).toEqual(['+ list: 1 number a row, 0 … 99', '+ kind: text: whether it is "early", "late"']);
  expect(experiment.data.inputs).toEqual(['list']);
  expect(experiment.data.query).toBe('SELECT * FROM source WHERE len(list) = 1 AND list_count(list) = 1');
  expect(notInFile).toEqual(['kind is the same in every row that is left']);
  expect(problems).toEqual([]);
});

test('An input that another one with gaps makes constant is taken out, and said to be', async () => {
  const { experiment, text, notInFile, problems } = await drafted(
    "(i % 13) * 0.3 AS y, CASE WHEN i < 40 THEN NULL ELSE i * 0.5 END AS late, i < 40 AS is_early, CASE WHEN i < 40 THEN 'a' ELSE 'b' END AS kind",
  );
  expect(experiment.data.inputs).toEqual(['late']);
  expect(experiment.data.query).toBe('SELECT * FROM source WHERE late IS NOT NULL');
  expect(notInFile).toEqual([
    'kind is the same in every row that is left',
    'is_early is the same in every row that is left',
  ]);
  expect(text).toContain('"kind" is the same in every row that is left;');
  expect(problems).toEqual([]);
});

test('Of a date or text only the part goes that is constant', async () => {
  // From row 40 on it is always past noon, and never foggy.
  const { experiment, text, notInFile, problems } = await drafted(
    `(i % 13) * 0.3 AS y, CASE WHEN i < 40 THEN NULL ELSE i * 0.5 END AS late,
      TIMESTAMP '2020-01-01' + INTERVAL (i) DAY + INTERVAL (CASE WHEN i < 40 THEN 6 ELSE 13 END) HOUR AS moment,
      CASE WHEN i < 40 THEN 'fog' WHEN i % 2 = 0 THEN 'sun' ELSE 'rain' END AS sky`,
  );
  expect(experiment.data.inputs).toEqual(['late', 'moment_dayofyear', 'sky_rain', 'sky_sun']);
  expect(notInFile).toEqual([
    'sky is not asked for "fog", the same in every row that is left',
    'moment is not asked for its hour, the same in every row that is left',
  ]);
  expect(text).toMatch(
    /Numbers made: "moment" \(a time: the day of its year\); "sky" \(text: whether it is "rain",\s+\/\/ "sun"\)/,
  );
  expect(problems).toEqual([]);
});

test('An input whose gaps leave a target without any difference is taken out instead', async () => {
  const { experiment, notInFile, problems } = await drafted(
    'CASE WHEN i < 30 THEN i * 0.5 ELSE 2.5 END AS y, CASE WHEN i < 30 THEN NULL ELSE i * 0.5 END AS late, i % 7 AS n',
  );
  expect(experiment.data.inputs).toEqual(['n']);
  expect(experiment.data.query).toBeUndefined();
  expect(notInFile).toEqual(['late has no value in rows that are needed for the targets to differ']);
  expect(problems).toEqual([]);
});

test('Where nothing is left to take, that is said in place of a draft', async () => {
  const draft = await draftOf(
    'a.parquet',
    (file) => writeParquet(file, 'SELECT nullif(i, 3) * 0.5 AS y, i = 3 AS n FROM range(100) t(i)'),
    { targets: ['y'] },
  );
  expect(draft).toBe(
    'Beside "y" there is nothing that the network could take: "n" is the same in every row that is left. Choose other targets, or add a column of numbers.',
  );
});
