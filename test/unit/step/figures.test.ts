import { describe, expect, test } from 'vitest';
import { splitFigures } from '../../../extension/step/figures';

const Y = { name: 'y', standardDeviation: 1 };
const BOTH = { min: 0, max: 10 };
const NONE = { min: null, max: null };

describe('The figures of a split', () => {
  // Errors −1, 0, 2, 1: squares 1 + 0 + 4 + 1 = 6. Mean target 24/4 = 6, distances² 36 + 1 + 16 + 9 = 62.
  const targets = [0, 5, 10, 9];
  // −1 is 1 below the minimum, 12 is 2 above the maximum, 10 lies on it and counts as inside.
  const outputs = [-1, 5, 12, 10];

  test('count outputs below the minimum and above the maximum', () => {
    const { samples, overall } = splitFigures([{ ...Y, bounds: BOTH }], 4, targets, outputs);
    expect(samples).toBe(4);
    expect(overall.loss).toBeCloseTo(6 / 4, 12);
    expect(overall.rmse).toBeCloseTo(1.224744871, 9); // √1.5
    expect(overall.mae).toBeCloseTo(4 / 4, 12);
    expect(overall.r2).toBeCloseTo(1 - 6 / 62, 12);
    expect(overall.negativeShare).toBe(2 / 4);
    expect(overall.minOutput).toBe(-1);
    expect(overall.maxViolation).toBe(2);
    expect(overall.meanViolation).toBe((1 + 2) / 4);
  });

  test('count only the side that has a bound', () => {
    const below = splitFigures([{ ...Y, bounds: { min: 0, max: null } }], 4, targets, outputs).overall;
    expect(below).toMatchObject({ negativeShare: 1 / 4, maxViolation: 1, meanViolation: 1 / 4 });
    const above = splitFigures([{ ...Y, bounds: { min: null, max: 10 } }], 4, targets, outputs).overall;
    expect(above).toMatchObject({ negativeShare: 1 / 4, maxViolation: 2, meanViolation: 2 / 4 });
    const free = splitFigures([{ ...Y, bounds: NONE }], 4, targets, outputs).overall;
    expect(free).toMatchObject({ negativeShare: 0, maxViolation: 0, meanViolation: 0, minOutput: -1 });
  });

  test('give R² 1 to a perfect fit, 0 to the mean, and none to a target that does not vary', () => {
    const r2 = (values: number[], predicted: number[]) =>
      splitFigures([{ ...Y, bounds: NONE }], 3, values, predicted).overall.r2;
    expect(r2([1, 2, 3], [1, 2, 3])).toBe(1);
    // The mean everywhere: squared errors 1 + 0 + 1 of 1 + 0 + 1.
    expect(r2([1, 2, 3], [2, 2, 2])).toBe(0);
    // Squared errors 0 + 0 + 1 of 2.
    expect(r2([1, 2, 3], [1, 2, 4])).toBe(0.5);
    expect(r2([4, 4, 4], [1, 2, 3])).toBeNull();
  });

  test('take two targets apart by column and together over all entries', () => {
    // Rows (t, u): targets (1, 100), (3, 300); outputs (−2, 100), (3, 320).
    // t: errors −3, 0: squares 9 of 1 + 1 = 2. u: errors 0, 20: squares 400 of 100² + 100² = 20000.
    const { overall, targets: byName } = splitFigures(
      [
        { name: 't', bounds: { min: 0, max: null }, standardDeviation: 1 },
        { name: 'u', bounds: { min: null, max: 310 }, standardDeviation: 100 },
      ],
      2,
      [1, 100, 3, 300],
      [-2, 100, 3, 320],
    );
    expect(byName.t).toMatchObject({ loss: 9 / 2, mae: 3 / 2, negativeShare: 1 / 2, maxViolation: 2, minOutput: -2 });
    expect(byName.t!.r2).toBeCloseTo(1 - 9 / 2, 12);
    expect(byName.t!.meanViolation).toBe(2 / 2);
    expect(byName.u).toMatchObject({ loss: 400 / 2, mae: 20 / 2, negativeShare: 1 / 2, maxViolation: 10 });
    expect(byName.u!.r2).toBeCloseTo(1 - 400 / 20000, 12);
    expect(byName.u!.meanViolation).toBe(10 / 2);
    // Four entries: squares 409 of 20002, distances outside 2 + 10, two of the four outside.
    expect(overall).toMatchObject({ loss: 409 / 4, mae: 23 / 4, negativeShare: 2 / 4, maxViolation: 10 });
    expect(overall.r2).toBeCloseTo(1 - 409 / 20002, 12);
    expect(overall.meanViolation).toBe((2 + 10) / 4);
    expect(overall.minOutput).toBe(-2);
  });

  test('count as violations what lies further outside than 1e-4, 1e-3 and 1e-2 of the target’s standard deviation', () => {
    // A deviation of 2 puts the tolerances at 0.0002, 0.002 and 0.02. Of −0.0001, −0.001, −0.01, −0.1 and 0.5 the last
    // three below are beyond the first, the last two beyond the second, the last one beyond the third.
    const y = { ...Y, bounds: { min: 0, max: null }, standardDeviation: 2 };
    const { overall } = splitFigures([y], 5, [0, 1, 2, 3, 4], [-0.0001, -0.001, -0.01, -0.1, 0.5]);
    expect(overall.negativeShare).toBe(4 / 5);
    expect(overall['violationRate1e-4']).toBe(3 / 5);
    expect(overall['violationRate1e-3']).toBe(2 / 5);
    expect(overall['violationRate1e-2']).toBe(1 / 5);
  });

  test('count as a violation what exceeds the tolerance and not what equals it', () => {
    // 1/128 of a deviation of 100/128 is exactly 1e-2 of it in doubles: 0.78125 · 0.01 = 0.0078125 = 1/128.
    const y = { ...Y, bounds: { min: null, max: 1 }, standardDeviation: 0.78125 };
    const { overall } = splitFigures([y], 2, [0, 1], [1 + 1 / 128, 1 + 1 / 64]);
    expect(overall['violationRate1e-2']).toBe(1 / 2);
    expect(overall['violationRate1e-3']).toBe(2 / 2);
  });

  test('hold every target to tolerances of its own, and a constant one to those of a deviation of 1', () => {
    // Both are 0.05 outside: 0.05 of the deviation 1 is more than 1e-2, 0.05 of 100 is 5e-4.
    const bounds = { min: 0, max: null };
    const columns = [
      { name: 'constant', bounds, standardDeviation: 0 },
      { name: 'wide', bounds, standardDeviation: 100 },
    ];
    const { overall, targets: byName } = splitFigures(columns, 1, [1, 1], [-0.05, -0.05]);
    expect(byName.constant).toMatchObject({ 'violationRate1e-4': 1, 'violationRate1e-3': 1, 'violationRate1e-2': 1 });
    expect(byName.wide).toMatchObject({ 'violationRate1e-4': 1, 'violationRate1e-3': 0, 'violationRate1e-2': 0 });
    expect(overall).toMatchObject({ 'violationRate1e-4': 1, 'violationRate1e-3': 0.5, 'violationRate1e-2': 0.5 });
  });

  test('count a row once, however many of its outputs are outside', () => {
    // Outside: both of row 1, none of row 2, the second of row 3: three of six outputs, two of three rows.
    const bounds = { min: 0, max: null };
    const columns = [
      { name: 't', bounds, standardDeviation: 1 },
      { name: 'u', bounds, standardDeviation: 1 },
    ];
    const figures = splitFigures(columns, 3, [1, 1, 1, 1, 1, 1], [-1, -1, 1, 1, 1, -1]);
    expect(figures.rowsOutside).toBe(2);
    expect(figures.overall.negativeShare).toBe(3 / 6);
  });
});
