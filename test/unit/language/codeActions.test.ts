/** What can be done by a key press: an experiment in, titles or the text afterwards out. */
import { describe, expect, test } from 'vitest';
import type { CodeAction, CodeActionContext, Diagnostic } from 'vscode-languageserver';
import { parseExperiment } from '../../../extension/experiment/parse';
import { ADD_VARIANT, FIX_ALL } from '../../../extension/language/codeActions';
import { toDiagnostic } from '../../../extension/language/diagnostics';
import { fixAll } from '../../../extension/language/fixAll';
import { METHODS } from '../../../extension/methods/registry';
import type { ExperimentEdit, Problem } from '../../../extension/protocol/problems';
import { edited, experimentText, marked, serviceWith, URI_OF_EXPERIMENT } from './helpers';

const { service } = serviceWith({ mayReadData: () => false });

const NOWHERE = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function actionsOf(text: string, context: Partial<CodeActionContext> = {}, range = NOWHERE): CodeAction[] {
  const diagnostics = service.problems(experimentText(text)).map(toDiagnostic);
  return service.codeActions(experimentText(text), range, { diagnostics, ...context });
}

function made(text: string, { edit }: CodeAction): string {
  return edit!.changes![URI_OF_EXPERIMENT]!.reduce(edited, text);
}

function codesOf(text: string): string[] {
  return parseExperiment(text).problems.map(({ code }) => code);
}

const GOOD = `{
  "data": { "source": "weather.csv", "inputs": ["wind"], "targets": ["rain"] },
  "constraint": { "min": 0 }, // never negative
  "variants": {
    "baseline": { "method": "unconstrained" },
    "penalty": { "method": "penalty", "alpha": 3 }
  }
}
`;

describe('A quick fix', () => {
  test('is offered for each way to mend a problem, and mends it', () => {
    const text = GOOD.replace('"alpha"', '"alhpa"');
    const actions = actionsOf(text, { only: ['quickfix'] });
    expect(actions.length).toBeGreaterThan(0);
    expect(made(text, actions[0]!)).toBe(GOOD);
    expect(actions[0]).toMatchObject({ kind: 'quickfix', diagnostics: [{ code: 'experiment.unknown-field' }] });
  });

  test('comes from what the diagnostic carries, the one that nearly everybody would make marked', () => {
    const problem: Problem = {
      code: 'x',
      severity: 'warning',
      message: '',
      range: NOWHERE,
      fixes: [
        { title: 'Raise', edits: [{ kind: 'set', path: ['constraint', 'min'], value: 1 }], isPreferred: true },
        { title: 'Remove', edits: [{ kind: 'remove', path: ['constraint', 'min'] }] },
      ],
    };
    const actions = actionsOf(GOOD, { diagnostics: [toDiagnostic(problem)], only: ['quickfix'] });
    expect(actions.map(({ title, isPreferred }) => [title, isPreferred])).toEqual([
      ['Raise', true],
      ['Remove', undefined],
    ]);
    expect(made(GOOD, actions[0]!)).toBe(GOOD.replace('"min": 0', '"min": 1'));
    expect(made(GOOD, actions[1]!)).toContain('"constraint": {}, // never negative');
  });

  test('that has no place in the text any more is not offered', () => {
    const fix = { title: 'Rename', edits: [{ kind: 'rename', path: ['variants', 'gone', 'alhpa'], name: 'alpha' }] };
    const diagnostic: Diagnostic = { range: NOWHERE, message: '', source: 'orthant', data: { fixes: [fix] } };
    expect(actionsOf(GOOD, { diagnostics: [diagnostic], only: ['quickfix'] })).toEqual([]);
    const nothing = { title: 'Same', edits: [{ kind: 'set', path: ['constraint', 'min'], value: 0 }] };
    const same: Diagnostic = { ...diagnostic, data: { fixes: [nothing] } };
    expect(actionsOf(GOOD, { diagnostics: [same], only: ['quickfix'] })).toEqual([]);
  });

  test.each([
    ['no data', undefined],
    ['a number', 7],
    ['fixes that are none', { fixes: 'all' }],
    ['a fix without edits', { fixes: [{ title: 'x' }, null, 3] }],
    ['edits of another kind', { fixes: [{ title: 'x', edits: [{ kind: 'burn', path: ['data'] }] }] }],
    ['a path of objects', { fixes: [{ title: 'x', edits: [{ kind: 'set', path: [{}], value: 1 }] }] }],
    ['a set without a value', { fixes: [{ title: 'x', edits: [{ kind: 'set', path: ['data'] }] }] }],
  ])('is none where another extension’s diagnostic carries %s', (_what, data) => {
    const diagnostic: Diagnostic = { range: NOWHERE, message: '', source: 'other', data };
    expect(actionsOf(GOOD, { diagnostics: [diagnostic] })).toEqual([]);
  });

  test('is not offered in a text with broken syntax, which it would have to guess', () => {
    const text = GOOD.replace('"min": 0 }', '"min": 0');
    const diagnostics = parseExperiment(GOOD.replace('"alpha"', '"alhpa"')).problems.map(toDiagnostic);
    expect(diagnostics[0]!.data).toBeDefined();
    expect(actionsOf(text, { diagnostics, only: ['quickfix'] })).toEqual([]);
  });
});

