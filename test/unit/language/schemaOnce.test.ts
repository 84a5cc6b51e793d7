/** What a person sees in an experiment file is the JSON support of VS Code and this extension together. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { getLanguageService, TextDocument } from 'vscode-json-languageservice';
import { experimentJsonSchema } from '../../../extension/experiment/jsonSchema';
import { createLanguageService } from '../../../extension/language/languageService';

const root = path.resolve(import.meta.dirname, '../../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const contributed = `file:///orthant/${manifest.contributes.jsonValidation[0].url.replace('./', '')}`;

/** As VS Code sets it up for a JSON with comments. */
const json = getLanguageService({
  workspaceContext: { resolveRelativePath: (relative, base) => new URL(relative, base).href },
  schemaRequestService: async (uri) => {
    if (uri === 'file:///orthant/dist/orthant.schema.json') return JSON.stringify(experimentJsonSchema());
    return readFileSync(path.join(root, new URL(uri).pathname.replace('/orthant/', '')), 'utf8');
  },
});
json.configure({ schemas: [{ uri: contributed, fileMatch: [manifest.contributes.jsonValidation[0].fileMatch] }] });

const orthant = createLanguageService({
  inspectData: async () => [],
  mayReadData: () => false,
  problemsChanged: () => {},
  failed: () => {},
});

async function shown(text: string): Promise<string[]> {
  const document = TextDocument.create('file:///project/a.orthant.json', 'jsonc', 1, text);
  const options = { comments: 'ignore', trailingCommas: 'ignore' } as const;
  const ofJson = await json.doValidation(document, json.parseJSONDocument(document), options);
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
  async function at(marked: string) {
    const offset = marked.indexOf('|');
    const document = TextDocument.create('file:///project/a.orthant.json', 'jsonc', 1, marked.replace('|', ''));
    return { document, position: document.positionAt(offset), parsed: json.parseJSONDocument(document) };
  }

  test('completes the fields of the method that a variant has', async () => {
    const { document, position, parsed } = await at(GOOD.replace('"alpha": 3', '|'));
    const labels = (await json.doComplete(document, position, parsed))!.items.map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(['alpha', 'learningRate']));
    expect(labels).not.toContain('slack');
  });

  test('completes methods', async () => {
    const { document, position, parsed } = await at(GOOD.replace('"penalty",', '|'));
    const labels = (await json.doComplete(document, position, parsed))!.items.map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(['"penalty"', '"lagrangian"', '"unconstrained"']));
  });

  test('explains a field', async () => {
    const { document, position, parsed } = await at(GOOD.replace('"alpha"', '"al|pha"'));
    const hover = await json.doHover(document, position, parsed);
    expect(JSON.stringify(hover?.contents)).toContain('Strength');
  });
});
