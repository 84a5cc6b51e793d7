/** What `orthant new` says of a file that somebody else has made: nothing in it reaches the terminal as it is. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newCommand } from '../../../extension/cli/new';
import { folder } from '../data/helpers';

const ROWS = Array.from({ length: 20 }, (_, row) => `${row / 2},${(row % 7) / 3},${row % 3}.5`).join('\n');

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  for (const channel of ['log', 'error'] as const) {
    vi.spyOn(console, channel).mockImplementation((...parts: unknown[]) => void said.push(parts.join(' ')));
  }
});
afterEach(() => vi.restoreAllMocks());

/** Lines on both channels of the command over this text, and the experiment where it wrote one. */
async function lines(
  content: string,
  target: string[],
  name = 'a.csv',
): Promise<{ said: string[]; text: string | null }> {
  const directory = folder({ [name]: content });
  const output = path.join(directory, 'a.orthant.json');
  const code = await newCommand(path.join(directory, name), { target, input: [], output, force: false }, null);
  return { said: said.join('\n').split('\n'), text: code === 0 ? readFileSync(output, 'utf8') : null };
}

const hostile = 'a\u001b[31mRED\u0007';
const isPlain = (line: string): boolean => !/[\p{Cc}\u202e]/u.test(line);

test('Where several columns could be the target, they and the command to type are printed as escapes', async () => {
  const { said } = await lines(`${hostile},b,c\n${ROWS}\n`, []);
  expect(said.filter((line) => !isPlain(line))).toEqual([]);
  expect(said).toContainEqual(expect.stringContaining('"a\\u001b[31mRED\\u0007" (never negative'));
  const command = said.at(-1)!;
  expect(command).toMatch(/^Such as: orthant new \S+ --target (\$'a\\u001b\[31mRED\\u0007'|b)$/);
});

test('A column that is not there is looked for among names that are printed as escapes', async () => {
  const { said } = await lines(`${hostile},"two\nlines",\u202egnirts\n${ROWS}\n`, ['aRED']);
  expect(said).toHaveLength(1);
  expect(said.filter((line) => !isPlain(line))).toEqual([]);
  expect(said[0]).toContain('a\\x1b[31mRED\\x07');
  expect(said[0]).toContain('two\\nlines');
});

test('What was written is told on one line for each thing, the name of the file too', async () => {
  const { said, text } = await lines(`${hostile},"b\n\u001b]0;title\u0007",c\n${ROWS}\n`, ['c'], 'x\u001b[2J.csv');
  expect(said.filter((line) => !isPlain(line))).toEqual([]);
  expect(said.filter((line) => line !== '')).toHaveLength(4);
  expect(text!.split('\n').every(isPlain)).toBe(true);
});

test('A file without a header is refused with the remedy', async () => {
  const { said, text } = await lines(`${ROWS}\n`, []);
  expect(text).toBeNull();
  expect(said.join('\n')).toContain(
    `The first line of "a.csv" holds the numbers "0", "0" and "0.5", and it must hold the columns' names. Add a header line.`,
  );
});
