import { expect, test } from 'vitest';
import { tableLines } from '../../../extension/cli/table';

test('A table has columns two spaces apart, aligned as asked, and no spaces at the ends of lines', () => {
  const lines = tableLines({ head: ['run', 'MSE'], colAligns: ['left', 'right'] }, [
    ['penalty', '1.5'],
    ['a', '12'],
  ]);
  expect(lines).toEqual(['run      MSE', 'penalty  1.5', 'a         12']);
});

test('What a name holds can not command the terminal', () => {
  const lines = tableLines({ head: ['run'] }, [['a\u001b]0;owned\u0007b\u202e']]);
  expect(lines.at(-1)).toBe('a\\x1b]0;owned\\x07b\\u202e');
});
