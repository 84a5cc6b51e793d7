/** What is in a script and what is not. That its numbers are the run's is held by test/integration/exportPytorch.test.ts. */
import { describe, expect, test } from 'vitest';
import { experimentSchema, resolveVariant } from '../../../extension/experiment/schema';
import { PARTS } from '../../../extension/export/pytorch/parts';
import { pytorchScript } from '../../../extension/export/pytorch/pytorchScript';
import type { Subject } from '../../../extension/export/pytorch/subject';
import { METHODS } from '../../../extension/methods/registry';

interface Changes {
  readonly variant: { readonly method: string } & Record<string, unknown>;
  readonly data?: object;
  readonly network?: object;
  readonly constraint?: object;
  readonly name?: string;
  readonly rows?: Subject['rows'];
  /** Fields of "network" that this version doesn't have. */
  readonly later?: object;
}

function scriptOf({ variant, data, network, constraint, name = 'tested', rows, later }: Changes): string {
  const experiment = experimentSchema.parse({
    data: { source: 'rain.csv', inputs: ['day'], targets: ['rain'], ...data },
    network: { hidden: [8], ...network },
    constraint: constraint ?? { min: 0 },
    variants: { [name]: variant },
  });
  const { targets } = experiment.data;
  const resolved = resolveVariant(experiment, name)!;
  const method = METHODS.find((each) => each.name === variant.method)!;
  const column = (of: string) => ({ name: of, isList: false, width: 1, expression: `CAST("${of}" AS FLOAT)` });
  return pytorchScript({
    run: `2026-11-21-${name}`,
    experimentFile: 'rain.orthant.json',
    version: '0.0.0',
    experiment: { ...experiment, network: { ...experiment.network, ...later } },
    variant: { ...resolved, fields: method.fields.parse(resolved.fields) as Record<string, unknown> },
    rows: rows ?? {
      from: 'files',
      folder: 'Path(__file__).absolute().parent',
      reading: {
        files: ['rain.csv'],
        readCall: (list) => `read_csv(${list})`,
        query: experiment.data.query ?? null,
        inputs: experiment.data.inputs.map(column),
        targets: targets.map(column),
        heldOut: null,
        plainText: experiment.data.query === undefined ? { delimiter: ',' } : null,
      },
    },
    start: null,
    layers: [experiment.data.inputs.length, ...experiment.network.hidden, targets.length],
    inputWidths: experiment.data.inputs.map(() => 1),
    fingerprint: 'f00d',
    recorded: null,
  });
}

const PENALTY = { method: 'penalty' };

describe('A script', () => {
  test('has a part for every method', () => {
    expect(Object.keys(PARTS).sort()).toEqual(METHODS.map(({ name }) => name).sort());
  });

  test('begins with the method in words, its formula and its source', () => {
    const [, top] = scriptOf({ variant: { method: 'augmented-lagrangian' } }).split('"""');
    expect(top).toMatch(/^\nAugmented Lagrangian: Multipliers plus a penalty/);
    expect(top).toMatch(/^ {4}min over θ, max over λ ≥ 0: {2}f\(θ\) \+ Σ \(\[λ \+ c·g\]₊² − λ²\) \/ 2c,$/m);
    expect(top).toMatch(/^Source: Rockafellar 1973/m);
    expect(top).toMatch(/^Needs torch and numpy\.$/m);
  });

  test('has the settings of its own method and training as constants, and no others', () => {
    const script = scriptOf({ variant: { ...PENALTY, alpha: 3, learningRate: 0.02, seed: 7 } });
    expect(script).toMatch(/^ALPHA = 3\n/m);
    expect(script).toMatch(/^LEARNING_RATE = 0\.02\n/m);
    expect(script).toMatch(/^SEED = 7\n/m);
    expect(script).not.toMatch(/ALPHA_|MOMENTUM|MAXIMUM|BOUND_MARGIN|QUERY/);
    const rising = scriptOf({ variant: { ...PENALTY, alphaSchedule: 'geometric', optimizer: 'sgd', momentum: 0.9 } });
    expect(rising).toMatch(/^ALPHA_END = 10000\n/m);
    expect(rising).toMatch(/^MOMENTUM = 0\.9\n/m);
  });

  test('holds only the code that its variant needs', () => {
    const plain = scriptOf({ variant: { method: 'unconstrained' } });
    for (const word of ['violation', 'def term', 'kept', 'def head', 'keep_moments', 'duckdb', 'import copy']) {
      expect(plain).not.toContain(word);
      expect(scriptOf({ variant: { method: 'softplus' } }).includes(word)).toBe(word === 'def head');
    }
    const penalty = scriptOf({ variant: PENALTY });
    expect(penalty).toContain('def violation');
    expect(penalty).not.toMatch(/kept|ascend|stack/);
  });

  test('of targets with minima and maxima works on both, and on one number for both where the method does', () => {
    const both = { constraint: { min: 0, max: 9 } };
    const augmented = scriptOf({ ...both, variant: { method: 'augmented-lagrangian' } });
    expect(augmented).toContain('torch.stack([LOWER - outputs, outputs - UPPER])');
    expect(augmented).toContain('def joined');
    // A controller each.
    expect(scriptOf({ ...both, variant: { method: 'pid' } })).not.toContain('def joined');
  });

  test('imports what it names, and nothing else', () => {
    const script = scriptOf({ variant: PENALTY, data: { query: 'SELECT * FROM source' } });
    const imported = [...script.matchAll(/^import (\w+)/gm)].map(([, name]) => name!);
    expect(imported).toEqual(['csv', 'glob', 'hashlib', 'json', 'math', 'duckdb', 'numpy', 'torch']);
    const copied = scriptOf({ variant: PENALTY, rows: { from: 'copy', file: 'rain.rows.safetensors' } });
    expect(copied).not.toMatch(/glob|duckdb|FILES|HELD_OUT/);
    expect(copied).toContain('ROWS = Path(__file__).parent / "rain.rows.safetensors"');
  });

  test('keeps what an experiment says in texts and comments: none of it becomes code', () => {
    const evil = '"""\nimport os; os.remove("x")\n#';
    const script = scriptOf({
      name: evil,
      variant: PENALTY,
      data: { inputs: [evil], targets: [`y${evil}`], query: `SELECT 1 -- ${evil}`, source: evil },
      constraint: { min: 0, [`y${evil}`]: { max: 1 } },
    });
    const lines = script.split('\n');
    expect(lines.filter((line) => /^\s*import os/.test(line))).toEqual([]);
    // Two around the docstring of the file, two around that of `Random`; the query is a text in one line.
    const inTexts = script.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)+"/g, '').match(/"""/g);
    expect(inTexts!.length % 2).toBe(0);
    expect(script).toMatch(/^QUERY = '.*'$/m);
  });

  test('is refused where it would leave out what the run was trained with', () => {
    const script = () => scriptOf({ variant: PENALTY, later: { dropout: 0.1 } });
    expect(script).toThrow(/trained with "network\.dropout", which scripts don't know yet/);
  });

  test('has the solver of an exact last layer only where there is one', () => {
    const polished = scriptOf({ variant: { method: 'polish' } });
    expect(polished).toMatch(/^LOWER = bounds_inside/m);
    expect(polished).toMatch(/^polish\(\)$/m);
    expect(scriptOf({ variant: { ...PENALTY, polish: true } })).toMatch(/^polish\(\)$/m);
    expect(scriptOf({ variant: { method: 'unconstrained' } })).not.toMatch(/polish|LOWER/);
  });
});
