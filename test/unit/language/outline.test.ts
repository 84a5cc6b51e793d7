/** Symbols and folds of a text, however much of it is typed. */
import { describe, expect, test } from 'vitest';
import type { DocumentSymbol } from 'vscode-languageserver';
import { foldingOf } from '../../../extension/language/folding';
import { symbolsOf } from '../../../extension/language/symbols';
import { cut } from './helpers';

const TEXT = `// Rain is
// never negative.
{
  "data": {
    "source": ["a.csv", "b.csv"],
    "inputs": ["wind"],
    "targets": ["rain"]
  },
  "network": { "hidden": [64, 32], "activation": "tanh" },
  /* Bounds of
     the outputs. */
  "constraint": { "min": 0, "max": 60, "rain": { "min": 1 } },
  "training": { "epochs": 300 },
  "variants": {
    "baseline": { "method": "unconstrained" }, // nothing
    // kept
    "mine": {
      "method": "penalty",
      "alpha": 3
    }
  }
}`;

/** `name (detail) "what it selects"`, children behind their parent with a dash. */
function outline(text: string): string[] {
  const lines = (symbols: DocumentSymbol[], indent = ''): string[] =>
    symbols.flatMap(({ name, detail, selectionRange, children = [] }) => [
      `${indent}${name} (${detail}) ${cut(text, selectionRange)}`,
      ...lines(children, `${indent}- `),
    ]);
  return lines(symbolsOf(text));
}

describe('The outline', () => {
  test('has the sections with what they say, and the variants with their methods', () => {
    expect(outline(TEXT)).toEqual([
      'data (a.csv, b.csv) "data"',
      'network (64, 32 tanh) "network"',
      'constraint (min 0, max 60) "constraint"',
      'training (300 epochs) "training"',
      'variants (2) "variants"',
      '- baseline (unconstrained) "baseline"',
      '- mine (penalty) "mine"',
    ]);
  });

  test('has each with the whole of its text', () => {
    const [data] = symbolsOf(TEXT);
    expect(cut(TEXT, data!.range)).toMatch(/^"data": \{[^}]*\}$/);
    const mine = symbolsOf(TEXT).at(-1)!.children![1]!;
    expect(cut(TEXT, mine.range)).toMatch(/^"mine": \{[^}]*"alpha": 3\s*\}$/);
  });

  test.each([
    ['', []],
    ['[1, 2]', []],
    ['{ "data": ', ['data () "data"']],
    ['{ "variants": { "a": { "method": ', ['variants (1) "variants"', '- a () "a"']],
    ['{ "variants": { "": { "method": "polish" } } }', ['variants (1) "variants"', '- (no name) (polish) ""']],
    [
      '{ "variants": [1], "constraint": null, "training": { "epochs": "many" } }',
      ['variants () "variants"', 'constraint () "constraint"', 'training (many epochs) "training"'],
    ],
    ['{ "toString": 1, "data": { "source": 3 } }', ['data (3) "data"']],
  ])('of %s', (text, expected) => {
    expect(outline(text)).toEqual(expected);
  });
});

describe('What can be folded', () => {
  /** `2-6` and, of comments, `0-1 comment`. */
  const folds = (text: string): string[] =>
    foldingOf(text).map(
      ({ startLine, endLine, kind }) => `${startLine}-${endLine}${kind === undefined ? '' : ` ${kind}`}`,
    );

  test('are objects and lists over several lines, up to the line of their closing bracket, and comments', () => {
    expect(folds(TEXT)).toEqual(['0-1 comment', '2-20', '3-6', '9-10 comment', '13-19', '16-18']);
  });

  test.each([
    ['nothing of one line', '{ "a": { "b": [1] } }', []],
    ['nothing that only has its brackets on two lines', '[\n]', []],
    ['line comments only where they stand alone', '{ // a\n// b\n// c\n}', ['0-2', '1-2 comment']],
    ['no comments with a blank line between them', '// a\n\n// b', []],
    ['a block comment that is never closed', '/* a\nb', ['0-1 comment']],
    ['brackets that are closed in the wrong order, as far as they go', '{\n"a": [\n1\n}', ['0-2']],
    ['nothing that is never closed', '{\n"a": [\n1', []],
    ['nothing in strings', '"{\n}"', []],
  ])('%s', (_what, text, expected) => {
    expect(folds(text)).toEqual(expected);
  });
});
