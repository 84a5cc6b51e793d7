/** Where a cursor stands: text with a `|` in, the place and what would be replaced out. */
import { describe, expect, test } from 'vitest';
import { cursorAt, separatorAfter } from '../../../extension/language/cursor';
import { marked } from './helpers';

/** `data.inputs.0 [value] replaces "wi"`, and a comma where one would be needed. */
function at(text: string): string | null {
  const { text: clean, offset } = marked(text);
  const cursor = cursorAt(clean, offset);
  if (cursor === null) return null;
  const replaced = clean.slice(cursor.offset, cursor.offset + cursor.length);
  return `${cursor.path.join('.')} [${cursor.at}] replaces ${replaced === '' ? 'nothing' : replaced}${separatorAfter(cursor)}`;
}

describe('A cursor stands', () => {
  test.each([
    ['{ "data": { "inputs": ["|"] } }', 'data.inputs.0 [value] replaces ""'],
    ['{ "data": { "inputs": ["wi|nd", "rain"] } }', 'data.inputs.0 [value] replaces "wind"'],
    ['{ "data": { "inputs": ["wind"|] } }', 'data.inputs.0 [value] replaces "wind"'],
    ['{ "data": { "inputs": [|"wind"] } }', 'data.inputs.0 [value] replaces "wind"'],
    ['{ "data": { "inputs": [|] } }', 'data.inputs.0 [value] replaces nothing'],
    ['{ "data": { "inputs": ["wind", |] } }', 'data.inputs.1 [value] replaces nothing'],
    ['{ "data": { "inputs": ["wind", | "rain"] } }', 'data.inputs.1 [value] replaces nothing,'],
    ['{ "data": { "inputs": ["wind", wi|] } }', 'data.inputs.1 [value] replaces wi'],
    ['{ "constraint": { "min": |0 } }', 'constraint.min [value] replaces 0'],
    ['{ "data": { "source": | } }', 'data.source [value] replaces nothing'],
    ['{ "training": { "batchSize": 3|2 } }', 'training.batchSize [value] replaces 32'],
  ])('on a value: %s', (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  test.each([
    ['{ "da|ta": {} }', 'data [key] replaces "data"'],
    ['{ | }', ' [key] replaces nothing'],
    ['{ "constraint": { "ra|" } }', 'constraint.ra [key] replaces "ra"'],
    ['{ "constraint": { | "min": 0 } }', 'constraint. [key] replaces nothing,'],
    ['{ "constraint": { "min": 0, ra| } }', 'constraint.ra [key] replaces ra'],
    ['{ "constraint": { "min": 0 "ra|" } }', 'constraint.ra [key] replaces "ra"'],
  ])('on a name: %s', (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  test.each([
    '{ "data" | }',
    '{ "min": 0 | }',
    '["a" |]',
    '{ "min": 0 } |',
    '{ // a |comment\n }',
    '{ // a comment|\n }',
    '{ /* a | */ }',
    '{ /* never closed |',
  ])('nowhere: %s', (text) => {
    expect(at(text)).toBeNull();
  });

  test('on the whole experiment where there is nothing yet', () => {
    expect(at('|')).toBe(' [value] replaces nothing');
    expect(at('// a note\n|')).toBe(' [value] replaces nothing');
    expect(at('/* a note */ |')).toBe(' [value] replaces nothing');
  });
});

describe('In a text half typed', () => {
  test.each([
    ['a string that is not closed ends with what it names', '{ "inputs": ["wi|\n] }', 'inputs.0 [value] replaces "wi'],
    ['not with the bracket behind it', '{ "inputs": ["wi|], "targets": ["rain"] }', 'inputs.0 [value] replaces "wi'],
    ['nor with a comma', '{ "inputs": ["wi|, "rain"] }', 'inputs.0 [value] replaces "wi'],
    ['nor with the end of its line', '{ "source": "a.c|\n "inputs": [] }', 'source [value] replaces "a.c,'],
    [
      'brackets that are never closed are no matter',
      '{ "data": { "inputs": ["a", "b|',
      'data.inputs.1 [value] replaces "b',
    ],
    [
      'nor is a comma that is missing',
      '{ "data": { "source": "a" "inputs": ["b|"] } }',
      'data.inputs.0 [value] replaces "b"',
    ],
    ['nor one too many', '{ "inputs": ["a",, "b|"] }', 'inputs.2 [value] replaces "b"'],
    ['nor a bracket too many', '{ "a": 1 }} , "b|"', null],
  ])('%s', (_what, text, expected) => {
    expect(at(text)).toBe(expected);
  });

  test('a comment between two things is passed over', () => {
    expect(at('{ "a": /* so */ | // and\n, "b": 1 }')).toBe('a [value] replaces nothing');
    expect(at('{ "a": [ | // the first\n "b"] }')).toBe('a.0 [value] replaces nothing,');
  });

  test('a byte order mark counts as a space', () => {
    expect(at('\uFEFF{ "a": "|" }')).toBe('a [value] replaces ""');
  });
});

describe('In a string', () => {
  const stringAt = (text: string) => {
    const { text: clean, offset } = marked(text);
    return cursorAt(clean, offset)?.string;
  };

  test('what stands before the cursor is counted as the value has it, escapes as one', () => {
    // The value is a, quote, é, b: the cursor is behind the third of four.
    const string = stringAt(String.raw`{ "a": "a\"\u00e9|b" }`)!;
    expect(string.value).toBe('a"éb');
    expect(string.before).toBe(3);
    expect(string.offsets).toHaveLength(5);
  });

  test('a wrong escape is taken for the character itself', () => {
    expect(stringAt(String.raw`{ "a": "C:\|q" }`)?.value).toBe('C:q');
  });

  test('names of properties are read with their escapes', () => {
    expect(at(String.raw`{ "\u0061": { "b|": 1 } }`)).toBe('a.b [key] replaces "b"');
  });
});
