/** The engine of the exact solvers where the last layer does not reach: empty polyhedra, and a stop on the way. */
import { describe, expect, test } from 'vitest';
import { ActiveNormals } from '../../../extension/exact/activeNormals';
import { type Polyhedron, project } from '../../../extension/exact/projection';
import { draw } from './problems';

const NONE = Number.POSITIVE_INFINITY;
const polyhedron = (normals: readonly (readonly number[])[], lower: number, upper: number): Polyhedron => ({
  normals: Float64Array.from(normals.flat()),
  rows: normals.length,
  lower,
  upper,
});

describe('The projection of a point', () => {
  test('inside the polyhedron is the point', () => {
    expect(
      project(
        Float64Array.of(1, 2),
        polyhedron(
          [
            [1, 0],
            [0, 1],
          ],
          0,
          NONE,
        ),
        10,
      ),
    ).toEqual({
      point: Float64Array.of(1, 2),
      multipliers: Float64Array.of(0, 0),
      active: [],
      iterations: 0,
      status: 'optimal',
    });
  });

  test('on a corner has a multiplier for each of its sides, in units of the normal', () => {
    // z₁ ≥ 1 and 2·z₂ ≥ 1 from (0, 0): z = (1, ½) = 1·(1, 0) + ¼·(0, 2).
    const { point, multipliers } = project(
      Float64Array.of(0, 0),
      polyhedron(
        [
          [1, 0],
          [0, 2],
        ],
        1,
        NONE,
      ),
      10,
    );
    expect([...point]).toEqual([1, 0.5]);
    expect([...multipliers]).toEqual([1, 0.25]);
  });

  test('on an upper bound has a negative multiplier', () => {
    const { point, multipliers } = project(Float64Array.of(3), polyhedron([[1]], 0, 1), 10);
    expect([...point, ...multipliers]).toEqual([1, -2]);
  });

  test('lets a row go that later ones make needless', () => {
    // From (0, 0), z₂ ≥ 1 is the farthest, at 1, and comes first; then ±0.8·z₁ + 0.8·z₂ ≥ 1, at 1/(0.8·√2) = 0.88. These
    // two meet in (0, 1.25), above it: 1.25 = 2·0.8·μ, μ = 0.78125 each.
    const rows = polyhedron(
      [
        [0, 1],
        [0.8, 0.8],
        [-0.8, 0.8],
      ],
      1,
      NONE,
    );
    const { point, multipliers, active, iterations } = project(Float64Array.of(0, 0), rows, 10);
    expect([...point]).toEqual([expect.closeTo(0, 14), expect.closeTo(1.25, 14)]);
    expect([...multipliers]).toEqual([0, expect.closeTo(0.78125, 14), expect.closeTo(0.78125, 14)]);
    expect([...active].sort()).toEqual([1, 2]);
    // Three rows came, one left.
    expect(iterations).toBe(4);
  });

  test('on an empty polyhedron does not exist', () => {
    // z ≥ 1 and −z ≥ 1
    expect(project(Float64Array.of(0), polyhedron([[1], [-1]], 1, NONE), 10).status).toBe('infeasible');
    // a·z ≥ 1 and b·z ≥ 1 leave −(0.3·a + 0.9·b)·z ≤ −1.2; only rounding keeps these three normals apart.
    const a = [0.1, 0.7, -0.3];
    const b = [1 / 3, -0.9, 0.2];
    const opposed = a.map((entry, index) => -(0.3 * entry + 0.9 * b[index]!));
    expect(project(Float64Array.of(0.4, 0.5, 0.6), polyhedron([a, b, opposed], 1, NONE), 100).status).toBe(
      'infeasible',
    );
    // 0·z ≥ 1
    expect(project(Float64Array.of(0), polyhedron([[0]], 1, NONE), 10).status).toBe('infeasible');
  });

  test('that is stopped early keeps z = p + Σ μ·a, a bound on the distance that grows with every step', () => {
    const random = draw(3);
    const dimension = 12;
    const rows = 60;
    const normals = Array.from({ length: rows }, () => [
      1,
      ...Array.from({ length: dimension - 1 }, () => random.normal()),
    ]);
    const point = Float64Array.from({ length: dimension }, () => random.normal());
    const bound = (maxIterations: number) => {
      const { point: z, multipliers, status } = project(point, polyhedron(normals, 0, NONE), maxIterations);
      const sum = point.slice();
      let linear = 0;
      normals.forEach((normal, row) => {
        expect(multipliers[row]!).toBeGreaterThanOrEqual(0);
        normal.forEach((entry, index) => {
          sum[index]! += multipliers[row]! * entry;
          linear -= multipliers[row]! * entry * point[index]!;
        });
      });
      for (const [index, entry] of sum.entries()) expect(z[index]).toBeCloseTo(entry, 12);
      const squared = z.reduce((total, entry, index) => total + (entry - point[index]!) ** 2, 0);
      return { value: linear - squared / 2, status };
    };
    const bounds = Array.from({ length: 40 }, (_, maxIterations) => bound(maxIterations));
    expect(bounds[0]).toEqual({ value: 0, status: 'limit' });
    const end = bounds.findIndex(({ status }) => status === 'optimal');
    expect(end).toBeGreaterThan(3);
    for (let step = 1; step < bounds.length; step++) {
      expect(bounds[step]!.value).toBeGreaterThanOrEqual(bounds[step - 1]!.value - 1e-12);
    }
    expect(bounds[end]!.value).toBeGreaterThan(bounds[1]!.value + 0.01);
  });
});