describe('Fix all', () => {
  const WRONG = GOOD.replace('"alpha"', '"alhpa"').replace('"unconstrained"', '"unconstraned"');

  test('mends every problem that has a clear fix, in one edit', () => {
    const [action] = actionsOf(WRONG, { only: ['source.fixAll'] });
    expect(action).toMatchObject({ kind: FIX_ALL });
    expect(made(WRONG, action!)).toBe(GOOD);
    expect(codesOf(GOOD)).toEqual([]);
  });

  test('stands in the menu for several problems, and not at every place of the cursor', () => {
    const kinds = (text: string, context: Partial<CodeActionContext>): (string | undefined)[] =>
      actionsOf(text, context).map(({ kind }) => kind);
    expect(kinds(WRONG, { triggerKind: 1 })).toContain(FIX_ALL);
    expect(kinds(WRONG, { triggerKind: 2 })).not.toContain(FIX_ALL);
    expect(kinds(WRONG, { triggerKind: 1, only: ['quickfix'] })).not.toContain(FIX_ALL);
    const one = GOOD.replace('"alpha"', '"alhpa"');
    // One alone is a quick fix already.
    expect(kinds(one, { triggerKind: 1 })).not.toContain(FIX_ALL);
  });

  test('is made when a file is saved, by who wants that, and of one problem too', () => {
    const one = GOOD.replace('"alpha"', '"alhpa"');
    const [action] = actionsOf(one, { triggerKind: 2, only: [FIX_ALL] });
    expect(action!.title).toBe('Fix the problem that has a clear fix');
    expect(made(one, action!)).toBe(GOOD);
  });

  test('leaves what leaves doubt: other names, and what changes the experiment', () => {
    for (const text of [
      GOOD.replace('"rain"', '"wind"'),
      GOOD.replace('"min": 0', '"max": -1, "min": 0'),
      GOOD.replace('"alpha"', '"alfa"'),
      GOOD.replace('"alpha": 3', '"hidden": [8]'),
      GOOD.replace('"min": 0', '"rain": 5'),
    ]) {
      expect(codesOf(text), text).not.toEqual([]);
      expect(actionsOf(text, { only: [FIX_ALL] }), text).toEqual([]);
    }
  });

  test('removes several entries of one list without losing count', () => {
    const text = GOOD.replace('["wind"]', '["wind", "wind", "sun", "wind"]');
    const [action] = actionsOf(text, { only: ['source.fixAll.orthant'] });
    expect(codesOf(text)).toEqual(['experiment.duplicate-column', 'experiment.duplicate-column']);
    expect(made(text, action!)).toBe(GOOD.replace('["wind"]', '["wind", "sun"]'));
  });
});

