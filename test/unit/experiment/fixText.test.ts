import { expect, test } from 'vitest';
import { changeOfFix } from '../../../extension/experiment/fixText';
import type { ProblemFix } from '../../../extension/protocol/problems';

const TEXT = '{\n  // columns\n  "inputs": ["wind", "wnid"],\n  "targets": ["rain"]\n}\n';
const RENAME: ProblemFix = {
  title: 'Change to "wind_max"',
  edits: [{ kind: 'set', path: ['inputs', 1], value: 'wind_max' }],
};

test('a fix is one change of whole words', () => {
  expect(changeOfFix(TEXT, RENAME)).toEqual({ offset: TEXT.indexOf('wnid'), length: 4, content: 'wind_max' });
});

test('edits that are made together are one change, each made in what the one before left', () => {
  const swap: ProblemFix = {
    title: 'Swap',
    edits: [
      { kind: 'set', path: ['inputs', 0], value: 'a' },
      { kind: 'remove', path: ['inputs', 1] },
      { kind: 'set', path: ['inputs', 1], value: 'b' },
    ],
  };
  expect(changeOfFix(TEXT, swap)).toEqual({ offset: TEXT.indexOf('wind'), length: 12, content: 'a", "b' });
});

test('a fix of what is gone, of broken JSON or of what is so already is no change', () => {
  expect(changeOfFix(TEXT.replace(', "wnid"', '').replace('"wind"', ''), RENAME)).toBeNull();
  expect(changeOfFix(TEXT.slice(0, -3), RENAME)).toBeNull();
  expect(changeOfFix(TEXT.replace('wnid', 'wind_max'), RENAME)).toBeNull();
});

test('a mark at the start of the file, as some editors put it, moves nothing', () => {
  expect(changeOfFix(`\uFEFF${TEXT}`, RENAME)?.offset).toBe(TEXT.indexOf('wnid') + 1);
});
