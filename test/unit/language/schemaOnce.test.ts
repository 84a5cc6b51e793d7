/** What a person sees in an experiment file is the JSON support of VS Code and this extension together. */
import { describe, expect, test } from 'vitest';
import { serviceWith } from './helpers';
import { experimentDocument, jsonSupport, withCursor } from './jsonSupport';

const orthant = serviceWith({ mayReadData: () => false }).service;

async function shown(text: string): Promise<string[]> {
  const document = experimentDocument(text);
  const options = { comments: 'ignore', trailingCommas: 'ignore' } as const;
  const ofJson = await jsonSupport.doValidation(document, jsonSupport.parseJSONDocument(document), options);
  const own = orthant.problems({ uri: document.uri, path: '/project/a.orthant.json', text });
  return [...ofJson.map(({ message }) => `json: ${message}`), ...own.map(({ code }) => `orthant: ${code}`)];
}

const GOOD = `{
  // a comment
  "data": { "source": "a.csv", "inputs": ["a"], "targets": ["b"] },
  "constraint": { "min": 0 },
  "variants": { "penalty": { "method": "penalty", "alpha": 3 } },
}`;

describe('each fault is shown once', () => {
  test.each([
    ['nothing wrong', GOOD, []],
    ['a missing comma', GOOD.replace('"a.csv",', '"a.csv"'), ['json: Expected comma']],
    ['an unknown field', GOOD.replace('"alpha"', '"alhpa"'), ['orthant: experiment.unknown-field']],
    ['an unknown method', GOOD.replace('"penalty",', '"penalt",'), ['orthant: experiment.unknown-method']],
    ['a text for a number', GOOD.replace('"min": 0', '"min": "0"'), ['orthant: experiment.wrong-type']],
    ['a missing section', GOOD.replace('"constraint": { "min": 0 },', ''), ['orthant: experiment.missing-field']],
  ])('%s', async (_what, text, expected) => {
    expect(await shown(text)).toEqual(expected);
  });

  test('a repeated key, at both of its places', async () => {
    const twice = GOOD.replace('"min": 0', '"min": 0, "min": 1');
    expect(await shown(twice)).toEqual(['json: Duplicate object key', 'json: Duplicate object key']);
  });
});

describe('the schema still', () => {
  test('completes the fields of the method that a variant has', async () => {
    const { document, position, parsed } = withCursor(GOOD.replace('"alpha": 3', '|'));
    const labels = (await jsonSupport.doComplete(document, position, parsed))!.items.map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(['alpha', 'learningRate']));
    expect(labels).not.toContain('slack');
  });

  test('completes methods', async () => {
    const { document, position, parsed } = withCursor(GOOD.replace('"penalty",', '|'));
    const labels = (await jsonSupport.doComplete(document, position, parsed))!.items.map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(['"penalty"', '"lagrangian"', '"unconstrained"']));
  });
});
