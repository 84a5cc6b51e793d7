/** The coefficient of a penalty (methods.md, 2a and B9), one visit at a time. */
import { scalar, setBackend, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CoefficientSchedule, coefficientOf } from '../../../extension/methods/coefficient';

beforeAll(async () => {
  await setBackend('cpu');
});

const SCHEDULE: CoefficientSchedule = {
  schedule: 'multiplicative',
  first: 1,
  last: 1000,
  growth: 1.1,
  increment: 1.1,
  tolerance: 1e-4,
  maximum: 1e4,
  restart: true,
};
const START = { step: 0, epoch: 0, steps: 1, epochs: 1 };

/** The coefficients of the entries after each visit, from the violations met. */
function visits(changed: Partial<CoefficientSchedule>, ...violations: number[][]): number[][] {
  const coefficient = coefficientOf({ ...SCHEDULE, ...changed });
  const scalars = Object.fromEntries(
    Object.entries(coefficient.scalars(START)).map(([name, value]) => [name, scalar(value)]),
  );
  const first = coefficient.initialRows(violations[0]!.length).coefficient!;
  let rows = { coefficient: tensor2d(first, [1, first.length]) };
  return violations.map((g) => {
    rows = coefficient.next!(tensor2d([g]), rows, scalars) as typeof rows;
    expect(coefficient.value(rows, scalars)).toBe(rows.coefficient);
    return [...rows.coefficient.dataSync()];
  });
}

const float = (values: readonly number[]): number[] => values.map(Math.fround);

describe('A growing coefficient', () => {
  // methods.md B9: c = 1, tolerance 1e-4, violation 2e-4: ×1.1 → 1.1, +1.1 → 2.1.
  test.for([
    { schedule: 'multiplicative', once: 1.1, twice: 1.21 },
    { schedule: 'additive', once: 2.1, twice: 3.2 },
  ] as const)('is $once, then $twice, after violations of 2e-4 ($schedule)', ({ schedule, once, twice }) => {
    const [[first], [second]] = visits({ schedule }, [2e-4], [2e-4]) as [[number], [number]];
    expect(first).toBe(Math.fround(once));
    expect(second).toBeCloseTo(twice, 6);
  });

  test.for(['multiplicative', 'additive'] as const)(
    'goes back to its start where the bound is kept, with restart, and stays without (%s)',
    (schedule) => {
      const grown = Math.fround(schedule === 'multiplicative' ? 1.1 : 2.1);
      expect(visits({ schedule }, [2e-4], [0])).toEqual([[grown], [1]]);
      expect(visits({ schedule }, [2e-4], [-3])).toEqual([[grown], [1]]);
      expect(visits({ schedule, restart: false }, [2e-4], [0])).toEqual([[grown], [grown]]);
      expect(visits({ schedule, restart: false }, [2e-4], [-3])).toEqual([[grown], [grown]]);
    },
  );

  // "Not below" in place of "above" would grow it to 1.1.
  test('stays at a violation of exactly the tolerance, and grows at the next larger number', () => {
    expect(visits({}, [1e-4])).toEqual([[1]]);
    expect(visits({}, [1.0001e-4])).toEqual([[Math.fround(1.1)]]);
  });

  test('neither grows nor restarts between 0 and the tolerance', () => {
    expect(visits({}, [2e-4], [5e-5])).toEqual([[Math.fround(1.1)], [Math.fround(1.1)]]);
  });

  test('grows, stays and restarts entry by entry', () => {
    expect(visits({}, [1, 1, 1, -1], [1, 5e-5, -1, -1])[1]).toEqual([
      Math.fround(Math.fround(1.1) * Math.fround(1.1)),
      Math.fround(1.1),
      1,
      1,
    ]);
  });

  test('ends at its maximum', () => {
    expect(visits({ growth: 10, maximum: 50 }, [1], [1], [1]).flat()).toEqual([10, 50, 50]);
    expect(visits({ schedule: 'additive', increment: 0.75, maximum: 2 }, [1], [1]).flat()).toEqual([1.75, 2]);
  });

  test('restarts from its own start, not from 1', () => {
    expect(visits({ first: 3, growth: 2 }, [1], [0]).flat()).toEqual([6, 3]);
  });
});

describe('A coefficient for all entries', () => {
  const values = (changed: Partial<CoefficientSchedule>, epochs: number, ...at: number[]): number[] => {
    const coefficient = coefficientOf({ ...SCHEDULE, ...changed });
    expect(coefficient.rows).toEqual([]);
    expect(coefficient.next).toBeUndefined();
    return at.map((epoch) => coefficient.scalars({ step: epoch, epoch, steps: epochs, epochs }).coefficient!);
  };

  test('stays the same when constant', () => {
    expect(values({ schedule: 'constant', first: 7 }, 4, 0, 3)).toEqual([7, 7]);
  });

  // Four epochs from 1 to 1000: ×10 each. By steps instead of epochs, or up to a fifth epoch, it would be other numbers.
  test('grows by the same factor every epoch when geometric, and is at its end in the last', () => {
    const [a, b, c, d] = values({ schedule: 'geometric' }, 4, 0, 1, 2, 3) as [number, number, number, number];
    expect(a).toBe(1);
    expect(b).toBeCloseTo(10, 10);
    expect(c).toBeCloseTo(100, 10);
    expect(float([d])).toEqual([1000]);
  });

  test('stays at its end when measured after the last epoch, and at its start in a training of one', () => {
    expect(float(values({ schedule: 'geometric' }, 4, 4))).toEqual([1000]);
    expect(values({ schedule: 'geometric' }, 1, 0, 1)).toEqual([1, 1]);
  });

  test('can fall as well', () => {
    expect(values({ schedule: 'geometric', first: 100, last: 1 }, 3, 1)[0]).toBeCloseTo(10, 10);
  });
});
