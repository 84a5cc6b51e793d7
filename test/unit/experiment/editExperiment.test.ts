import { findNodeAtLocation, getNodeValue, type ParseError, parse, visit } from 'jsonc-parser';
import { expect, test } from 'vitest';
import { type RandomStream, randomStream } from '../../../extension/data/random';
import { editExperiment, NoPlaceError, parseText } from '../../../extension/experiment/editFields';
import type { ExperimentEdit, JsonPath, JsonValue } from '../../../extension/protocol/problems';
import { pathsOf, randomObject, randomText, randomValue } from './layouts';

const edited = (lines: readonly string[], ...edits: ExperimentEdit[]): string[] =>
  editExperiment(lines.join('\n'), edits).split('\n');

test('a list gets its new entry behind the last one, as the others stand', () => {
  const add: ExperimentEdit = { kind: 'set', path: ['inputs', 1], value: 'b' };
  expect(edited(['{ "inputs": ["a"] }'], add)).toEqual(['{ "inputs": ["a", "b"] }']);
  expect(edited(['{ "inputs": [', '  "a" // one', '] }'], add)).toEqual([
    '{ "inputs": [',
    '  "a", // one',
    '  "b"',
    '] }',
  ]);
  expect(edited(['{ "inputs": [] }'], { ...add, path: ['inputs', 0] })).toEqual(['{ "inputs": ["b"] }']);
});

test('an entry goes from a list with its comma, and with its line where it has one', () => {
  const second: ExperimentEdit = { kind: 'remove', path: ['inputs', 1] };
  expect(edited(['{ "inputs": ["a", "b"] }'], second)).toEqual(['{ "inputs": ["a"] }']);
  expect(edited(['{ "inputs": ["a", "b", "c"] }'], second)).toEqual(['{ "inputs": ["a", "c"] }']);
  expect(edited(['{ "inputs": [', '  "a",', '  "b",', '  "c"', '] }'], second)).toEqual([
    '{ "inputs": [',
    '  "a",',
    '  "c"',
    '] }',
  ]);
});

test('a section that was left out is added with the field', () => {
  const change: ExperimentEdit = { kind: 'set', path: ['training', 'batchSize'], value: 8 };
  expect(edited(['{', '  "data": {}', '}'], change)).toEqual([
    '{',
    '  "data": {},',
    '  "training": { "batchSize": 8 }',
    '}',
  ]);
});

test('objects of objects get lines where the file has lines, indented as it is', () => {
  const variants = { baseline: { method: 'unconstrained' }, penalty: { method: 'penalty', alpha: 10 } };
  const change: ExperimentEdit = { kind: 'set', path: ['variants'], value: variants };
  const lines = [
    '    "variants": {',
    '        "baseline": { "method": "unconstrained" },',
    '        "penalty": { "method": "penalty", "alpha": 10 }',
    '    }',
  ];
  expect(edited(['{', '    "data": {}', '}'], change)).toEqual(['{', '    "data": {},', ...lines, '}']);
  expect(edited(['{', '    "data": {},', '    "variants": {}', '}'], change)).toEqual([
    '{',
    '    "data": {},',
    ...lines,
    '}',
  ]);
  expect(edited(['{ "data": {} }'], change)).toEqual([
    '{ "data": {}, "variants": { "baseline": { "method": "unconstrained" }, "penalty": { "method": "penalty", "alpha": 10 } } }',
  ]);
});

test('a field gets another name, and keeps its value, its place and its comments', () => {
  const rename: ExperimentEdit = { kind: 'rename', path: ['training', 'epoch'], name: 'epochs' };
  expect(edited(['{ "training": { "epoch" /* of 100 rows */ : 1e2, "seed": 0 } }'], rename)).toEqual([
    '{ "training": { "epochs" /* of 100 rows */ : 1e2, "seed": 0 } }',
  ]);
});

