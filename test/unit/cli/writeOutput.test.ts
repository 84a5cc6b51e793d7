import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OutputError, writeInto, writeOutput } from '../../../extension/cli/writeOutput';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'orthant-output-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('An output takes the place of the file that was there, and leaves nothing beside it', () => {
  const file = path.join(folder, 'a.csv');
  writeFileSync(file, 'old', { mode: 0o640 });
  writeOutput(file, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(lstatSync(file).mode & 0o777).toBe(0o640);
  // A view of more bytes than it shows.
  writeOutput(file, new Uint8Array([1, 2, 3, 4]).subarray(1, 3));
  expect([...readFileSync(file)]).toEqual([2, 3]);
  writeInto(folder, 'deep/er/b.bin', new Uint8Array([5]));
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(['a.csv', 'deep', 'deep/er', 'deep/er/b.bin']);
});

test('A link stays one, and what it leads to is written', () => {
  const [file, link] = [path.join(folder, 'a.csv'), path.join(folder, 'link.csv')];
  writeFileSync(file, 'old');
  symlinkSync(file, link);
  writeOutput(link, 'new');
  expect([readFileSync(file, 'utf8'), lstatSync(link).isSymbolicLink()]).toEqual(['new', true]);
});

test('A device takes what is written', () => {
  writeOutput('/dev/null', 'x');
  expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('What can not be written says why, and what is there stays', () => {
  mkdirSync(path.join(folder, 'taken'));
  const refused = (file: string): unknown => {
    try {
      writeOutput(path.join(folder, file), 'x');
    } catch (error) {
      return error instanceof OutputError && error.message;
    }
  };
  expect(refused('taken')).toMatch(/it is a folder/);
  expect(refused('absent/a.csv')).toMatch(/its folder is not there/);
  writeFileSync(path.join(folder, 'a.csv'), 'old');
  expect(refused('a.csv/b.csv')).toMatch(/its folder is not there/);
  if (process.getuid?.() === 0) return;
  chmodSync(path.join(folder, 'a.csv'), 0o444);
  expect(refused('a.csv')).toMatch(/no permission/);
});
