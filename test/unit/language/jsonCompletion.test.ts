/**
 * What VS Code's own JSON support completes from the schema: text with a `|` for the cursor in, names or inserted text
 * out. What is offered beyond that is the language server's, in the other files here.
 */
import { describe, expect, test } from 'vitest';
import type { CompletionItem } from 'vscode-json-languageservice';
import { parseExperiment } from '../../../extension/experiment/parse';
import { VARIANT_TEMPLATES } from '../../../extension/experiment/variantTemplates';
import { METHODS } from '../../../extension/methods/registry';
import { jsonSupport, withCursor } from './jsonSupport';

async function itemsAt(marked: string): Promise<CompletionItem[]> {
  const { document, position, parsed } = withCursor(marked);
  const { items } = (await jsonSupport.doComplete(document, position, parsed))!;
  return items.sort((a, b) => compare(a.sortText ?? a.label, b.sortText ?? b.label));
}

/** As an editor lists them. */
async function labelsAt(marked: string): Promise<string[]> {
  return (await itemsAt(marked)).map(({ label }) => label);
}

/** The text once an item is taken and its places are left as they are. */
async function taken(marked: string, label: string): Promise<string> {
  const { document } = withCursor(marked);
  const { textEdit } = (await itemsAt(marked)).find((item) => item.label === label)!;
  if (textEdit === undefined || !('range' in textEdit)) throw new Error(`${label} replaces nothing`);
  const text = document.getText();
  const inserted = textEdit.newText.replace(/\$\{\d+:([^}]*)\}|\$\d+/g, '$1').replace(/\\([$\\}])/g, '$1');
  const { start, end } = textEdit.range;
  return text.slice(0, document.offsetAt(start)) + inserted + text.slice(document.offsetAt(end));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function variant(marked: string): string {
  return `{ "variants": { "mine": ${marked} } }`;
}

describe('Names are completed', () => {
  test('of the sections, in the order in which a file is read', async () => {
    const sections = ['data', 'network', 'constraint', 'training', 'variants', 'sweep', '$schema'];
    expect(await labelsAt('{ | }')).toEqual(sections);
    expect(await labelsAt('{ "|" }')).toEqual(sections);
  });

  test.each([
    ['data', ['source', 'query', 'inputs', 'targets', 'validation', 'standardize']],
    ['network', ['hidden', 'activation', 'from']],
    ['constraint', ['min', 'max', 'tolerance']],
  ])('of the fields in "%s"', async (section, fields) => {
    expect(await labelsAt(`{ "${section}": { | } }`)).toEqual(fields);
  });

  test('unless they are there already', async () => {
    expect(await labelsAt('{ "network": { "hidden": [8], | } }')).toEqual(['activation', 'from']);
    expect(await labelsAt('{ "data": {}, | "variants": {} }')).not.toContain('variants');
  });

  test('of a variant before its method is known: its method first, then what it may change of the training', async () => {
    const labels = await labelsAt(variant('{ | }'));
    expect(labels.slice(0, 3)).toEqual(['method', 'loss', 'optimizer']);
    expect(labels).not.toContain('alpha');
  });

  test.each(METHODS.map((method) => [method.name, method] as const))(
    "of a variant by %s: this method's fields first, then training's",
    async (name, { fields }) => {
      const own = Object.keys(fields.shape);
      const labels = await labelsAt(variant(`{ "method": "${name}", | }`));
      expect(labels.slice(0, own.length)).toEqual(own);
      expect(labels[own.length]).toBe('loss');
      const others = METHODS.flatMap((method) => Object.keys(method.fields.shape)).filter((key) => !own.includes(key));
      expect(labels.filter((label) => others.includes(label))).toEqual([]);
    },
  );

  test('with their words and defaults', async () => {
    const alpha = (await itemsAt(variant('{ "method": "penalty", | }'))).find(({ label }) => label === 'alpha')!;
    expect(alpha.documentation).toContain('Strength α of the penalty');
    expect(await taken(variant('{ "method": "penalty", | }'), 'alpha')).toContain('"alpha": 10 }');
    expect(await taken('{ "training": { | } }', 'batchSize')).toBe('{ "training": { "batchSize": 32 } }');
    expect(await taken('{ "network": { | } }', 'hidden')).toBe('{ "network": { "hidden": [64, 64] } }');
  });

  test("with training's default where a variant changes it", async () => {
    expect(await taken(variant('{ "method": "polish", | }'), 'learningRate')).toContain('"learningRate": 0.001 }');
    expect(await taken(variant('{ | }'), 'epochs')).toContain('"epochs": 50 }');
  });

  test('with a comma where another follows', async () => {
    expect(await taken('{ "network": { | "activation": "tanh" } }', 'hidden')).toBe(
      '{ "network": { "hidden": [64, 64], "activation": "tanh" } }',
    );
  });

  test.each(['{ "data": { | } }', '{ | }', variant('{ | }'), '{ "network": { | } }'])(
    'and the list of values opens where there is one to choose from: %s',
    async (marked) => {
      const opening = (await itemsAt(marked)).filter(({ insertText }) => insertText?.endsWith(': $1'));
      expect(opening.length).toBeGreaterThan(0);
      for (const { command } of opening) expect(command?.command).toBe('editor.action.triggerSuggest');
    },
  );
});

