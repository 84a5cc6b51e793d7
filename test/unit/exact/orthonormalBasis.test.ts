/** The factorization under the exact last layer: orthonormal, exact, and of the right rank. */
import { describe, expect, test } from 'vitest';
import { type OrthonormalBasis, orthonormalBasis } from '../../../extension/exact/orthonormalBasis';
import { draw, table } from './problems';

/** Largest entry of |QᵀQ − I|. */
function departureFromOrthonormal({ basis, rows, rank }: OrthonormalBasis): number {
  let largest = 0;
  for (let a = 0; a < rank; a++) {
    for (let b = 0; b <= a; b++) {
      let product = a === b ? -1 : 0;
      for (let row = 0; row < rows; row++) product += basis[row * rank + a]! * basis[row * rank + b]!;
      largest = Math.max(largest, Math.abs(product));
    }
  }
  return largest;
}

/** Largest entry of |Φ[:, columns] − Q·R|, relative to the column's largest. */
function departureFromFeatures({ features, basis, factor, columns, rows, width, rank }: OrthonormalBasis): number {
  return Math.max(
    ...columns.map((column, place) => {
      let largest = 0;
      let size = 0;
      for (let row = 0; row < rows; row++) {
        let product = 0;
        for (let k = 0; k <= place; k++) product += basis[row * rank + k]! * factor[k * rank + place]!;
        largest = Math.max(largest, Math.abs(product - features[row * width + column]!));
        size = Math.max(size, Math.abs(features[row * width + column]!));
      }
      return largest / size;
    }),
  );
}

describe('The orthonormal basis', () => {
  test('of two columns is the constant, and what is left of the other', () => {
    // 1 has length 2; x = 0, 1, 2, 3 less its mean 3/2 is (−3, −1, 1, 3)/2 of length √5.
    const { basis, factor, columns, rank } = orthonormalBasis(Float64Array.of(0, 1, 1, 1, 2, 1, 3, 1), 4);
    expect([rank, columns]).toEqual([2, [1, 0]]);
    const r = Math.sqrt(5);
    const expected = [0.5, -1.5 / r, 0.5, -0.5 / r, 0.5, 0.5 / r, 0.5, 1.5 / r];
    expect([...basis]).toEqual(expected.map((value) => expect.closeTo(value, 14)));
    // 1 = 2·q₀, x = 3·q₀ + √5·q₁
    expect([...factor]).toEqual([2, 3, 0, r].map((value) => expect.closeTo(value, 14)));
  });

  // Widths around the panels of 32 columns and the tiles of 4 and 2; rows around the chunks of 512.
  test.for([
    [1, 1],
    [5, 9],
    [40, 33],
    [511, 34],
    [513, 35],
    [1200, 71],
  ] as const)('of %i rows and %i columns is orthonormal and gives the features back', ([rows, width]) => {
    const random = draw(width);
    const basis = orthonormalBasis(
      table(rows, width, () => random.normal()),
      rows,
    );
    expect(basis.rank).toBe(Math.min(rows, width));
    expect(departureFromOrthonormal(basis)).toBeLessThan(1e-13);
    expect(departureFromFeatures(basis)).toBeLessThan(1e-13);
  });

  test('has the rank of the features: dead, constant, repeated and summed columns depend on the others', () => {
    const random = draw(7);
    const width = 70;
    const rows = 300;
    const own = table(rows, width, () => Math.max(0, random.normal()));
    const features = table(rows, width, (row, column) => {
      const value = (other: number): number => own[row * width + other]!;
      if (column % 7 === 1) return 0;
      if (column % 7 === 2) return 5;
      if (column % 7 === 3) return 1000 * value(column - 3);
      if (column % 7 === 4) return value(column + 1) - 0.01 * value(column + 2) + 3;
      return value(column);
    });
    const basis = orthonormalBasis(features, rows);
    // Of each seven columns three are their own; the last column, 69, is the constant in place of one of them.
    expect(basis.rank).toBe(30);
    expect(departureFromOrthonormal(basis)).toBeLessThan(1e-13);
    expect(departureFromFeatures(basis)).toBeLessThan(1e-13);
  });

  test('stays orthonormal for features that differ by a millionth, and for scales from 1e-6 to 1e6', () => {
    const random = draw(8);
    const rows = 200;
    const shared = Array.from({ length: rows }, () => random.normal());
    const alike = orthonormalBasis(
      table(rows, 40, (row) => shared[row]! + 1e-6 * random.normal()),
      rows,
    );
    expect(alike.rank).toBe(40);
    expect(departureFromOrthonormal(alike)).toBeLessThan(1e-13);
    expect(departureFromFeatures(alike)).toBeLessThan(1e-13);
    const scaled = orthonormalBasis(
      table(rows, 40, (_, column) => random.normal() * 10 ** (column / 3 - 6)),
      rows,
    );
    expect(scaled.rank).toBe(40);
    expect(departureFromOrthonormal(scaled)).toBeLessThan(1e-13);
    expect(departureFromFeatures(scaled)).toBeLessThan(1e-13);
  });

  test('takes a column in when the part that is its own is above the tolerance', () => {
    const features = (part: number) => Float64Array.of(0, part, 1, 1, 1, 1, 2, 2 - part, 1, 3, 3, 1);
    // x and x + part·(1, 0, −1, 0): the own part is about part·√2 of length √14.
    expect(orthonormalBasis(features(1e-6), 4).rank).toBe(3);
    expect(orthonormalBasis(features(1e-8), 4).rank).toBe(2);
    expect(orthonormalBasis(features(1e-8), 4, { tolerance: 1e-10 }).rank).toBe(3);
    expect(orthonormalBasis(features(1e-3), 4, { tolerance: 1e-2 }).rank).toBe(2);
  });

  test('leaves the features as they were', () => {
    const features = Float64Array.of(0, 1, 1, 1, 2, 1);
    orthonormalBasis(features, 3);
    expect([...features]).toEqual([0, 1, 1, 1, 2, 1]);
  });
});
