/** What a person reads about a sweep that is wrong: the line, what is underlined, the words. */
import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../../../../extension/experiment/parse';
import { problemsIn, SOUND } from '../helpers';

const VARIANTS = {
  baseline: { method: 'unconstrained' },
  penalty: { method: 'penalty', alpha: 10 },
  own: { method: 'penalty', learningRate: 0.01 },
};

const told = (sweep: object, variants: object = VARIANTS, rest: object = {}): string[] =>
  problemsIn({ ...SOUND, variants, ...rest, sweep });

describe('A sweep without mistakes', () => {
  test('may name fields of training, of the network and of variants, with lists and ranges', () => {
    const sweep = {
      'penalty.alpha': { from: 0.1, to: 100, count: 4, scale: 'log' },
      'penalty.learningRate': { from: 1e-4, to: 1e-2, scale: 'log' },
      'network.hidden': [[32], [64, 64]],
      'training.seed': [0, 1, 2],
      random: { count: 5, seed: 3 },
    };
    expect(told(sweep)).toEqual([]);
  });

  test('may name a variant that is called like a section, or has dots in its name', () => {
    const variants = { training: { method: 'penalty' }, 'c=0.5': { method: 'penalty' } };
    expect(told({ 'variants.training.alpha': [1, 2], 'c=0.5.alpha': [1, 2] }, variants)).toEqual([]);
  });
});

describe('A key that can not be swept', () => {
  test('is told with the nearest that can', () => {
    expect(told({ 'trainig.seed': [0, 1] })).toEqual([
      'error sweep.unknown-field at «"trainig.seed"»: "trainig.seed" is no field that can be swept. Did you mean "training.seed"? Name a field of "training", of "network" or of a variant ("baseline", "penalty" and "own"), with a dot between: "training.seed".',
    ]);
    expect(told({ 'data.validation': [0.1, 0.2] })[0]).toMatch(/^error sweep.unknown-field at «"data.validation"»/);
    expect(told({ seed: [0] })[0]).toContain('"seed" is no field that can be swept.');
  });

  test('is a field that its variant does not have', () => {
    expect(told({ 'penalty.alhpa': [1] })[0]).toContain(
      'error sweep.unknown-field at «"penalty.alhpa"»: "alhpa" is no field of the variant "penalty". Did you mean "alpha"? Its fields are "alpha", "form", ',
    );
    expect(told({ 'baseline.alpha': [1] })[0]).toContain('"alpha" is no field of the variant "baseline".');
  });

  test('is one that another key names already', () => {
    expect(told({ 'penalty.alpha': [1], 'variants.penalty.alpha': [2] })).toEqual([
      'error sweep.same-field at «"variants.penalty.alpha"»: "penalty.alpha" names the same field. Remove one of the two.',
    ]);
  });

  test('changes nothing in a variant that has a value of its own', () => {
    expect(told({ 'training.learningRate': [0.1, 0.2], variants: ['penalty', 'own'] })).toEqual([
      'error sweep.without-effect at «"training.learningRate"»: The variant "own" has a "learningRate" of its own, so this changes nothing in its runs. Sweep "own.learningRate", or leave the variant out with "variants".',
    ]);
    expect(told({ 'training.learningRate': [0.1, 0.2], variants: ['penalty'] })).toEqual([]);
    expect(told({ 'training.epochs': [1, 2], 'penalty.epochs': [3, 4] })[0]).toContain(
      'The variant "penalty" takes "epochs" from "penalty.epochs"',
    );
  });

  test('is about a variant that the sweep leaves out', () => {
    expect(told({ 'penalty.alpha': [1], variants: ['baseline'] })[0]).toContain(
      'The variant "penalty" is not among the "variants" of the sweep',
    );
  });
});

