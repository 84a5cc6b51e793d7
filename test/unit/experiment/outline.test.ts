import { expect, test } from 'vitest';
import { outlineExperiment } from '../../../extension/experiment/outline';

const show = (text: string): string[] =>
  outlineExperiment(text).variants.map(({ name, method, range }) => `${name}: ${method} on line ${range.start.line}`);

test('Variants are listed with their method and line', () => {
  expect(show('{ "variants": {\n "a": { "method": "penalty" }, // one\n "b": {},\n} }')).toEqual([
    'a: penalty on line 1',
    'b: null on line 2',
  ]);
});

test('A file that is half typed still has the variants typed so far', () => {
  expect(show('{ "data": , "variants": {\n "a": { "method": "pen')).toEqual(['a: pen on line 1']);
  expect(show('{ "variants": { "a": { "method": 3 }, "b" } }')).toEqual(['a: null on line 0']);
});

test('A file without variants has none', () => {
  for (const text of ['', '{}', '[]', 'nonsense', '{ "variants": 3 }']) expect(show(text)).toEqual([]);
});

test('The word "variants" and each name are located', () => {
  const outline = outlineExperiment('{\n  "variants": { "a": {} }\n}');
  expect(outline.variantsRange).toEqual({ start: { line: 1, character: 2 }, end: { line: 1, character: 12 } });
  expect(outline.variants[0]!.nameRange).toEqual({
    start: { line: 1, character: 16 },
    end: { line: 1, character: 19 },
  });
});
