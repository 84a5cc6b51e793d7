/** νPI and PID, one visit at a time (methods.md B4 to B7), by the methods' own functions in float32. */
import { scalar, setBackend, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Rows } from '../../../extension/methods/method';
import { findMethod } from '../../../extension/methods/registry';
import { RowTables } from '../../../extension/trainer/rowTables';

beforeAll(async () => {
  await setBackend('cpu');
});

/** A method whose rows are moved by violations that are told, `[1, entries]` each. */
function controller(name: string, fields: Record<string, unknown>) {
  const method = findMethod(name)!.bind(fields);
  const scalars = Object.fromEntries(
    Object.entries(method.scalars({ step: 0, epoch: 0, steps: 1, epochs: 1 })).map(([key, value]) => [
      key,
      scalar(value),
    ]),
  );
  const row = (values: ArrayLike<number>): Tensor2D => tensor2d([...Array.from(values)], [1, values.length]);
  return {
    first: (entries: number): Rows =>
      Object.fromEntries(
        Object.entries(method.initialRows(new Float32Array(entries))).map(([key, values]) => [key, row(values)]),
      ),
    visit: (g: readonly number[], rows: Rows): Rows => ({ ...rows, ...method.ascend!(row(g), rows, scalars) }),
    row,
  };
}

const values = (tensor: Tensor2D | undefined): number[] => [...tensor!.dataSync()];
const expectClose = (actual: readonly number[], expected: readonly number[], digits = 6): void => {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, digits);
};

