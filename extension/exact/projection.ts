/**
 * Projection of a point on a polyhedron, `min ½‖z − p‖²  subject to  lower ≤ aᵢ·z ≤ upper` for all rows i, by the dual
 * active-set method: start at the point itself, add violated rows one by one, drop a row whenever its multiplier would
 * turn negative. Every iterate is the exact answer for the rows it holds, so the distance only grows and the method ends
 * at the exact answer after finitely many steps, without a feasible start and without step sizes.
 *
 * At the end `z = p + Σ μᵢ·aᵢ`, with μᵢ > 0 only where aᵢ·z = lower and μᵢ < 0 only where aᵢ·z = upper.
 *
 * Source: Goldfarb & Idnani, A numerically stable dual method for solving strictly convex quadratic programs,
 * Math. Programming 27, 1983, for the Hessian I. Departures: a step looks for the next row among those that were violated
 * at the last look at all rows, which would cost more than the step itself; and at each such look point and multipliers
 * are solved for anew, so that rounding errors don't add up.
 *
 * Why no package (2026): of those on npm, `quadprog` is this method as well and agrees to 1e-15, but is ten times slower
 * (arrays of arrays, all rows looked at in every step), knows no dependent features and translates R's package of that
 * name, which is under the GPL; `highs` reads its problems as text and is content with violations of 1e-7.
 */
import { ActiveNormals } from './activeNormals';
import { addMultiple, dot, norm } from './columns';

/** The same bounds for every row. */
export interface Polyhedron {
  /** aᵢ, `[rows, dimension]` row-major. */
  readonly normals: Float64Array;
  readonly rows: number;
  /** −∞ for none. */
  readonly lower: number;
  /** ∞ for none. */
  readonly upper: number;
}

export interface Projection {
  /** z, `[dimension]` */
  readonly point: Float64Array;
  /** μ, `[rows]`: above 0 pushes up from the lower bound, below 0 down from the upper one. */
  readonly multipliers: Float64Array;
  /** Rows that are held at a bound, in the order in which they came. Their normals are independent. */
  readonly active: readonly number[];
  /** Changes of the active rows. */
  readonly iterations: number;
  /**
   * `limit`: the iterations were used up, and rows may be violated still. `infeasible`: no point satisfies all rows.
   * Either way `z = p + Σ μᵢ·aᵢ` holds with the signs above, which makes it a lower bound on the distance.
   */
  readonly status: 'optimal' | 'limit' | 'infeasible';
}

/** A row counts as violated beyond this share of the sizes that its value is made of, some 100 roundings. */
const TOLERANCE = 1e-13;
/** A normal counts as dependent when less than this share of it is outside the span: no violation can hide in so little. */
const INDEPENDENCE = TOLERANCE / 4;
/** All rows are looked at again once the worst of those known is this much closer than the worst was then. */
const STALE = 0.3;
/** Multipliers below this share of the largest count as 0 when they are solved for. */
const NEGLIGIBLE = 1e-12;
/** Slopes below this share of the largest are rounding errors of 0. */
const ROUNDING = 1e-14;

/** One bound of one row. */
interface Bound {
  readonly row: number;
  /** +1 for the lower bound, −1 for the upper one. */
  readonly sign: number;
}

interface Violation extends Bound {
  /** Of z from the row's bound, in the norm of the projection. */
  readonly distance: number;
  /** All rows that were outside. */
  readonly outside: readonly number[];
}

interface Held extends Bound {
  /** ≥ 0: |μ| of the row. */
  multiplier: number;
}

/** `point` is p, `[dimension]`. */
export function project(point: Float64Array, polyhedron: Polyhedron, maxIterations: number): Projection {
  return new DualActiveSet(point, polyhedron, maxIterations).run();
}

class DualActiveSet {
  private readonly dimension: number;
  private readonly z: Float64Array;
  /** `[rows]` ‖aᵢ‖ */
  private readonly lengths: Float64Array;
  private readonly held: Held[] = [];
  /** sign·aᵢ of each that is held, in the same order. */
  private readonly normals: ActiveNormals;
  /** `[rows]` 0 or 1. */
  private readonly isHeld: Uint8Array;
  private iterations = 0;

  constructor(
    private readonly point: Float64Array,
    private readonly polyhedron: Polyhedron,
    private readonly maxIterations: number,
  ) {
    const { normals, rows } = polyhedron;
    this.dimension = point.length;
    this.z = point.slice();
    this.lengths = Float64Array.from({ length: rows }, (_, row) => norm(normals, row * point.length, point.length));
    this.normals = new ActiveNormals(point.length);
    this.isHeld = new Uint8Array(rows);
  }

  run(): Projection {
    const all = Array.from({ length: this.polyhedron.rows }, (_, row) => row);
    for (;;) {
      this.solve();
      const worst = this.mostViolated(all);
      if (worst === null) return this.result('optimal');
      let next: Violation | null = worst;
      while (next !== null && next.distance >= STALE * worst.distance) {
        const stop = this.enter(next);
        if (stop !== null) {
          this.solve();
          return this.result(stop);
        }
        next = this.mostViolated(next.outside);
      }
    }
  }

