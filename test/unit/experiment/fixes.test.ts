/** Every fix that is offered without a look at the data really mends what it is offered for. */
import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../../../extension/experiment/parse';
import { SOUND } from './helpers';
import { fixed, mendingTitles } from './mending';

const find = (text: string) => parseExperiment(text).problems;
const titles = (change: object | string, code: string): Promise<string[]> =>
  mendingTitles(typeof change === 'string' ? change : { ...SOUND, ...change }, code, find);

const variant = (fields: object): object => ({ variants: { a: fields } });
const two = { ...SOUND.data, inputs: ['x', 'z'], targets: ['y', 'w'] };

describe('Fields', () => {
  test.for<[string, object, string[]]>([
    ['a slip in a name', { training: { epoch: 3 } }, ['* Change to "epochs"', 'Remove "epoch"']],
    ['a name in another case', { training: { batch_size: 3 } }, ['* Change to "batchSize"', 'Remove "batch_size"']],
    ['a name that is there already', { training: { epoch: 3, epochs: 4 } }, ['Remove "epoch"']],
    ['a field of another section', { epochs: 3 }, ['* Move to "training"', 'Remove "epochs"']],
    [
      'a field of another section that is there',
      { training: { hidden: [8] }, network: { activation: 'tanh' } },
      ['* Move to "network"', 'Remove "hidden"'],
    ],
    ['a field of nothing', { training: { comment: 'try 3' } }, ['Remove "comment"']],
    ['a slip in a variant', variant({ method: 'penalty', alpah: 1 }), ['* Change to "alpha"', 'Remove "alpah"']],
    ['another word that is near', variant({ method: 'penalty', alfa: 1 }), ['Change to "alpha"', 'Remove "alfa"']],
    // In "network" it would count for every variant.
    [
      'a field that no variant has',
      variant({ method: 'penalty', hidden: [8] }),
      ['Move to "network"', 'Remove "hidden"'],
    ],
  ])('An unknown field: %s', async ([, change, expected]) => {
    expect(await titles(change, 'experiment.unknown-field')).toEqual(expected);
  });

  test('A field that moves takes its value along', () => {
    const text = JSON.stringify({ ...SOUND, epochs: 7 });
    const [problem] = find(text);
    expect(JSON.parse(fixed(text, problem!.fixes![0]!))).toEqual({ ...SOUND, training: { epochs: 7 } });
  });

  test('A missing field is added where there is a sensible value', async () => {
    const { variants: _, ...withoutVariants } = SOUND;
    expect(await mendingTitles(withoutVariants, 'experiment.missing-field', find)).toEqual([
      'Add a baseline and a penalty',
    ]);
    const { constraint: __, ...withoutConstraint } = SOUND;
    expect(await mendingTitles(withoutConstraint, 'experiment.missing-field', find)).toEqual([
      'Let no output be negative',
    ]);
    expect(await titles({ data: { source: 'a.csv', inputs: ['x'] } }, 'experiment.missing-field')).toEqual([]);
  });

  test.for<[string, object, string[]]>([
    ['by its name', { variants: { Penalty: {} } }, ['* Set "method": "penalty"']],
    ['near its name', { variants: { penalties: {} } }, ['Set "method": "penalty"']],
    ['by its fields', variant({ percent: 1 }), ['Set "method": "rate"']],
    ['by nothing', variant({}), ['Set "method": "penalty"', 'Set "method": "unconstrained"']],
  ])('A variant without a method is given one %s', async ([, change, expected]) => {
    expect(await titles(change, 'experiment.missing-field')).toEqual(expected);
  });

  test.for<[object, string[]]>([
    [{ training: { epochs: '50' } }, ['* Change to 50']],
    [{ training: { epochs: 1.6 } }, ['Change to 2', 'Remove "epochs" to take the default']],
    [{ training: { epochs: 'many' } }, ['Remove "epochs" to take the default']],
    [{ training: { epochs: null } }, ['* Remove "epochs"']],
    [{ training: { learningRate: '1e-3' } }, ['* Change to 0.001']],
    [{ training: { learningRate: '0,001' } }, ['* Change to 0.001']],
    [{ training: { batchSize: '1,024' } }, ['Remove "batchSize" to take the default']],
    [{ training: { polish: 'yes' } }, ['* Change to true']],
    [{ training: { polish: 0 } }, ['* Change to false']],
    [{ network: { hidden: 64 } }, ['* Change to [64]']],
    [{ network: { hidden: ['64', 8] } }, ['* Change to 64']],
    [{ network: { hidden: [64, 'wide'] } }, ['Remove this entry']],
    [{ data: { ...SOUND.data, inputs: 'x' } }, ['* Change to ["x"]']],
    [{ data: { ...SOUND.data, inputs: [3] } }, ['* Change to "3"']],
    [{ data: { ...SOUND.data, validation: '20%' } }, ['* Change to 0.2']],
    [{ constraint: { min: '0' } }, ['* Change to 0']],
    [{ constraint: { min: [0] } }, ['* Change to 0']],
    [{ constraint: { y: 0 } }, ['Change to { "min": 0 }', 'Change to { "max": 0 }']],
    [{ constraint: { min: -9, y: -5 } }, ['Change to { "min": -5 }', 'Change to { "max": -5 }']],
    [{ data: { ...SOUND.data, inputs: ['x', null] } }, ['Remove this entry']],
    [
      { variants: [] },
      ['Change to { "baseline": { "method": "unconstrained" }, "penalty": { "method": "penalty", "alpha": 10 } }'],
    ],
    [variant('penalty' as unknown as object), ['* Change to { "method": "penalty" }']],
    [variant({ method: 'penalty', epochs: 'x' }), ['Remove "epochs" to take that of "training"']],
    [variant({ method: 'penalty', alpha: 'x' }), ['Remove "alpha" to take the default']],
  ])('A value of the wrong kind: %j', async ([change, expected]) => {
    expect(await titles(change, 'experiment.wrong-type')).toEqual(expected);
  });

  test.for<[object, string[]]>([
    [{ training: { batchSize: 0 } }, ['Change to 1', 'Remove "batchSize" to take the default']],
    [{ training: { batchSize: 2e6 } }, ['Change to 1000000', 'Remove "batchSize" to take the default']],
    // 0 itself is not allowed, and the largest rate is one that nobody would choose.
    [{ training: { learningRate: 0 } }, ['Remove "learningRate" to take the default']],
    [{ training: { learningRate: 200 } }, ['Remove "learningRate" to take the default']],
    [{ training: { momentum: 1 } }, ['Remove "momentum" to take the default']],
    [
      { data: { ...SOUND.data, validation: 20 } },
      ['Change to 0.2', 'Change to 0.9', 'Remove "validation" to take the default'],
    ],
    [variant({ method: 'penalty', alpha: -1 }), ['Remove "alpha" to take the default']],
    [{ network: { hidden: [0, 8] } }, ['Change to 1', 'Remove this entry']],
  ])('A number out of range: %j', async ([change, expected]) => {
    expect(await titles(change, 'experiment.out-of-range')).toEqual(expected);
  });

  test('A word that is none of the choices', async () => {
    expect(await titles({ training: { loss: 'MSE' } }, 'experiment.unknown-value')).toEqual(['* Change to "mse"']);
    expect(await titles({ network: { activation: ['relu'] } }, 'experiment.unknown-value')).toEqual([
      '* Change to "relu"',
    ]);
    expect(await titles({ training: { loss: 'entropy' } }, 'experiment.unknown-value')).toEqual([
      'Remove "loss" to take the default',
    ]);
  });

  test('A number that no computer has is told as too large', async () => {
    const text = JSON.stringify({ ...SOUND, training: { learningRate: 7 } }).replace('7', '1e400');
    expect(find(text).map(({ message }) => message)[0]).toMatch(/^"training.learningRate" is too large a number: /);
    expect(await titles(text, 'experiment.out-of-range')).toEqual(['Remove "learningRate" to take the default']);
  });

  test('Nothing where something has to be', async () => {
    expect(await titles({ data: { ...SOUND.data, inputs: ['x', ''] } }, 'experiment.empty-value')).toEqual([
      'Remove this entry',
    ]);
    expect(await titles({ data: { ...SOUND.data, inputs: [] } }, 'experiment.empty-value')).toEqual([]);
  });

  test('A variant without a name, and one with a name that is too long', async () => {
    expect(await titles({ variants: { '': { method: 'rate' } } }, 'experiment.bad-name')).toEqual(['Change to "rate"']);
    const name = 'long '.repeat(20);
    expect(await titles({ variants: { [name]: { method: 'rate' } } }, 'experiment.bad-name')).toEqual([
      `Change to "${name.slice(0, 80)}"`,
    ]);
  });

  test('Hundreds of mistakes are found in no time; fixes are looked for as far as it stays quick', () => {
    const inputs = Array.from({ length: 3000 }, (_, index) => index);
    const start = performance.now();
    const problems = find(JSON.stringify({ ...SOUND, data: { ...SOUND.data, inputs } }));
    expect(performance.now() - start).toBeLessThan(3000);
    expect(problems.length).toBeGreaterThan(2999);
    expect(problems.filter(({ fixes }) => fixes !== undefined).length).toBeLessThan(61);
    const fields = Object.fromEntries(inputs.map((index) => [`epochs_${index}`, index]));
    const startOfFields = performance.now();
    const unknown = find(JSON.stringify({ ...SOUND, training: fields }));
    expect(performance.now() - startOfFields).toBeLessThan(3000);
    expect(unknown.filter(({ message }) => message.includes('Did you mean'))).toHaveLength(50);
    expect(unknown.filter(({ fixes }) => fixes !== undefined)).toHaveLength(3000);
  });
});

