/** What a data file is taken for before an experiment is made of it. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeFile } from '../../../extension/data/describeFile';
import { folder } from './helpers';

/** `name TYPE min … max`, one a column; the problem where there is one. */
async function described(content: string, name = 'a.csv'): Promise<string[] | string> {
  const file = await describeFile(path.join(folder({ [name]: content }), name));
  if ('problem' in file) return file.problem;
  return file.columns.map(({ name, type, values: { min, max } }) => `${name} ${type} ${min} … ${max}`);
}

describe('A file that begins with a row', () => {
  test.for([
    ['fractions', '0.0,0.25\n0.5,1\n', '"0.0" and "0.25"'],
    ['numbers that are there twice', '0,0,1\n1,2,3\n', '"0", "0" and "1"'],
    ['decimal commas', '0,5;1;2\n1,5;2;3\n', '"0,5", "1" and "2"'],
    ['gaps, and no numbers', '1.5,,nan\n2.5,1,3\n', '"1.5" and "nan"'],
    ['more than a few', '5,4,3,2,1,0\n0,0,0,0,0,1\n', '"5", "4", "3", "2" and 2 more'],
  ] as const)('of %s is refused: its header is missing', async ([, content, numbers]) => {
    expect(await described(content)).toBe(
      `The first line of "a.csv" holds the numbers ${numbers}, and it must hold the columns' names. Add a header line.`,
    );
  });

  test.for([
    [
      'one name among them',
      'country,2019,2020\n1,2,3\n',
      ['country BIGINT 1 … 1', '2019 BIGINT 2 … 2', '2020 BIGINT 3 … 3'],
    ],
    [
      'columns counted from 0, as pandas names them',
      '0,1,2\n5,6,7\n',
      ['0 BIGINT 5 … 5', '1 BIGINT 6 … 6', '2 BIGINT 7 … 7'],
    ],
  ] as const)('may have names that are numbers: %s', async ([, content, columns]) => {
    expect(await described(content)).toEqual(columns);
  });
});

describe('Text with decimal commas', () => {
  const column = (values: readonly string[], delimiter = ';'): string =>
    `x${delimiter}n\n${values.map((value) => `"${value}"${delimiter}1\n`).join('')}`;

  test.for([
    ['one or two digits behind them', ['1,5', '-2,25', '3'], '-2.25 … 3'],
    ['a 0 before them', ['0,125', '2,250'], '0.125 … 2.25'],
    ['four digits before them', ['1234,567', '2,250'], '2.25 … 1234.567'],
    ['dots between thousands', ['1.234,567', '1.000'], '1000 … 1234.567'],
  ] as const)('is numbers where they have %s', async ([, values, range]) => {
    expect(await described(column(values))).toEqual([`x DOUBLE ${range}`, 'n BIGINT 1 … 1']);
    // Between commas such a cell may as well be a list.
    expect(await described(column(values, ','))).toEqual(['x VARCHAR null … null', 'n BIGINT 1 … 1']);
  });

  test.for([
    ['commas that may stand between thousands', ['1,234', '5,678']],
    ['two commas', ['1,234,567', '2,5']],
    ['decimal points as well', ['1,5', '2.5']],
    ['a word', ['1,5', 'none']],
  ] as const)('stays text where it has %s', async ([, values]) => {
    expect(await described(column(values))).toEqual(['x VARCHAR null … null', 'n BIGINT 1 … 1']);
  });
});

test('Of dates and times it is known what differs: days of the calendar, years, hours', async () => {
  const content =
    'day,moment,clock,zoned\n2019-05-01,2020-01-01 10:15:00,10:00:00,2020-01-01 00:00:00+00\n2020-05-01,2020-01-02 10:45:00,11:59:00,2020-01-02 00:00:00+00\n';
  const file = await describeFile(path.join(folder({ 'a.csv': content }), 'a.csv'));
  if ('problem' in file) throw new Error(file.problem);
  expect(file.columns.map(({ name, dateParts }) => [name, dateParts])).toEqual([
    // Day 121 of 2019 and day 122 of 2020 are the same first of May.
    ['day', { days: 1, years: 2, hours: 0, infinite: 0 }],
    ['moment', { days: 2, years: 1, hours: 1, infinite: 0 }],
    ['clock', { days: 0, years: 0, hours: 2, infinite: 0 }],
    ['zoned', { days: 2, years: 1, hours: 1, infinite: 0 }],
  ]);
});