describe('νPI', () => {
  // methods.md B7: η = 0.1, K_p = 2, K_i = 1, ν = ½, ξ from 0: ξ = 0.5, 0.5, 0.125, 0.125, so λ moves by
  // 0.1·(1 + 2·0.5) = 0.2, 0.1·0.5 = 0.05, 0.1·(−0.25 − 0.75) = −0.1, 0.1·0.125 = 0.0125.
  test('goes through 0.2, 0.25, 0.15 and 0.1625 on the violations 1, ½, −¼ and ⅛', () => {
    const { first, visit } = controller('nu-pi', { dualLearningRate: 0.1, proportionalGain: 2, smoothing: 0.5 });
    let rows = first(1);
    const passed = [1, 0.5, -0.25, 0.125].map((g) => {
      rows = visit([g], rows);
      return [...values(rows.multiplier), ...values(rows.smoothed)];
    });
    expectClose(
      passed.map(([lambda]) => lambda!),
      [0.2, 0.25, 0.15, 0.1625],
    );
    expectClose(
      passed.map(([, xi]) => xi!),
      [0.5, 0.5, 0.125, 0.125],
    );
  });

  test('keeps λ at or above 0, and ξ as it is', () => {
    const { first, visit } = controller('nu-pi', { dualLearningRate: 0.1, proportionalGain: 2, smoothing: 0.5 });
    const rows = visit([-4], first(1));
    expect(values(rows.multiplier)).toEqual([0]);
    expectClose(values(rows.smoothed), [-2]);
  });

  // As an optimizer of ½‖p‖² (methods.md B4 and B5): λ = p rises with g = −p, so p descends.
  const descend = (fields: Record<string, unknown>, start: readonly number[], steps: number): Rows[] => {
    const { first, visit, row } = controller('nu-pi', { dualLearningRate: 0.01, ...fields });
    const passed: Rows[] = [{ ...first(start.length), multiplier: row(start) }];
    for (let step = 0; step < steps; step++) {
      const rows = passed.at(-1)!;
      passed.push(
        visit(
          values(rows.multiplier).map((p) => -p),
          rows,
        ),
      );
    }
    return passed;
  };

  test('without K_p is plain descent for 100 steps', () => {
    const start = [1, 0.5, 0.8, 1];
    const end = descend({ proportionalGain: 0 }, start, 100).at(-1)!;
    expectClose(
      values(end.multiplier),
      start.map((p) => p * 0.99 ** 100),
      5,
    );
  });

  test('with K_p = K_i = 1 moves by eₜ + (eₜ − eₜ₋₁), e₋₁ = 0', () => {
    const passed = descend({ proportionalGain: 1 }, [1, 0.5, 0.8, 1], 100);
    let [p, before] = [1, 0];
    for (const rows of passed) {
      expect(values(rows.multiplier)[0]).toBeCloseTo(p, 5);
      [p, before] = [p - 0.01 * (p + (p - before)), p];
    }
  });

  // methods.md B5: p = (1, 2, 3), K_p = (1, 0, 2), ν = ½.
  test.for([
    { start: 1, proportionalGain: 1, one: 0.985, two: 0.972725, xi: 0.5 },
    { start: 2, proportionalGain: 0, one: 1.98, two: 1.9602, xi: 1 },
    { start: 3, proportionalGain: 2, one: 2.94, two: 2.8962, xi: 1.5 },
  ])('with K_p = $proportionalGain goes from $start to $one and $two', ({ start, proportionalGain, one, two, xi }) => {
    const [, first, second] = descend({ proportionalGain, smoothing: 0.5 }, [start], 2);
    expectClose(values(first!.multiplier), [one]);
    // ξ follows g = −p, so it has the other sign.
    expectClose(values(first!.smoothed), [-xi]);
    expectClose(values(second!.multiplier), [two]);
  });

  // methods.md B6: ten multipliers at 1, batches of the rows 0, 1, 2, 3, then 3, 5, 6, 7. Descent as above, K_p = 1, ν = ½:
  // a first visit changes p by −0.01·(1 + 0.5) to 0.985 and ξ to 0.5; row 3's second one by
  // −0.01·(0.985 + 0.5·(0.985 − 0.5)) to 0.972725, which an ξ of 0 would make 0.970225.
  test('leaves the rows of samples that a batch does not hold, and goes on from their own ξ', () => {
    const { visit, row } = controller('nu-pi', { dualLearningRate: 0.01, proportionalGain: 1, smoothing: 0.5 });
    const tables = new RowTables({ multiplier: new Float32Array(10).fill(1), smoothed: new Float32Array(10) }, 1);
    for (const samples of [
      [0, 1, 2, 3],
      [3, 5, 6, 7],
    ]) {
      const batch = [Uint32Array.from(samples)];
      const gathered = tables.gather(batch);
      const rows = visit(
        [...gathered.multiplier!].map((p) => -p),
        Object.fromEntries(Object.entries(gathered).map(([name, held]) => [name, row(held)])),
      );
      tables.scatter(
        batch,
        Object.fromEntries(Object.entries(rows).map(([name, tensor]) => [name, Float32Array.from(values(tensor))])),
      );
    }
    const { multiplier, smoothed } = tables.tables;
    expectClose([...multiplier!], [0.985, 0.985, 0.985, 0.972725, 1, 0.985, 0.985, 0.985, 1, 1]);
    expectClose([...smoothed!], [-0.5, -0.5, -0.5, -0.7425, 0, -0.5, -0.5, -0.5, 0, 0]);
  });
});

describe('PID', () => {
  const GAINS = { integralGain: 0.1, proportionalGain: 2, derivativeGain: 4, smoothing: 0.5 };

  // I = 1, 1.5, 1.25, 1.375; C = 0.5, 0.5, 0.125, 0.125, so ΔC = 0.5, 0, −0.375, 0 and λ =
  // 2 + 0.1 + 2 = 4.1, 1 + 0.15 = 1.15, [−0.5 + 0.125]₊ = 0, 0.25 + 0.1375 = 0.3875.
  test('goes through 4.1, 1.15, 0 and 0.3875 on the violations 1, ½, −¼ and ⅛', () => {
    const { first, visit } = controller('pid', GAINS);
    let rows = first(1);
    const passed = [1, 0.5, -0.25, 0.125].map((g) => {
      rows = visit([g], rows);
      return values(rows.multiplier)[0]!;
    });
    expectClose(passed, [4.1, 1.15, 0, 0.3875]);
    expectClose(values(rows.integral), [1.375]);
  });

  test('does not wind up while the bound is kept: the first violation after is met at once', () => {
    const { first, visit } = controller('pid', { ...GAINS, proportionalGain: 0, derivativeGain: 0 });
    let rows = first(1);
    for (let index = 0; index < 50; index++) rows = visit([-5], rows);
    expect(values(rows.integral)).toEqual([0]);
    rows = visit([1], rows);
    expectClose(values(rows.multiplier), [0.1]);
  });
});
