import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../../extension/cli/shellWord';

test.for([
  ['rain', 'rain'],
  ['data/a-b_2.csv', 'data/a-b_2.csv'],
  ['', "''"],
  ['wind speed', "'wind speed'"],
  ["it's $HOME", "'it'\\''s $HOME'"],
  ['größe', "'größe'"],
  ['a\u001b[31mRED\u0007', "$'a\\u001b[31mRED\\u0007'"],
  ["it's \\ two\nlines", "$'it\\'s \\\\ two\\u000alines'"],
  ['\u202egnirts', "$'\\u202egnirts'"],
])('A shell takes %j as one word, with nothing in it that a terminal would obey', ([text, word]) => {
  expect(shellWord(text!)).toBe(word);
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  expect(execFileSync('bash', ['-c', `printf %s ${word}`], { encoding: 'utf8', env })).toBe(text);
});