describe('Methods', () => {
  test('An unknown method', async () => {
    const code = 'experiment.unknown-method';
    expect(await titles(variant({ method: 'penalti' }), code)).toEqual(['* Change to "penalty"']);
    expect(await titles(variant({ method: 'penaltie' }), code)).toEqual(['Change to "penalty"']);
    expect(await titles(variant({ method: 'magic' }), code)).toEqual([]);
  });

  test("A field of another method goes, or the method changes to one that has all the variant's fields", async () => {
    const code = 'method.foreign-field';
    expect(await titles(variant({ method: 'penalty', percent: 2 }), code)).toEqual([
      'Remove "percent"',
      'Change the method to "rate"',
    ]);
    expect(await titles(variant({ method: 'penalty', percent: 2, alpha: 3 }), code)).toEqual(['Remove "percent"']);
  });

  test.for<[string, object, string[]]>([
    ['method.unused-field', variant({ method: 'penalty', alphaEnd: 7 }), ['* Remove "alphaEnd"']],
    [
      'method.falling-coefficient',
      variant({ method: 'penalty', alphaSchedule: 'geometric', alpha: 9, alphaEnd: 2 }),
      ['Swap "alpha" and "alphaEnd"', 'Set "alphaSchedule": "constant"'],
    ],
    [
      'method.coefficient-above-maximum',
      variant({ method: 'penalty', alphaSchedule: 'additive', alpha: 9, alphaMax: 2 }),
      ['Set "alphaMax": 900', 'Set "alpha": 2'],
    ],
    [
      'method.coefficient-above-maximum',
      variant({ method: 'augmented-lagrangian', coefficientSchedule: 'additive', coefficientMax: 2 }),
      ['Set "coefficientMax": 2000', 'Set "penaltyCoefficient": 2'],
    ],
    [
      'method.barrier-too-sharp',
      variant({ method: 'log-barrier', form: 'pure', tSchedule: 'constant', t: 1e5 }),
      ['Set "form": "extended"', 'Set "t": 1000'],
    ],
    [
      'method.no-interior',
      { ...variant({ method: 'log-barrier', t: 5 }), constraint: { min: 1, max: 1 } },
      ['Change the method to "augmented-lagrangian"'],
    ],
    [
      'method.negative-features',
      { ...variant({ method: 'nonnegative-weights' }), network: { activation: 'tanh' } },
      ['Set "activation": "relu"', 'Change the method to "bounded-features"'],
    ],
    [
      'method.two-bounds',
      { ...variant({ method: 'nonnegative-weights' }), constraint: { min: 0, max: 1 } },
      ['Change the method to "bounded-features" and the activation to "sigmoid"'],
    ],
    [
      'method.two-bounds',
      {
        ...variant({ method: 'nonnegative-weights' }),
        constraint: { min: 0, max: 1 },
        network: { activation: 'sigmoid' },
      },
      ['Change the method to "bounded-features"'],
    ],
    [
      'method.unbounded-features',
      { ...variant({ method: 'bounded-features' }), constraint: { min: 0, max: 1 } },
      ['Set "activation": "tanh"', 'Set "activation": "sigmoid"'],
    ],
    [
      'method.unbounded-features',
      { ...variant({ method: 'bounded-features' }), network: { hidden: [] } },
      ['Set "hidden": [64, 64]'],
    ],
    [
      'method.convex-outputs',
      { ...variant({ method: 'bounded-features' }), network: { hidden: [8] } },
      ['Set "hidden": [64, 64]'],
    ],
    [
      'method.head-two-bounds',
      { ...variant({ method: 'softplus', sharpness: 2 }), constraint: { min: 0, max: 1 } },
      ['Change the method to "sigmoid"', 'Change the method to "relu"', 'Change the method to "clip"'],
    ],
    [
      'method.head-one-bound',
      variant({ method: 'sigmoid' }),
      ['Change the method to "softplus"', 'Change the method to "relu"', 'Change the method to "clip"'],
    ],
  ])('%s', async ([code, change, expected]) => {
    expect(await titles(change, code)).toEqual(expected);
  });
});

