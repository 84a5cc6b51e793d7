import { expect, test } from 'vitest';
import { changeBetween } from '../../../extension/experiment/change';

const changed = (before: string, after: string): string[] => {
  const { offset, length, content } = changeBetween(before, after);
  expect(before.slice(0, offset) + content + before.slice(offset + length)).toBe(after);
  return [before.slice(offset, offset + length), content];
};

test('What changes is whole words and numbers, and no more', () => {
  expect(changed('"a": 12, "b": 1', '"a": 13, "b": 1')).toEqual(['12', '13']);
});

test('A character of two units and a line end of two are never cut in half', () => {
  // U+1F327 and U+1F328 share their first unit, U+1F600 and U+1F200 their second.
  expect(changed('"🌧 mm"', '"🌨 mm"')).toEqual(['🌧', '🌨']);
  expect(changed('"\u{1f600} mm"', '"\u{1f200} mm"')).toEqual(['\u{1f600}', '\u{1f200}']);
  expect(changed('a\r\nb', 'a\rb')).toEqual(['\r\n', '\r']);
  expect(changed('a,\r\nb', 'a,\nb')).toEqual(['\r\n', '\n']);
});
