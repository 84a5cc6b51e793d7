import { expect, test } from 'vitest';
import { editFields, NoPlaceError } from '../../../extension/experiment/editFields';
import type { FieldEdit } from '../../../extension/protocol/diagnosis';

/** Edits of the variant `a` in a file of which these are the lines. */
const edit = (lines: readonly string[], fields: Record<string, FieldEdit['value']>): string[] =>
  editFields(
    lines.join('\n'),
    Object.entries(fields).map(([field, value]) => ({ path: ['a', field], value })),
  ).split('\n');

test('a value is changed in its place and nothing else', () => {
  expect(edit(['{', '  // why', '  "a": { "s":0 , "t": "x" } // here', '}'], { s: 0.1, t: 'y' })).toEqual([
    '{',
    '  // why',
    '  "a": { "s":0.1 , "t": "y" } // here',
    '}',
  ]);
});

test.for([
  ['behind the last one of a line', ['{ "a": { "s": 0 } }'], ['{ "a": { "s": 0, "n": 1 } }']],
  ['behind the comma of a last one', ['{ "a": { "s": 0, } }'], ['{ "a": { "s": 0, "n": 1, } }']],
  ['into an object without fields', ['{ "a": {} }'], ['{ "a": { "n": 1 } }']],
  [
    'on a line of its own where the last one has its own, behind its comment',
    ['{ "a": {', '    "s": 0 // zero', '  }', '}'],
    ['{ "a": {', '    "s": 0, // zero', '    "n": 1', '  }', '}'],
  ],
  [
    'on a line of its own with a comma where the last one has one',
    ['{ "a": {', '\t"s": 0, /* zero */', '} }'],
    ['{ "a": {', '\t"s": 0, /* zero */', '\t"n": 1,', '} }'],
  ],
  [
    'behind a last one that shares its line with the end',
    ['{ "a": { "r": 1,', '    "s": 0 } }'],
    ['{ "a": { "r": 1,', '    "s": 0, "n": 1 } }'],
  ],
] as const)('a field that is not there is added %s', ([, before, after]) => {
  expect(edit(before, { n: 1 })).toEqual(after);
});

test.for([
  ['from the middle of a line', ['{ "a": { "r": 1, "s": 0, "t": 2 } }'], ['{ "a": { "r": 1, "t": 2 } }']],
  ['from the end of a line', ['{ "a": { "r": 1, "s": 0 } }'], ['{ "a": { "r": 1 } }']],
  ['from the end of a line with a last comma', ['{ "a": { "r": 1, "s": 0, } }'], ['{ "a": { "r": 1, } }']],
  ['as the only one', ['{ "a": {"s": 0} }'], ['{ "a": {} }']],
  ['with its line', ['{ "a": {', '  "s": 0,', '  "t": 1', '} }'], ['{ "a": {', '  "t": 1', '} }']],
  ['as the last line', ['{ "a": {', '  "r": 1,', '  "s": 0', '} }'], ['{ "a": {', '  "r": 1', '} }']],
  [
    'and the comments around it stay',
    ['{ "a": {', '  "r": 1, // one', '  // zero', '  "s": 0 // nothing', '} }'],
    ['{ "a": {', '  "r": 1 // one', '  // zero', '  // nothing', '} }'],
  ],
] as const)('a field is removed %s', ([, before, after]) => {
  expect(edit(before, { s: null })).toEqual(after);
});

test('a field that is not there is removed without a change', () => {
  const lines = ['{ "a": { "r": 1 } }'];
  expect(edit(lines, { s: null })).toEqual(lines);
});

test('several edits are made one after the other, with the line ends of the file', () => {
  const text = '{\r\n  "a": {\r\n    "method": "penalty",\r\n    "alpha": 10\r\n  }\r\n}\r\n';
  const edits = { method: 'augmented-lagrangian', alpha: null, form: null, penaltyCoefficient: 20 };
  expect(edit([text], edits).join('\n')).toBe(
    '{\r\n  "a": {\r\n    "method": "augmented-lagrangian",\r\n    "penaltyCoefficient": 20\r\n  }\r\n}\r\n',
  );
});

test('an edit of what is not there has no place', () => {
  expect(() => editFields('{ "b": {} }', [{ path: ['a', 'b', 's'], value: 1 }])).toThrow(NoPlaceError);
  expect(() => editFields('{ "a": 1 }', [{ path: ['a', 's'], value: 1 }])).toThrow(NoPlaceError);
  expect(() => editFields('{ "a": { ', [{ path: ['a', 's'], value: 1 }])).toThrow(NoPlaceError);
});
