/** When a diagnosis is told and taken back, and what is remembered of a training. */
import { expect, test } from 'vitest';
import { Doctor } from '../../../extension/doctor/doctor';
import { History } from '../../../extension/doctor/history';
import { lossAndPulls, lossOfConstant, meanMultiplier, multiplierScale } from '../../../extension/doctor/loss';
import type { MeasuredFigures, MeasuredValues, Subject } from '../../../extension/doctor/observation';
import { DIAGNOSES } from '../../../extension/doctor/registry';

/** One target `t ≥ 0` with a standard deviation of 1, trained with a ReLU head for a thousand steps. */
const subject = {
  variant: {
    name: 'tested',
    method: 'relu',
    fields: {},
    training: { loss: 'mse', optimizer: 'adam', learningRate: 0.01, boundMargin: 0 },
  },
  facts: {
    activation: 'relu',
    features: { min: 0, max: Number.POSITIVE_INFINITY },
    hiddenLayers: 2,
    loss: 'mse',
    optimizer: 'adam',
    targets: [{ name: 't', min: 0, max: null }],
  },
  guarantee: 'G3',
  reduction: 'mean',
  targets: [
    { name: 't', bounds: { min: 0, max: null }, mean: 0, standardDeviation: 1, tolerance: 0.01, edges: [-1, 0, 1] },
  ],
  deviations: [1],
  margins: [0],
  batchSize: 2,
  stepsPerEpoch: 1,
  steps: 1000,
} as unknown as Subject;

/** Two rows with the target 1: the first at these outputs, the second always at 1. */
function at(output: number): MeasuredValues {
  const outputs = Float32Array.of(output, output);
  const side = { name: 'lower' as const, bound: Float32Array.of(0), mask: Float32Array.of(1) };
  return {
    outputs,
    targets: Float32Array.of(1, 1),
    sides: [{ side, g: outputs.map((value) => 0 - value), multiplier: null, rows: {} }],
  };
}

const look = (doctor: Doctor, step: number, output: number): boolean =>
  doctor.observe(at(output), { step } as MeasuredFigures);

test('a diagnosis is told at the second measure in a row that shows it', () => {
  const doctor = new Doctor(subject);
  // Dead are rows at the bound at two measures: the third one shows it for the second time.
  expect([0, 1, 2].map((step) => look(doctor, step, 0))).toEqual([false, false, true]);
  expect(doctor.diagnoses.map(({ code }) => code)).toEqual(['doctor.dead-rows']);
  expect(look(doctor, 3, 0)).toBe(false);
});

test('a sign that shows once is not told', () => {
  const doctor = new Doctor(subject);
  expect([0, 0, 1, 0, 0, 1].map((output, step) => look(doctor, step, output))).toEqual(Array(6).fill(false));
  expect(doctor.diagnoses).toEqual([]);
});

test('a diagnosis is taken back at the third measure in a row without its sign', () => {
  const doctor = new Doctor(subject);
  for (const step of [0, 1, 2]) look(doctor, step, 0);
  const told = [1, 0, 1, 1, 1].map((output, step) => {
    look(doctor, 3 + step, output);
    return doctor.diagnoses.length;
  });
  // Not dead at 1; the 0 after it is not dead either, as the row was free before: that makes three with the 1 behind it.
  expect(told).toEqual([1, 1, 0, 0, 0]);
});

test('at the end that is told which the last measure shows, without waiting for another', () => {
  const doctor = new Doctor(subject);
  look(doctor, 0, 0);
  look(doctor, 1, 0);
  expect(doctor.diagnoses).toEqual([]);
  expect(doctor.atTheEnd().map(({ code }) => code)).toEqual(['doctor.dead-rows']);
  look(doctor, 2, 1);
  expect(doctor.atTheEnd()).toEqual([]);
});

test('a training that diverged has too large steps, whatever else was told before', () => {
  const doctor = new Doctor(subject);
  for (const step of [0, 1, 2]) look(doctor, step, 0);
  expect(doctor.afterDivergence(null).map(({ code }) => code)).toEqual(['doctor.dead-rows', 'doctor.step-too-large']);
});

test('a long training is remembered whole, within bounded memory, and densest of late', () => {
  const history = new History<number>();
  for (let step = 0; step < 10_000; step++) history.add(step);
  const { readings } = history;
  expect(readings.length).toBeLessThanOrEqual(64);
  expect(readings[0]).toBe(0);
  expect(readings.slice(-32)).toEqual(Array.from({ length: 32 }, (_, index) => 10_000 - 32 + index));
  expect([...readings].sort((a, b) => a - b)).toEqual(readings);
});

test('multipliers of added terms are those of averaged ones divided by the entries of a batch', () => {
  const added: Subject = { ...subject, reduction: 'sum', batchSize: 4 };
  expect([multiplierScale(subject), multiplierScale(added)]).toEqual([1, 4]);
  const [side] = at(3).sides;
  const kept = (lambda: number) => ({ ...side!, multiplier: Float32Array.of(lambda, lambda) });
  // A1: λ₀ = 20/7 averaged over four samples, 5/7 added up.
  expect(meanMultiplier(subject, kept(20 / 7))[0]).toBeCloseTo(20 / 7, 6);
  expect(meanMultiplier(added, kept(5 / 7))[0]).toBeCloseTo(20 / 7, 6);
});

test.for([
  // Errors of 2 and −0.5; the mean of the targets 1 and 3 is off by 1 from both.
  ['mse', (4 + 0.25) / 2, (4 + 1) / 2, 1],
  ['mae', (2 + 0.5) / 2, 1, 1],
  ['huber', (1.5 + 0.125) / 2, (1 + 0.5) / 2, 0.5],
] as const)('the loss %s is taken over all rows, with its slope', ([loss, value, pull, ofMean]) => {
  const other = { ...subject, variant: { ...subject.variant, training: { ...subject.variant.training, loss } } };
  const values = { outputs: Float32Array.of(3, 2.5), targets: Float32Array.of(1, 3), sides: [] };
  expect(lossAndPulls(other, values)).toEqual({ loss: value, pulls: Float64Array.of(pull) });
  expect(lossOfConstant(other, values).loss).toBe(ofMean);
});

test('the constant that losses are compared with is the mean as far as each output may go', () => {
  const targets = Float32Array.of(1, 1, 1, 3, 3, 3);
  const side = (name: 'lower' | 'upper', bound: number[], mask: number[]) => ({
    side: { name, bound: Float32Array.from(bound), mask: Float32Array.from(mask) },
    g: new Float32Array(6),
    multiplier: null,
    rows: {},
  });
  const three = { ...subject, targets: [...subject.targets, ...subject.targets, ...subject.targets] };
  // Means of 2: the first is raised to its min of 5, the second lowered to its max of 1, the third has no bound.
  const sides = [side('lower', [5, 0, 0], [1, 1, 0]), side('upper', [9, 1, 0], [1, 1, 0])];
  const constant = lossOfConstant(three, { outputs: targets, targets, sides });
  // Errors of 4 and 2, of 0 and −2, of 1 and −1.
  expect(constant.loss).toBeCloseTo((16 + 4 + 0 + 4 + 1 + 1) / 6, 6);
  expect(constant.pulls).toEqual(Float64Array.of(2 * 3, 2 * 1, 2 * 1));
});

test('every code is stable, dotted and its own', () => {
  const codes = DIAGNOSES.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.filter((code) => !/^doctor\.[a-z]+(-[a-z]+)*$/.test(code))).toEqual([]);
});
