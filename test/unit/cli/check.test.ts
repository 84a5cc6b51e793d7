/** `orthant check`: a file in, what is printed and what is in the file afterwards out. */
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { checkCommand } from '../../../extension/cli/check';
import { replaceText } from '../../../extension/cli/replaceText';
import { folder } from '../data/helpers';

const WRONG = `{
  // é
  "data": { "source": "a.csv", "inputs": ["x"], "targets": ["y"], "validation": 0 },
  "constraint": { "min": 0 },
  "training": { "batch_size": 2 },
  "variants": { "p": { "method": "penalty" } }
}
`;
const RIGHT = WRONG.replace('batch_size', 'batchSize');
const DATA = 'x,y\n1,2\n2,3\n3,4\n4,5\n';

async function check(file: string, { json = false, fix = true } = {}): Promise<[number, string[], string[]]> {
  const out: string[] = [];
  const err: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  const error = vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
  try {
    return [await checkCommand(file, { json, fix }), out, err];
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
}

function file(content: string | Uint8Array): string {
  return path.join(folder({ 'a.orthant.json': content, 'a.csv': DATA }), 'a.orthant.json');
}

test('What is fixed is written in one go, with the mode of the file, through a link to it', async () => {
  const own = file(WRONG);
  chmodSync(own, 0o640);
  const link = path.join(path.dirname(own), 'link.orthant.json');
  symlinkSync(own, link);
  const [exit, out, err] = await check(link);
  expect([exit, err]).toEqual([0, []]);
  expect(out).toEqual([`${link}:5:17 fixed experiment.unknown-field Change to "batchSize"`, `${link}: no problems`]);
  expect(readFileSync(own, 'utf8')).toBe(RIGHT);
  expect(statSync(own).mode & 0o777).toBe(0o640);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readdirSync(path.dirname(own)).sort()).toEqual(['a.csv', 'a.orthant.json', 'link.orthant.json']);
});

test.for([false, true])(
  'A file that is not in UTF-8 keeps its bytes, and its problems are told all the same (--json: %s)',
  async (json) => {
    const bytes = Buffer.from(WRONG, 'latin1');
    const own = file(bytes);
    const unfixed = await check(own, { json, fix: false });
    const [exit, out, err] = await check(own, { json });
    expect([exit, out]).toEqual([unfixed[0], unfixed[1]]);
    expect(exit).toBe(2);
    expect(out.join()).toContain('experiment.unknown-field');
    expect(err).toEqual([
      `${own}: it holds characters that are not in UTF-8, which would be lost; save it in UTF-8 first, so nothing was fixed.`,
    ]);
    expect(readFileSync(own)).toEqual(bytes);
  },
);

test('A file with nothing to fix is not written, whatever its encoding', async () => {
  const bytes = Buffer.from(RIGHT, 'latin1');
  const own = file(bytes);
  expect(await check(own)).toEqual([0, [`${own}: no problems`], []]);
  expect(readFileSync(own)).toEqual(bytes);
});

test('A file that changed since it was read keeps what it has now', () => {
  const own = file(WRONG);
  const read = readFileSync(own);
  writeFileSync(own, 'other');
  expect(replaceText(own, read, RIGHT)).toBe('it has changed meanwhile');
  expect(readFileSync(own, 'utf8')).toBe('other');
  expect(readdirSync(path.dirname(own)).sort()).toEqual(['a.csv', 'a.orthant.json']);
});

test('A file that is gone is not made anew', () => {
  const own = file(WRONG);
  expect(replaceText(`${own}.gone`, Buffer.from(''), RIGHT)).toMatch(/^it can't be written \(ENOENT: /);
  expect(readdirSync(path.dirname(own)).sort()).toEqual(['a.csv', 'a.orthant.json']);
});