describe('The factorization of the active normals', () => {
  test('gives the normals back after any coming and going', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = draw(seed);
      const dimension = random.oneOf(3, 10, 25);
      const normals = new ActiveNormals(dimension);
      const model: Float64Array[] = [];
      const history: string[] = [];
      for (let step = 0; step < 80; step++) {
        if (model.length > 0 && (model.length === dimension || random.uniform() < 0.4)) {
          const place = random.integer(model.length);
          history.push(`remove ${place}`);
          normals.remove(place);
          model.splice(place, 1);
        } else {
          const normal = Float64Array.from({ length: dimension }, () => random.normal());
          history.push('append');
          normals.append(normals.split(normal));
          model.push(normal);
        }
        // Σ xₖ·nₖ splits into those x, with nothing left over.
        const x = Float64Array.from(model, () => random.normal());
        const sum = new Float64Array(dimension);
        model.forEach((normal, k) => {
          for (let i = 0; i < dimension; i++) sum[i]! += x[k]! * normal[i]!;
        });
        const { along, restLength } = normals.split(sum);
        expect(restLength, history.join(', ')).toBeLessThan(1e-10);
        normals.solve(along).forEach((value, k) => {
          expect(Math.abs(value - x[k]!), history.join(', ')).toBeLessThan(1e-8);
        });
        // U·y with Tᵀ·y = b is the shortest vector whose products with the normals are b.
        const span = new Float64Array(dimension);
        normals.addSpan(span, normals.solveTransposed(x));
        model.forEach((normal, k) => {
          const product = normal.reduce((total, entry, i) => total + entry * span[i]!, 0);
          expect(Math.abs(product - x[k]!), history.join(', ')).toBeLessThan(1e-8);
        });
      }
    }
  });

  test('leaves of a normal in their span nothing, and of one outside what is perpendicular', () => {
    const normals = new ActiveNormals(3);
    normals.append(normals.split(Float64Array.of(1, 1, 0)));
    // (3, 1, 2) = 2·(1, 1, 0) + (1, −1, 2)
    const { rest, restLength } = normals.split(Float64Array.of(3, 1, 2));
    expect([...rest]).toEqual([expect.closeTo(1, 14), expect.closeTo(-1, 14), expect.closeTo(2, 14)]);
    expect(restLength).toBeCloseTo(Math.sqrt(6), 14);
    expect(normals.split(Float64Array.of(-5, -5, 0)).restLength).toBeLessThan(1e-14);
  });
});