describe('Of fixes made together', () => {
  const problem = (character: number, edits: readonly ExperimentEdit[]): Problem => ({
    code: 'x',
    severity: 'error',
    message: '',
    range: { start: { line: 0, character }, end: { line: 0, character } },
    fixes: [{ title: '', edits, isPreferred: true }],
  });
  const remove = (...path: (string | number)[]): ExperimentEdit => ({ kind: 'remove', path });
  const set = (value: number | number[], ...path: (string | number)[]): ExperimentEdit => ({
    kind: 'set',
    path,
    value,
  });
  const START = '{ "a": [0, 1, 2, 3], "b": 1 }';
  const made = (problems: readonly Problem[], text = START): [unknown, number] => {
    const { change, count } = fixAll(text, problems)!;
    const { offset, length, content } = change;
    return [JSON.parse(text.slice(0, offset) + content + text.slice(offset + length)), count];
  };

  test('none counts on entries that another has moved', () => {
    // The problem that stands further behind is mended first, whichever entry its fix removes.
    expect(made([problem(5, [remove('a', 3)]), problem(9, [remove('a', 1)])])).toEqual([{ a: [0, 2, 3], b: 1 }, 1]);
    expect(made([problem(5, [remove('a', 1)]), problem(9, [remove('a', 3)])])).toEqual([{ a: [0, 2], b: 1 }, 2]);
    expect(made([problem(5, [set(7, 'a', 0)]), problem(9, [remove('a', 1)])])).toEqual([{ a: [7, 2, 3], b: 1 }, 2]);
  });

  test('the one that would leave nothing is not made', () => {
    const text = JSON.stringify({
      data: { source: 'a.csv', inputs: ['a', 'b'], targets: ['y'] },
      constraint: { min: 0 },
      variants: { p: { method: 'penalty' } },
    });
    const constant = (index: number): Problem => ({
      ...problem(40 + index, [remove('data', 'inputs', index)]),
      code: 'data.constant-input',
      severity: 'warning',
    });
    const [after, count] = made([constant(0), constant(1)], text);
    expect([after, count]).toMatchObject([{ data: { inputs: ['a'] } }, 1]);
  });

  test('hundreds take a moment', () => {
    const inputs = Array.from({ length: 784 }, (_, index) => `p${index}`);
    const text = JSON.stringify({
      data: { source: 'a.csv', inputs, targets: ['y'] },
      constraint: { min: 0 },
      variants: { p: { method: 'penalty' } },
    });
    const problems = inputs.flatMap((_, index) =>
      index % 2 === 0 ? [] : [problem(40 + index, [remove('data', 'inputs', index)])],
    );
    const start = performance.now();
    const [after, count] = made(problems, text);
    expect(count).toBe(392);
    expect((after as { data: { inputs: string[] } }).data.inputs.slice(0, 3)).toEqual(['p0', 'p2', 'p4']);
    // Two parses and 392 edits: some 400 ms.
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('none touches what another has changed', () => {
    expect(made([problem(1, [set(2, 'b')]), problem(2, [set(3, 'b')])])).toEqual([{ a: [0, 1, 2, 3], b: 3 }, 1]);
    expect(made([problem(1, [remove('a', 0)]), problem(2, [set([9], 'a')])])).toEqual([{ a: [9], b: 1 }, 1]);
    expect(made([problem(1, [set([9], 'a')]), problem(2, [remove('a', 0)])])).toEqual([{ a: [1, 2, 3], b: 1 }, 1]);
  });
});

describe('A variant can be added', () => {
  const inVariants = marked(GOOD.replace('"penalty": {', '"pen|alty": {'));
  const range = { start: inVariants.position, end: inVariants.position };
  const add = (context: Partial<CodeActionContext> = {}) =>
    actionsOf(GOOD, { only: ['refactor'], diagnostics: [], triggerKind: 1, ...context }, range);

  test('by each method that no variant has', () => {
    const missing = METHODS.map(({ name }) => name).filter((name) => !['unconstrained', 'penalty'].includes(name));
    expect(add().map(({ title }) => title)).toEqual(missing.map((name) => `Add variant: ${name}`));
  });

  test('with the fields that matter, behind the last one', () => {
    const action = add().find(({ title }) => title.endsWith(': augmented-lagrangian'))!;
    expect(action.kind).toBe(ADD_VARIANT);
    const text = made(GOOD, action);
    const { experiment, problems } = parseExperiment(text);
    expect(problems).toEqual([]);
    expect(Object.keys(experiment!.variants)).toEqual(['baseline', 'penalty', 'augmented']);
    expect(experiment!.variants.augmented).toMatchObject({ penaltyCoefficient: 20, dualLearningRate: 50 });
    expect(text).toContain('// never negative');
  });

  test('under a name that is free', () => {
    const text = GOOD.replace('"baseline"', '"augmented"').replace('"penalty":', '"augmented-2":');
    const { position } = marked(text.replace('"augmented-2"', '"augmented|-2"'));
    const actions = actionsOf(text, { only: ['refactor'], diagnostics: [] }, { start: position, end: position });
    const action = actions.find(({ title }) => title.endsWith(': augmented-lagrangian'))!;
    expect(Object.keys(parseExperiment(made(text, action)).experiment!.variants)).toContain('augmented-3');
  });

  test('to who asks, not at every place of the cursor', () => {
    expect(add({ triggerKind: 2 })).toEqual([]);
    expect(add({ only: ['quickfix'] })).toEqual([]);
  });

  test('only among the variants', () => {
    expect(actionsOf(GOOD, { only: ['refactor'], diagnostics: [] })).toEqual([]);
  });
});

test('A diagnostic says what does nothing, so that an editor fades it', () => {
  const problem: Problem = { code: 'x', severity: 'hint', message: '', range: NOWHERE };
  expect(toDiagnostic({ ...problem, isUnnecessary: true })).toMatchObject({
    severity: 4,
    tags: [1],
    source: 'orthant',
  });
  expect(toDiagnostic(problem)).not.toHaveProperty('tags');
});