describe('A value that can not be', () => {
  test('is told with its place in the list, in the words of the field', () => {
    expect(told({ 'penalty.alpha': [1, -2, 'x'] })).toEqual([
      expect.stringMatching(
        /^error experiment\.out-of-range at «-2»: Value 2 of "penalty\.alpha" can't be: "variants\.penalty\.alpha" is -2 and must be (at least|more than) 0\./,
      ),
      expect.stringMatching(
        /^error experiment\.wrong-type at «"x"»: Value 3 of "penalty\.alpha" can't be: "variants\.penalty\.alpha" must be a number, not the text "x"\./,
      ),
    ]);
  });

  test('is told at the end of a range', () => {
    expect(told({ 'training.learningRate': { from: 1, to: 1000, count: 4 }, variants: ['penalty'] })[0]).toMatch(
      /^error experiment\.out-of-range at «1000»: "to" of "training\.learningRate" can't be: .* at most 100\./,
    );
    expect(told({ 'penalty.form': { from: 1, to: 2, count: 2 } })[0]).toContain(
      'error experiment.unknown-value at «1»: "from" of "penalty.form" can\'t be',
    );
  });

  test('may be wrong only with what the file says elsewhere', () => {
    // A polish needs the squared error, and the file takes another.
    const problems = told({ 'penalty.polish': [false, true] }, VARIANTS, { training: { loss: 'mae' } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^error \S+ at «true»: Value 2 of "penalty\.polish" can't be: .*mse/);
  });

  test('stands there twice', () => {
    expect(told({ 'training.seed': [0, 1, 0] })).toEqual([
      'error sweep.same-value at «0»: 0 stands here twice, and would be trained twice. Remove one of the two.',
    ]);
    // 16 to 18 in five steps are 16, 16.5, 17, 17.5 and 18; rounded 16, 17, 17, 18, 18.
    expect(told({ 'training.batchSize': { from: 16, to: 18, count: 5 } })[0]).toContain(
      'error sweep.same-value at «5»: The values 2 and 3 of the range are both 17',
    );
  });

  test('is no list and no range', () => {
    expect(told({ 'penalty.alpha': 5 })[0]).toMatch(
      /^error experiment\.wrong-type at «5»: "sweep\.penalty\.alpha" must be a list \[ … \] or an object/,
    );
    expect(told({ 'penalty.alpha': [] })[0]).toContain('experiment.empty-value');
    expect(told({ 'penalty.alpha': { from: 1 } })[0]).toContain('"to" is missing');
  });
});

describe('A range', () => {
  test('goes up, and with equal ratios begins above 0', () => {
    expect(told({ 'penalty.alpha': { from: 10, to: 1, count: 3 } })[0]).toContain('sweep.bad-range at «10»');
    expect(told({ 'penalty.alpha': { from: 0, to: 10, count: 3, scale: 'log' } })[0]).toContain(
      'A range with equal ratios can\'t begin at 0: it never leaves 0. Take a small number, such as 0.01, or "scale": "linear".',
    );
  });

  test('says how many values it has, or the sweep how many are drawn', () => {
    expect(told({ 'penalty.alpha': { from: 1, to: 10 } })[0]).toContain('error sweep.no-count at «"penalty.alpha"»');
    expect(told({ 'penalty.alpha': { from: 1, to: 10, count: 3 }, random: 5 })[0]).toContain(
      'error sweep.without-effect at «"random"»: Nothing is drawn at random',
    );
  });
});

describe('A sweep as a whole', () => {
  test('changes something', () => {
    expect(told({})[0]).toContain('error sweep.empty at «"sweep"»: The sweep changes nothing.');
    expect(told({ variants: ['penalty'] })[0]).toContain('sweep.empty');
  });

  test('trains variants that exist, each once', () => {
    expect(told({ 'training.seed': [0, 1], variants: ['penalti', 'penalty', 'penalty'] })).toEqual([
      'error sweep.unknown-variant at «"penalti"»: There is no variant "penalti". Did you mean "penalty"? The variants are "baseline", "penalty" and "own".',
      'error sweep.same-value at «"penalty"»: The variant "penalty" stands here twice. Remove one of the two.',
    ]);
  });

  test('has at most 10,000 runs', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index);
    const sweep = {
      'training.seed': hundred,
      'training.epochs': hundred.map((each) => each + 1),
      variants: ['penalty'],
    };
    // 100 · 100 is the most; with a second variant it is twice that.
    expect(told(sweep)).toEqual([]);
    expect(told({ ...sweep, variants: ['penalty', 'own'] })[0]).toContain(
      'The sweep has 20000 runs, and 10000 are the most.',
    );
  });

  test('of thousands of values is looked at in a moment', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => index + 1);
    const text = JSON.stringify({ ...SOUND, sweep: { 'penalty.alpha': values } });
    const before = performance.now();
    expect(parseExperiment(text).problems).toEqual([]);
    expect(performance.now() - before).toBeLessThan(1500);
  });
});
