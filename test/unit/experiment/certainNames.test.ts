/** Which names are put right without asking, and which are only guessed at. */
import { expect, test } from 'vitest';
import { certainColumn, certainName } from '../../../extension/experiment/certainNames';
import { editDistance, nearestNames } from '../../../extension/experiment/names';

test.for<[string, string[], string | null]>([
  // Case and separators.
  ['Temp-Max', ['temp_max', 'temp_min', 'y'], 'temp_max'],
  ['windspeed', ['wind_speed', 'y'], 'wind_speed'],
  ['B', ['b', 'y'], 'b'],
  ['temp-max', ['temp_max', 'TempMax'], null],
  // One letter more, less, other or elsewhere may be another word.
  ['precipitaton', ['precipitation', 'y'], null],
  ['trail', ['trial'], null],
  ['prices', ['price'], null],
  ['wether.csv', ['weather.csv'], null],
  // Short names, other words, other numbers, and names that hold one another.
  ['b', ['y'], null],
  ['temp', ['temp_min', 'y'], null],
  ['precipitation_max', ['precipitation_min'], null],
  ['nitrate', ['nitrite'], null],
  ['latitude', ['altitude'], null],
  ['sensor_a', ['sensor_b'], null],
  ['pixel1', ['pixel2'], null],
  ['pixel_1_12', ['pixel_11_2'], null],
])('The column "%s" among %j is beyond doubt: %s', ([name, known, expected]) => {
  expect(certainColumn(name, known)).toBe(expected);
});

test.for<[string, string[], string | null]>([
  ['Learning_Rate', ['learningRate', 'epochs'], 'learningRate'],
  // One letter other, less, more, or two swapped, in a longer word.
  ['penalti', ['penalty', 'rate'], 'penalty'],
  ['standardze', ['standardize'], 'standardize'],
  ['epochss', ['epochs'], 'epochs'],
  ['batchSzie', ['batchSize'], null],
  ['bacthSize', ['batchSize'], 'batchSize'],
  // Two slips, another first letter, short words.
  ['penlati', ['penalty'], null],
  ['altitude', ['latitude'], null],
  ['mim', ['min', 'max'], null],
  // Another name nearly as near.
  ['temperatur_m', ['temperature_m', 'temperature_n'], null],
])('The word "%s" of a vocabulary of %j is beyond doubt: %s', ([name, known, expected]) => {
  expect(certainName(name, known)).toBe(expected);
});

test('A distance is told as far as it matters', () => {
  // kitten → sitten → sittin → sitting
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('kitten', 'sitting', 3)).toBe(3);
  expect(editDistance('kitten', 'sitting', 2)).toBe(3);
  expect(editDistance('', 'abc', 1)).toBe(2);
  expect(editDistance('abc', 'abc', 0)).toBe(0);
});

test('The nearest of thousands of names are found in a moment', () => {
  const known = Array.from({ length: 1500 }, (_, index) => `pixel_v_${index}`);
  const start = performance.now();
  for (let index = 0; index < 20; index++) expect(nearestNames(`pixel${index}`, known)).toHaveLength(3);
  // Some 2 ms a name; without a limit to the distance it took ten times as long.
  expect((performance.now() - start) / 20).toBeLessThan(20);
});
