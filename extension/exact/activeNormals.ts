/**
 * The normals of the active constraints as a thin QR factorization, `[n₁ … n_k] = U·T`, kept up to date while normals
 * come and go: O(dimension·k) each. U has orthonormal columns, T is upper triangular. The normals are independent.
 *
 * Source: Daniel, Gragg, Kaufman & Stewart, Reorthogonalization and stable algorithms for updating the Gram–Schmidt QR
 * factorization, Math. Comp. 30, 1976.
 */
import { addMultiple, dot, norm } from './columns';

/** `normal = U·along + rest`, with `rest` perpendicular to all active normals. */
export interface Split {
  /** `[count]` */
  readonly along: Float64Array;
  /** `[dimension]` */
  readonly rest: Float64Array;
  readonly restLength: number;
}

/** When a pass leaves less than this share, another removes what rounding left in ("twice is enough"). */
const SHRINKAGE = 0.5;

export class ActiveNormals {
  /** Column k of U is `[k·dimension, (k + 1)·dimension)`. */
  private readonly basis: Float64Array;
  /** Column k of T is `[k·dimension, k·dimension + k]`. */
  private readonly factor: Float64Array;
  private size = 0;

  constructor(private readonly dimension: number) {
    this.basis = new Float64Array(dimension * dimension);
    this.factor = new Float64Array(dimension * dimension);
  }

  split(normal: Float64Array): Split {
    const { basis, dimension, size } = this;
    const rest = normal.slice();
    const along = new Float64Array(size);
    const part = new Float64Array(size);
    let before = norm(rest, 0, dimension);
    for (let pass = 0; pass < 3; pass++) {
      // Classical Gram–Schmidt, whose lesser accuracy the second pass makes up for.
      for (let k = 0; k < size; k++) part[k] = dot(basis, k * dimension, rest, 0, dimension);
      for (let k = 0; k < size; k++) {
        addMultiple(rest, 0, -part[k]!, basis, k * dimension, dimension);
        along[k]! += part[k]!;
      }
      const after = norm(rest, 0, dimension);
      if (after > SHRINKAGE * before || after === 0) return { along, rest, restLength: after };
      before = after;
    }
    return { along, rest, restLength: before };
  }

  /** Adds the normal that was split; `restLength` must be above 0. */
  append({ along, rest, restLength }: Split): void {
    const { basis, factor, dimension, size } = this;
    factor.set(along, size * dimension);
    factor[size * dimension + size] = restLength;
    for (let i = 0; i < dimension; i++) basis[size * dimension + i] = rest[i]! / restLength;
    this.size++;
  }

  /** Removes a normal by its place; those after it move up by one. */
  remove(place: number): void {
    const { basis, factor, dimension } = this;
    const last = this.size - 1;
    for (let column = place; column < last; column++) {
      factor.copyWithin(column * dimension, (column + 1) * dimension, (column + 1) * dimension + column + 2);
    }
    // Each moved column has one entry below the diagonal: a rotation of two neighbouring rows removes it.
    for (let row = place; row < last; row++) {
      const diagonal = factor[row * dimension + row]!;
      const below = factor[row * dimension + row + 1]!;
      const length = Math.hypot(diagonal, below);
      const cosine = diagonal / length;
      const sine = below / length;
      for (let column = row; column < last; column++) rotate(factor, column * dimension + row, 1, cosine, sine, 1);
      rotate(basis, row * dimension, dimension, cosine, sine, dimension);
    }
    this.size = last;
  }

  /** x with T·x = right, `[count]`. */
  solve(right: Float64Array): Float64Array {
    const { factor, dimension } = this;
    const x = right.slice();
    for (let k = this.size - 1; k >= 0; k--) {
      x[k]! /= factor[k * dimension + k]!;
      addMultiple(x, 0, -x[k]!, factor, k * dimension, k);
    }
    return x;
  }

  /** x with Tᵀ·x = right, `[count]`. */
  solveTransposed(right: Float64Array): Float64Array {
    const { factor, dimension } = this;
    const x = right.slice();
    for (let k = 0; k < this.size; k++) {
      x[k] = (x[k]! - dot(factor, k * dimension, x, 0, k)) / factor[k * dimension + k]!;
    }
    return x;
  }

  /** `to += U·coordinates` */
  addSpan(to: Float64Array, coordinates: Float64Array): void {
    const { basis, dimension, size } = this;
    for (let k = 0; k < size; k++) addMultiple(to, 0, coordinates[k]!, basis, k * dimension, dimension);
  }
}

/** Turns `count` pairs of values, `gap` apart, by the same angle: (cosine·a + sine·b, cosine·b − sine·a). */
function rotate(values: Float64Array, start: number, gap: number, cosine: number, sine: number, count: number): void {
  for (let i = start; i < start + count; i++) {
    const a = values[i]!;
    const b = values[i + gap]!;
    values[i] = cosine * a + sine * b;
    values[i + gap] = cosine * b - sine * a;
  }
}