describe('Fields that contradict each other', () => {
  test.for<[string, object, string[]]>([
    ['experiment.duplicate-column', { data: { ...SOUND.data, inputs: ['x', 'x'] } }, ['* Remove this one']],
    [
      'experiment.target-is-input',
      { data: { ...two, inputs: ['x', 'y'] } },
      ['* Remove it from "inputs"', 'Remove it from "targets"'],
    ],
    // No list is left empty; and what the experiment is about is for a person to say.
    ['experiment.target-is-input', { data: { ...two, inputs: ['y'] } }, ['Remove it from "targets"']],
    [
      'experiment.validation-by-target',
      { data: { ...SOUND.data, validation: { column: 'y', equals: 0 } } },
      ['Hold out a fifth of the rows instead'],
    ],
    [
      'experiment.min-above-max',
      { constraint: { min: 2, max: 1 } },
      ['Swap "min" and "max"', 'Remove "max"', 'Remove "min"'],
    ],
    [
      'experiment.min-above-max',
      { constraint: { min: 0, y: { min: 2, max: 1 } } },
      ['Swap "min" and "max"', 'Remove "max"', 'Remove "min"'],
    ],
    ['experiment.unknown-target', { constraint: { mim: 0, min: 0 } }, ['Change to "max"', 'Remove "mim"']],
    [
      'experiment.unknown-target',
      { constraint: { mim: 0 }, variants: { a: { method: 'unconstrained' } } },
      ['Change to "min"', 'Change to "max"', 'Remove "mim"'],
    ],
    [
      'experiment.unknown-target',
      { data: two, constraint: { min: 0, Y: { max: 3 } } },
      ['* Change to "y"', 'Remove "Y"'],
    ],
    // Another letter is another target.
    [
      'experiment.unknown-target',
      { data: { ...two, targets: ['y', 'nitrate'] }, constraint: { min: 0, nitrite: { max: 3 } } },
      ['Change to "nitrate"', 'Remove "nitrite"'],
    ],
    ['experiment.unknown-target', { constraint: { min: 0, x: { max: 3 } } }, ['Change to "y"', 'Remove "x"']],
    ['experiment.no-bound', { constraint: {} }, ['Set "min": 0']],
    ['experiment.no-bound', { constraint: { y: {} } }, ['Set "min": 0']],
    ['experiment.no-variants', { variants: {} }, ['Add a baseline and a penalty']],
    ['experiment.linear-network', { network: { hidden: [] } }, ['Change to [64, 64]']],
    ['experiment.unused-margin', variant({ method: 'unconstrained', boundMargin: 0.1 }), ['* Remove "boundMargin"']],
    ['experiment.unused-momentum', { training: { momentum: 0.9 } }, ['* Remove "momentum"', 'Set "optimizer": "sgd"']],
    [
      'experiment.unused-momentum',
      variant({ method: 'penalty', momentum: 0.9 }),
      ['* Remove "momentum"', 'Set "optimizer": "sgd"'],
    ],
    // Another variant uses what "training" gives.
    [
      'experiment.unused-momentum',
      {
        training: { momentum: 0.9 },
        variants: { a: { method: 'penalty' }, b: { method: 'penalty', optimizer: 'sgd' } },
      },
      ['* Set "momentum": 0', 'Set "optimizer": "sgd"'],
    ],
    [
      'experiment.unused-momentum',
      { training: { momentum: 0.9, optimizer: 'sgd' }, ...variant({ method: 'penalty', optimizer: 'adam' }) },
      ['* Remove "momentum"', 'Set "optimizer": "sgd"'],
    ],
    [
      'experiment.shadowed-field',
      { training: { epochs: 9 }, ...variant({ method: 'penalty', epochs: 9 }) },
      ['* Remove "epochs"'],
    ],
    ['experiment.polish-all-the-same', variant({ method: 'polish', polish: false }), ['* Remove "polish"']],
    ['experiment.polish-without-plain-layer', variant({ method: 'softplus', polish: true }), ['* Set "polish": false']],
    [
      'experiment.polish-without-plain-layer',
      { training: { polish: true }, ...variant({ method: 'softplus' }) },
      ['* Do not polish this variant'],
    ],
    [
      'experiment.polish-needs-mse',
      { training: { polish: true, loss: 'huber' } },
      ['Set "loss": "mse"', 'Do not polish this variant'],
    ],
    ['experiment.polish-needs-mse', variant({ method: 'polish', loss: 'mae' }), ['Set "loss": "mse"']],
  ])('%s: %j', async ([code, change, expected]) => {
    expect(await titles(change, code)).toEqual(expected);
  });

  test('A target that goes takes its own bound along', async () => {
    const data = { ...SOUND.data, inputs: ['y'], targets: ['y', 'a'] };
    const text = JSON.stringify({ ...SOUND, data, constraint: { min: 0, y: { max: 1 } } });
    const removal = find(text).flatMap(({ fixes = [] }) => fixes)[0]!;
    expect(removal.title).toBe('Remove it from "targets"');
    expect(JSON.parse(fixed(text, removal))).toMatchObject({
      data: { inputs: ['y'], targets: ['a'] },
      constraint: { min: 0 },
    });
    expect(JSON.parse(fixed(text, removal)).constraint).toEqual({ min: 0 });
  });

  test('What does nothing is marked as such', () => {
    const unnecessary = (change: object): string[] =>
      find(JSON.stringify({ ...SOUND, ...change })).flatMap(({ code, isUnnecessary }) => (isUnnecessary ? [code] : []));
    expect(unnecessary(variant({ method: 'penalty', epochs: 50 }))).toEqual(['experiment.shadowed-field']);
    expect(unnecessary(variant({ method: 'unconstrained', boundMargin: 1 }))).toEqual(['experiment.unused-margin']);
    expect(unnecessary({ training: { momentum: 0.9 } })).toEqual(['experiment.unused-momentum']);
    expect(unnecessary(variant({ method: 'penalty', alphaEnd: 3 }))).toEqual(['method.unused-field']);
    // The momentum is of use to the other variant, and can't go.
    const used = { a: { method: 'penalty' }, b: { method: 'penalty', optimizer: 'sgd' } };
    expect(unnecessary({ training: { momentum: 0.9 }, variants: used })).toEqual([]);
  });

  test('A variant that repeats what "training" says or defaults to is told so', () => {
    const training = { epochs: 9, loss: 'mae' };
    const a = { method: 'penalty', epochs: 9, loss: 'mse', batchSize: 32 };
    const hints = find(JSON.stringify({ ...SOUND, training, variants: { a } }));
    expect(hints.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      'hint: "batchSize" is 32 for every variant that says nothing else, so "a" need not say it. Remove it.',
      'hint: "epochs" is 9 for every variant that says nothing else, so "a" need not say it. Remove it.',
    ]);
  });
});

