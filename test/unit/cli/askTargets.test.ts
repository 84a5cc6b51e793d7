/** The question of `orthant new`, answered key by key. */
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { askTargets } from '../../../extension/cli/askTargets';
import { proposeTargets } from '../../../extension/experiment/draft/proposeTargets';
import type { ColumnProfile } from '../../../extension/protocol/columns';

const KEYS = { down: '\u001b[B', space: ' ', enter: '\r', cancel: '\u0003' };

/** A column of the numbers from `min` to 9 over 100 rows. */
function column(name: string, min: number): ColumnProfile {
  const values = { rows: 100, nulls: 0, notANumber: 0, min, max: 9, distinct: 80, isWhole: false };
  const histogram = { edges: [min, 9], counts: [100] };
  const numbers = {
    mean: 1,
    standardDeviation: 1,
    quartiles: [0, 1, 2] as const,
    negative: 0,
    zero: 0,
    histogram,
    sampled: null,
  };
  return { name, type: 'DOUBLE', kind: 'number', values, numbers, frequent: [], width: 1 };
}

/** What is chosen by these keys, and what was on the screen. */
async function answer(
  columns: readonly ColumnProfile[],
  keys: readonly string[],
): Promise<{ chosen: string[] | null; screen: string }> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let screen = '';
  output.on('data', (data) => {
    screen += stripVTControlCharacters(String(data));
  });
  const asked = askTargets(proposeTargets(columns), { input, output });
  for (const key of keys) input.write(key);
  const chosen = await asked;
  return { chosen: chosen?.map(({ column: { name } }) => name) ?? null, screen };
}

test('shows every column with the reason for and against it, the best first', async () => {
  const { screen } = await answer([column('signed', -2), column('rain', 0.5)], [KEYS.enter]);
  expect(screen).toContain('"rain", never negative, 0.5 … 9');
  expect(screen.indexOf('"rain"')).toBeLessThan(screen.indexOf('"signed", goes below 0'));
});

test('has the best one picked when it is alone, so that Enter is enough', async () => {
  expect((await answer([column('signed', -2), column('rain', 0)], [KEYS.enter])).chosen).toEqual(['rain']);
});

test('picks with space, and goes on only with one at least', async () => {
  const columns = [column('rain', 0), column('wind', 0), column('signed', -2)];
  const { chosen } = await answer(columns, [KEYS.enter, KEYS.down, KEYS.space, KEYS.down, KEYS.space, KEYS.enter]);
  expect(chosen).toEqual(['wind', 'signed']);
});

test('takes Ctrl+C for "never mind"', async () => {
  expect((await answer([column('rain', 0)], [KEYS.cancel])).chosen).toBeNull();
});

test('writes no control characters of a name to the terminal', async () => {
  const { screen } = await answer([column('\u001b[31mred\u0007', 0)], [KEYS.enter]);
  expect(screen).toContain('"\\u001b[31mred\\u0007"');
});
