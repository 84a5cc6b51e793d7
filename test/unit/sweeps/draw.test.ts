import { expect, test } from 'vitest';
import { draw } from '../../../extension/sweeps/plan';

test('The same seed and key draw the same points, in [0, 1); another of either draws others', () => {
  const first = draw(3, 0, 4);
  expect(draw(3, 0, 4)).toEqual(first);
  expect(draw(3, 0, 2)).toEqual(first.slice(0, 2));
  expect(draw(4, 0, 4)).not.toEqual(first);
  expect(draw(3, 1, 4)).not.toEqual(first);
  for (const share of draw(0, 0, 1000)) expect(share >= 0 && share < 1).toBe(true);
});

test('A thousand draws lie about evenly', () => {
  const shares = draw(0, 0, 1000);
  // The mean of n even draws has the deviation 1/√(12n), here 0.009; four of those are allowed.
  expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) / 1000 - 0.5)).toBeLessThan(4 / Math.sqrt(12_000));
  expect(shares.filter((share) => share < 0.25).length).toBeGreaterThan(190);
});
