import { describe, expect, test } from 'vitest';
import {
  code,
  constant,
  constantName,
  literal,
  longLiteral,
  longText,
  words,
  wrapped,
} from '../../../extension/export/pytorch/pythonText';

describe('Python from a template', () => {
  test('loses the indentation that all its lines share', () => {
    expect(code`
      for row in rows:
          total += row
    `).toBe('for row in rows:\n    total += row');
  });

  test('indents a piece that stands alone on its line, blank lines excepted', () => {
    expect(code`
      for row in rows:
          ${'total += row\n\ncount += 1'}
    `).toBe('for row in rows:\n    total += row\n\n    count += 1');
  });

  test('leaves out a line whose piece is nothing, and nothing else', () => {
    expect(code`
      first
      ${false}
      ${''}
      a${null}b ${0}
    `).toBe('first\nab 0');
  });
});

describe('Literals', () => {
  test.for([
    [true, 'True'],
    [0.1, '0.1'],
    [1e-20, '1e-20'],
    [Number.POSITIVE_INFINITY, 'math.inf'],
    [Number.NEGATIVE_INFINITY, '-math.inf'],
    ['wind', '"wind"'],
    ['the "wind"', '\'the "wind"\''],
    [`both " and '`, `"both \\" and '"`],
    ['a\\"b', "'a\\\\\"b'"],
    ['two\nlines\t', '"two\\nlines\\t"'],
    [[0, [1, 'a']], '[0, [1, "a"]]'],
  ] as const)('%j is %s', ([value, python]) => {
    expect(literal(value)).toBe(python);
  });

  test('go over several lines where a list is long', () => {
    const names = Array.from({ length: 40 }, (_, index) => `pixel${index}`);
    const lines = constant('INPUTS', names, 'in order').split('\n');
    expect(lines[0]).toBe('INPUTS = [  # in order');
    expect(lines.at(-1)).toBe(']');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(110);
    // Nothing is lost on the way.
    const inside = lines.slice(1, -1).join(' ').trim();
    expect(JSON.parse(`[${inside.slice(0, -1)}]`)).toEqual(names);
  });

  test('of a long text are joined again to the same text', () => {
    const text = `${'min + deviation·φ(a) above a minimum, '.repeat(6)}end`;
    const parts = [...longLiteral(text).matchAll(/^ {4}("[^\n]*")$/gm)].map((match) => JSON.parse(match[1]!) as string);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.join('')).toBe(text);
  });

  test('keep a text of several lines as it was written, where Python takes it so', () => {
    expect(longText('QUERY', 'SELECT a\nFROM "source"')).toBe('QUERY = """\nSELECT a\nFROM "source"\n"""');
    expect(longText('QUERY', 'SELECT """\nFROM source')).toBe('QUERY = \'SELECT """\\nFROM source\'');
    expect(longText('QUERY', "SELECT '\\n'\nFROM source")).toBe(`QUERY = "SELECT '\\\\n'\\nFROM source"`);
  });
});

test('Words of a comment can not end it', () => {
  expect(words('a """\nimport os\\')).toBe('a import os');
});

test('Text is wrapped between words', () => {
  expect(wrapped('one two  three', 7)).toBe('one two\nthree');
});

test('A field is a constant of the same words', () => {
  expect(constantName('dualLearningRate')).toBe('DUAL_LEARNING_RATE');
});