describe('A sweep', () => {
  const VARIANTS = {
    base: { method: 'unconstrained' },
    penalty: { method: 'penalty' },
    own: { method: 'penalty', epochs: 9 },
  };
  const sweepTitles = (sweep: object, code: string): Promise<string[]> => titles({ variants: VARIANTS, sweep }, code);
  const alpha = { 'penalty.alpha': [1, 10] };

  test('of nothing is given something, or goes', async () => {
    expect(await sweepTitles({}, 'sweep.empty')).toEqual(['Sweep three seeds', 'Remove "sweep"']);
  });

  test('has its keys put right where there is no doubt, and offers near ones', async () => {
    const unknown = (sweep: object): Promise<string[]> => sweepTitles(sweep, 'sweep.unknown-field');
    expect(await unknown({ ...alpha, 'penalty.batch_size': [1] })).toEqual([
      '* Change to "penalty.batchSize"',
      'Remove "penalty.batch_size"',
    ]);
    expect(await unknown({ ...alpha, 'trainig.seed': [1] })).toEqual([
      'Change to "training.seed"',
      'Remove "trainig.seed"',
    ]);
    expect(await unknown({ 'penalty.nothing': [1] })).toEqual(['Remove the sweep']);
  });

  test('names variants that there are, each once', async () => {
    const seeds = { 'training.seed': [0, 1] };
    expect(await sweepTitles({ ...seeds, variants: ['penalti'] }, 'sweep.unknown-variant')).toEqual([
      'Change to "penalty"',
    ]);
    expect(await sweepTitles({ ...seeds, variants: ['base', 'base'] }, 'sweep.same-value')).toEqual([
      '* Remove this one',
    ]);
  });

  test('trains nothing twice', async () => {
    expect(await sweepTitles({ 'penalty.alpha': [1, 2, 1] }, 'sweep.same-value')).toEqual(['* Remove this one']);
    expect(await sweepTitles({ ...alpha, 'variants.penalty.alpha': [3] }, 'sweep.same-field')).toEqual([
      'Remove "variants.penalty.alpha"',
    ]);
  });

  test('has nothing in it that changes nothing', async () => {
    const idle = (sweep: object): Promise<string[]> => sweepTitles(sweep, 'sweep.without-effect');
    expect(await idle({ ...alpha, random: 5 })).toEqual(['* Remove "random"']);
    expect(await idle({ ...alpha, 'training.seed': [0, 1], variants: ['base'] })).toEqual([
      'Add it to the "variants" of the sweep',
      'Remove "penalty.alpha"',
    ]);
    expect(await idle({ 'training.epochs': [1, 2], 'training.seed': [0, 1] })).toEqual(['Remove "training.epochs"']);
  });

  test('has ranges that go up and say how many values they have', async () => {
    const range = (fields: object): object => ({ 'penalty.alpha': { from: 1, to: 10, count: 3, ...fields } });
    expect(await sweepTitles(range({ from: 20 }), 'sweep.bad-range')).toEqual(['Swap "from" and "to"']);
    expect(await sweepTitles(range({ from: 10 }), 'sweep.bad-range')).toEqual(['Change to [10]']);
    const margin = { 'penalty.boundMargin': { from: 0, to: 1, count: 3, scale: 'log' } };
    expect(await sweepTitles(margin, 'sweep.bad-range')).toEqual(['Set "scale": "linear"']);
    const open = { 'penalty.alpha': { from: 1, to: 10 } };
    expect(await sweepTitles(open, 'sweep.no-count')).toEqual(['Set "count": 5', 'Set "random": 20']);
  });
});