test('part of a text is replaced through its escapes, and what is put there is escaped', () => {
  const text = String.raw`{ "query": "SELECT \"é\", wnd\nFROM \u0073ource" }`;
  const query = 'SELECT "é", wnd\nFROM source';
  const replace = (word: string, by: string): string =>
    editExperiment(text, [
      { kind: 'replaceText', path: ['query'], offset: query.indexOf(word), length: word.length, text: by },
    ]);
  expect(replace('wnd', '"wind\\"')).toBe(String.raw`{ "query": "SELECT \"é\", \"wind\\\"\nFROM \u0073ource" }`);
  expect(replace('source', 'x')).toBe(String.raw`{ "query": "SELECT \"é\", wnd\nFROM x" }`);
  expect(replace('\n', '')).toBe(String.raw`{ "query": "SELECT \"é\", wndFROM \u0073ource" }`);
});

test('a value that is there already stays as a person wrote it', () => {
  const text = '{ "rate": 1e-3, "hidden": [ 64,64 ] }';
  const same: ExperimentEdit[] = [
    { kind: 'set', path: ['rate'], value: 0.001 },
    { kind: 'set', path: ['hidden'], value: [64, 64] },
    { kind: 'remove', path: ['none', 3] },
  ];
  expect(editExperiment(text, same)).toBe(text);
});

test.for<[string, ExperimentEdit]>([
  ['a field of a variant that is gone', { kind: 'set', path: ['variants', 'b', 'alpha'], value: 1 }],
  ['an entry far behind the end of a list', { kind: 'set', path: ['inputs', 3], value: 'z' }],
  ['a field of what is no object', { kind: 'set', path: ['inputs', 'z'], value: 1 }],
  ['another name for what is not there', { kind: 'rename', path: ['variants', 'b'], name: 'c' }],
  ['another name that is taken', { kind: 'rename', path: ['variants'], name: 'inputs' }],
  ['another name for an entry of a list', { kind: 'rename', path: ['inputs', 0], name: 'c' }],
  ['a word behind the end of a text', { kind: 'replaceText', path: ['inputs', 0], offset: 1, length: 1, text: 'c' }],
  ['a word of what is no text', { kind: 'replaceText', path: ['inputs'], offset: 0, length: 0, text: 'c' }],
])('an edit has no place: %s', ([, edit]) => {
  expect(() => editExperiment('{ "inputs": ["x"], "variants": { "a": {} } }', [edit])).toThrow(NoPlaceError);
});

/** What an edit means for the value, said once more and without any text. */
function model(root: JsonValue, edit: ExperimentEdit): JsonValue {
  const [key, ...rest] = edit.path as [string | number, ...(string | number)[]];
  const list = Array.isArray(root) ? [...(root as JsonValue[])] : null;
  const fields = list === null ? Object.entries(root as Record<string, JsonValue>) : [];
  if (rest.length > 0) {
    const inner: ExperimentEdit = { ...edit, path: rest };
    if (list !== null) return list.map((each, index) => (index === key ? model(each, inner) : each));
    return Object.fromEntries(fields.map(([name, each]) => [name, name === key ? model(each, inner) : each]));
  }
  switch (edit.kind) {
    case 'set':
      if (list !== null) return list.toSpliced(Number(key), 1, edit.value);
      return { ...(root as Record<string, JsonValue>), [key]: edit.value };
    case 'remove':
      return list === null
        ? Object.fromEntries(fields.filter(([name]) => name !== key))
        : list.filter((_, index) => index !== key);
    case 'rename':
      return Object.fromEntries(fields.map(([name, each]) => [name === key ? edit.name : name, each]));
    case 'replaceText': {
      const replaced = (text: string): string =>
        text.slice(0, edit.offset) + edit.text + text.slice(edit.offset + edit.length);
      if (list !== null) return list.map((each, index) => (index === key ? replaced(each as string) : each));
      return { ...(root as Record<string, JsonValue>), [key]: replaced((root as Record<string, string>)[key]!) };
    }
  }
}