  /** Point and multipliers for the rows that are held, from the given point on, free of what rounding added up. */
  private solve(): void {
    for (;;) {
      const toBound = Float64Array.from(this.held, ({ row, sign }) => {
        return this.boundOf(sign) - sign * this.value(row, this.point);
      });
      const coordinates = this.normals.solveTransposed(toBound);
      const multipliers = this.normals.solve(coordinates);
      this.z.set(this.point);
      this.normals.addSpan(this.z, coordinates);
      this.held.forEach((held, place) => {
        held.multiplier = Math.max(0, multipliers[place]!);
      });
      const least = multipliers.indexOf(Math.min(...multipliers));
      if (least < 0 || multipliers[least]! >= -NEGLIGIBLE * Math.max(...multipliers)) return;
      this.leave(least);
    }
  }

  /** The row farthest outside among `rows`, and the others that are outside; `null` when none is. */
  private mostViolated(rows: readonly number[]): Violation | null {
    const { lower, upper } = this.polyhedron;
    const size = Math.max(norm(this.point, 0, this.dimension), norm(this.z, 0, this.dimension));
    const outside: number[] = [];
    let worst = -1;
    let sign = 0;
    let distance = 0;
    for (const row of rows) {
      if (this.isHeld[row] === 1) continue;
      const value = this.value(row, this.z);
      const isBelow = value < lower;
      const violation = isBelow ? lower - value : value - upper;
      const length = this.lengths[row]!;
      if (!(violation > TOLERANCE * (length * size + Math.abs(isBelow ? lower : upper)))) continue;
      outside.push(row);
      if (violation > distance * length) {
        worst = row;
        sign = isBelow ? 1 : -1;
        distance = violation / length;
      }
    }
    return worst < 0 ? null : { row: worst, sign, distance, outside };
  }

  /** Moves to the exact answer for the rows that are held and this one; those whose multipliers reach 0 on the way leave. */
  private enter({ row, sign }: Violation): 'limit' | 'infeasible' | null {
    const { dimension } = this;
    const start = row * dimension;
    const normal = this.polyhedron.normals.slice(start, start + dimension);
    if (sign < 0) for (let i = 0; i < dimension; i++) normal[i]! *= -1;
    const bound = this.boundOf(sign);
    let multiplier = 0;
    for (;;) {
      if (this.iterations === this.maxIterations) return 'limit';
      this.iterations++;
      // A step t of this row's multiplier moves z by t·rest and the other multipliers by −t·slopes.
      const split = this.normals.split(normal);
      const slopes = this.normals.solve(split.along);
      const isDependent = this.held.length === dimension || split.restLength <= INDEPENDENCE * this.lengths[row]!;
      const toBound = bound - dot(normal, 0, this.z, 0, dimension);
      const full = isDependent ? Number.POSITIVE_INFINITY : Math.max(0, toBound) / split.restLength ** 2;
      const { place, step: partial } = this.firstToLeave(slopes);
      const step = Math.min(full, partial);
      if (step === Number.POSITIVE_INFINITY) return 'infeasible';
      this.held.forEach((held, index) => {
        held.multiplier = Math.max(0, held.multiplier - step * slopes[index]!);
      });
      multiplier += step;
      if (!isDependent) addMultiple(this.z, 0, step, split.rest, 0, dimension);
      if (full <= partial) {
        this.normals.append(split);
        this.held.push({ row, sign, multiplier });
        this.isHeld[row] = 1;
        return null;
      }
      this.leave(place);
    }
  }

  /** The multiplier that reaches 0 first as they fall by `slopes`, and after which step; ∞ when none falls. */
  private firstToLeave(slopes: Float64Array): { place: number; step: number } {
    let place = -1;
    let step = Number.POSITIVE_INFINITY;
    const steepest = slopes.reduce((largest, slope) => Math.max(largest, Math.abs(slope)), 0);
    this.held.forEach(({ multiplier }, index) => {
      const slope = slopes[index]!;
      if (slope > ROUNDING * steepest && multiplier / slope < step) {
        place = index;
        step = multiplier / slope;
      }
    });
    return { place, step };
  }

  private leave(place: number): void {
    const [left] = this.held.splice(place, 1);
    this.isHeld[left!.row] = 0;
    this.normals.remove(place);
  }

  /** The b in `sign·aᵢ·z ≥ b`. */
  private boundOf(sign: number): number {
    return sign > 0 ? this.polyhedron.lower : -this.polyhedron.upper;
  }

  private value(row: number, point: Float64Array): number {
    return dot(this.polyhedron.normals, row * this.dimension, point, 0, this.dimension);
  }

  private result(status: Projection['status']): Projection {
    const multipliers = new Float64Array(this.polyhedron.rows);
    for (const { row, sign, multiplier } of this.held) multipliers[row] = sign * multiplier;
    const active = this.held.map(({ row }) => row);
    return { point: this.z, multipliers, active, iterations: this.iterations, status };
  }
}