describe('Values are completed', () => {
  test('of a method, in the order of docs/methods.md, each with its title, its guarantee and one line', async () => {
    const items = await itemsAt(variant('{ "method": "|" }'));
    expect(items.map(({ label }) => label)).toEqual(METHODS.map(({ name }) => `"${name}"`));
    expect(items[1]).toMatchObject({ detail: 'Penalty, guarantee G0', documentation: METHODS[1]!.summary });
    expect(await labelsAt(variant('{ "method": | }'))).toEqual(METHODS.map(({ name }) => `"${name}"`));
  });

  test.each([
    ['{ "network": { "activation": "|" } }', ['"relu"', '"tanh"', '"elu"']],
    ['{ "training": { "optimizer": "|" } }', ['"adam"', '"sgd"']],
    [variant('{ "method": "penalty", "form": "|" }'), ['"quadratic"', '"exact"', '"l2"']],
    [variant('{ "method": "polish", "loss": "|" }'), ['"mse"', '"mae"', '"huber"']],
    ['{ "data": { "standardize": | } }', ['true', 'false']],
  ])('of a choice: %s', async (marked, values) => {
    expect(await labelsAt(marked)).toEqual(expect.arrayContaining(values));
  });

  test('of "validation": a share, or the rows where a column has a value', async () => {
    const marked = '{ "data": { "validation": | } }';
    expect(await labelsAt(marked)).toEqual(['0.2', 'by the value of a column']);
    expect(await taken(marked, 'by the value of a column')).toBe(
      '{ "data": { "validation": { "column": "", "equals":  } } }',
    );
  });

  test('of "constraint": bounds for all outputs, or for one target', async () => {
    const marked = '{ "constraint": | }';
    expect(await taken(marked, 'never negative')).toBe('{ "constraint": { "min": 0 } }');
    expect(await taken(marked, 'a bound per target')).toBe(
      '{ "constraint": { "min": 0, "target": { "min": 0, "max": 1 } } }',
    );
    expect(await taken('{ "constraint": { "rain": | } }', 'at least')).toBe(
      '{ "constraint": { "rain": { "min": 0 } } }',
    );
  });

  test('of "data" as a whole', async () => {
    expect(JSON.parse(await taken('{ "data": | }', 'source, inputs and targets'))).toEqual({
      data: { source: '', inputs: [''], targets: [''] },
    });
  });

  test.each(['baseline and penalty', 'baseline, penalty and augmented'])(
    'of "variants" as a whole: %s',
    async (label) => {
      const text = await taken('{ "variants": | }', label);
      const { experiment, problems } = parseExperiment(
        `{ "data": { "source": "a.csv", "inputs": ["a"], "targets": ["b"] }, "constraint": { "min": 0 },${text.slice(1)}`,
      );
      expect(problems).toEqual([]);
      expect(Object.keys(experiment!.variants)[0]).toBe('baseline');
    },
  );
});

describe('Whole variants are completed', () => {
  test('by the names they mostly go by, one at least for every method', async () => {
    const items = await itemsAt('{ "variants": { | } }');
    expect(items.map(({ label }) => label)).toEqual(VARIANT_TEMPLATES.map(({ name }) => name));
    expect(items[1]!.detail).toBe(METHODS[1]!.summary);
  });

  test('with the fields that matter as places to fill in', async () => {
    expect(await taken('{ "variants": { | } }', 'augmented')).toBe(
      '{ "variants": { "augmented": { "method": "augmented-lagrangian", "penaltyCoefficient": 20, "dualLearningRate": 50 } } }',
    );
    const [item] = (await itemsAt('{ "variants": { | } }')).filter(({ label }) => label === 'rising-penalty');
    expect(item!.insertText!.match(/\$\{\d+:[^}]*\}/g)).toEqual([
      '$' + '{1:geometric}',
      '$' + '{2:1}',
      '$' + '{3:1000}',
    ]);
  });

  test('unless there is one of that name', async () => {
    const labels = await labelsAt('{ "variants": { "penalty": { "method": "penalty" }, | } }');
    expect(labels).toContain('exact-penalty');
    expect(labels).not.toContain('penalty');
  });

  test('behind a name of any kind, all of them', async () => {
    const all = VARIANT_TEMPLATES.map(({ name }) => name).sort();
    expect((await labelsAt(variant('|'))).sort()).toEqual(all);
    expect((await labelsAt('{ "variants": { "penalty": | } }')).sort()).toEqual(all);
  });
});