function randomEdit(stream: RandomStream, value: Record<string, JsonValue>, round = 0): ExperimentEdit {
  const paths = pathsOf(value);
  const path = paths[stream.integer(paths.length)]!;
  const at = path.reduce<JsonValue>((node, key) => (node as Record<string | number, JsonValue>)[key]!, value);
  const replacement = randomValue(stream, 2);
  if (typeof at === 'object' && (path.length === 0 || stream.integer(2) === 0)) {
    const end: string | number = Array.isArray(at) ? at.length : 'new';
    return { kind: 'set', path: [...path, end], value: replacement };
  }
  if (typeof at === 'string' && stream.integer(2) === 0) {
    const offset = stream.integer(at.length + 1);
    const length = stream.integer(at.length - offset + 1);
    return { kind: 'replaceText', path, offset, length, text: 'x"\\\n' };
  }
  const kind = stream.integer(3);
  if (kind === 0 && typeof path.at(-1) === 'string') return { kind: 'rename', path, name: `other ${round}` };
  return kind === 1 ? { kind: 'remove', path } : { kind: 'set', path, value: replacement };
}

/** Comments in the text; without those inside of what an edit takes away. */
function commentsOf(text: string, without: { from: number; to: number } = { from: 0, to: 0 }): string[] {
  const found: string[] = [];
  visit(text, {
    onComment: (offset, length) => {
      if (offset < without.from || offset >= without.to) found.push(text.slice(offset, offset + length));
    },
  });
  return found;
}

function takenAway(text: string, { kind, path }: ExperimentEdit): { from: number; to: number } {
  const node = findNodeAtLocation(parseText(text), [...path]);
  if (node === undefined || kind === 'rename' || kind === 'replaceText') return { from: 0, to: 0 };
  const entry = kind === 'remove' && node.parent?.type === 'property' ? node.parent : node;
  return { from: entry.offset, to: entry.offset + entry.length };
}

test('whatever the layout, an edit gives the wanted value, and every comment around it stays', () => {
  for (let seed = 0; seed < 1500; seed++) {
    const stream = randomStream(seed, 'batches');
    let value = randomObject(stream, 3);
    let text = randomText(stream, value);
    const history = [text];
    try {
      expect(getNodeValue(parseText(text))).toEqual(value);
      for (let count = 0; count < 4; count++) {
        const edit = randomEdit(stream, value, count);
        history.push(JSON.stringify(edit));
        const kept = commentsOf(text, takenAway(text, edit));
        text = editExperiment(text, [edit]);
        history.push(text);
        value = model(value, edit) as Record<string, JsonValue>;
        const errors: ParseError[] = [];
        expect(parse(text, errors, { allowTrailingComma: true })).toEqual(value);
        expect(errors).toEqual([]);
        expect(commentsOf(text)).toEqual(kept);
      }
    } catch (error) {
      throw new Error(`seed ${seed}:\n${history.join('\n---\n')}`, { cause: error });
    }
  }
});

test('no edit leaves a space at the end of a line or changes how lines end', () => {
  for (let seed = 0; seed < 1000; seed++) {
    const stream = randomStream(seed, 'weights');
    const value = randomObject(stream, 3);
    const unit = ['  ', '\t'][seed % 2]!;
    const text = JSON.stringify(value, null, unit).replaceAll('\n', seed % 3 === 0 ? '\r\n' : '\n');
    const edit = randomEdit(stream, value);
    const after = editExperiment(text, [edit]);
    const context = `seed ${seed}:\n${text}\n${JSON.stringify(edit)}\n${after}`;
    expect(after, context).not.toMatch(/[ \t]\r?\n/);
    if (seed % 3 === 0) expect(after, context).not.toMatch(/[^\r]\n/);
    else expect(after, context).not.toContain('\r');
  }
});

test('a path may go through names that look like numbers', () => {
  const paths: JsonPath[] = [['0'], ['0', 'length']];
  for (const path of paths) {
    expect(() => editExperiment('["x"]', [{ kind: 'set', path, value: 1 }])).toThrow(NoPlaceError);
  }
  expect(editExperiment('{ "0": 1 }', [{ kind: 'set', path: ['0'], value: 2 }])).toBe('{ "0": 2 }');
});
