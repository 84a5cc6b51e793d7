import { expect, test } from 'vitest';
import { printable } from '../../../extension/protocol/printable';
import { formatProblem } from '../../../extension/protocol/problems';

test('control characters and marks of direction are printed as escapes, and all else as it is', () => {
  expect(printable('\u001b[31mred\u001b[0m')).toBe('\\x1b[31mred\\x1b[0m');
  expect(printable('a\nb\r\tc\u0000\u007f\u009b')).toBe('a\\nb\\r\\tc\\x00\\x7f\\x9b');
  expect(printable('a\u202eb\u2028c')).toBe('a\\u202eb\\u2028c');
  expect(printable('温度 🌧 é "x" \\n')).toBe('温度 🌧 é "x" \\n');
});

test('a problem is one line, whatever the columns of the data are called', () => {
  const start = { line: 3, character: 14 };
  const message = 'There is no column "a".\u001b[2J The data has "b\nc".';
  const problem = { code: 'data.missing-column', severity: 'error', message, range: { start, end: start } } as const;
  expect(formatProblem('w.json', problem)).toBe(
    'w.json:4:15 error data.missing-column There is no column "a".\\x1b[2J The data has "b\\nc".',
  );
});
