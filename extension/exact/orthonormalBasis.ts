/**
 * Rank-revealing thin QR factorization of features, `Φ[:, columns] = Q·R`: it turns least squares over weights into
 * distances between points. One factorization serves every output and every bound.
 *
 * Block Gram–Schmidt with column pivoting. The columns with the largest parts outside the span so far form a panel, from
 * which they are taken in one by one, largest part first; then all columns that wait lose their part along what was taken
 * in. A column that has become much shorter is projected again ("twice is enough"), so that QᵀQ = I holds to 1e-13
 * however dependent the features are. Nearly all work is in products of blocks: 2·rows·rank² to twice that.
 *
 * Source: Stewart, Block Gram–Schmidt Orthogonalization, SIAM J. Sci. Comput. 31, 2008; Golub & Van Loan, Matrix
 * Computations, 4th ed., 5.4.2 (pivoting).
 */
import { innerProducts, norm, subtractProduct, transpose } from './columns';
import { IllPosedError } from './illPosedError';

export interface OrthonormalBasis {
  /** Φ as given, `[rows, width]`. */
  readonly features: Float64Array;
  readonly rows: number;
  /** Number of columns of the features. */
  readonly width: number;
  readonly rank: number;
  /** Q, `[rows, rank]` row-major: columns of length 1, perpendicular to each other. */
  readonly basis: Float64Array;
  /** `[rank]` The columns of the features that Q spans; every other column depends on these. */
  readonly columns: readonly number[];
  /** R, `[rank, rank]` row-major, upper triangular. */
  readonly factor: Float64Array;
}

export interface BasisOptions {
  /**
   * A column counts as dependent when its part outside the span of the others is at most this share of its length; not
   * below 1e-13. The default is the rounding of float32, in which features arrive: a smaller part is noise. Coarser, up to
   * some 1e-4, it gives up directions that only large weights could use, and that rounding these to float32 would spoil:
   * for smooth features (tanh of one input) the loss in float32 is then smaller.
   */
  readonly tolerance?: number;
}

const DEFAULT_TOLERANCE = 1e-7;
/** Below it, what rounding leaves of dependent columns would pass for a direction. */
const LEAST_TOLERANCE = 1e-13;
const PANEL = 32;
/** A column of the panel waits again once another outside it may have a part this many times larger. */
const PIVOT_SLACK = 4;
/** A column that got this much shorter has rounding errors along the span worth another projection. */
const SHRINKAGE = 0.1;

/**
 * `features` is `[rows, width]` row-major, the constant column last: it is taken in first, so it is in the span whatever
 * the tolerance, and the others are in effect centered.
 *
 * @throws IllPosedError for features that are no table or not finite.
 */
export function orthonormalBasis(features: Float64Array, rows: number, options: BasisOptions = {}): OrthonormalBasis {
  const width = features.length / rows;
  if (!(Number.isInteger(width) && width > 0)) {
    throw new IllPosedError('shape', `${features.length} values make no table of ${rows} rows.`);
  }
  const tolerance = Math.max(options.tolerance ?? DEFAULT_TOLERANCE, LEAST_TOLERANCE);
  const gramSchmidt = new GramSchmidt(features, rows, width, tolerance);
  gramSchmidt.takeIn(1);
  while (gramSchmidt.isWaiting) {
    gramSchmidt.bringLargest(PANEL);
    gramSchmidt.takeIn(PANEL);
  }
  return gramSchmidt.result();
}

/** Places 0 to `rank` hold the basis, those up to `end` the parts of waiting columns outside its span, the rest is dropped. */
class GramSchmidt {
  /** `[width, rows]` */
  private readonly table: Float64Array;
  /** `[width]` The feature at each place. */
  private readonly order: number[];
  /** `[width]` By feature: length at first, and the share of it left outside the span. */
  private readonly lengths: Float64Array;
  private readonly shares: Float64Array;
  /** `[width]` The share before the last projection on all of the basis. */
  private readonly projected: Float64Array;
  /** `[min(rows, width), width]` Qᵀ·Φ by feature, as far as it was taken out. */
  private readonly coefficients: Float64Array;
  private rank = 0;
  private end: number;

  constructor(
    private readonly features: Float64Array,
    private readonly rows: number,
    private readonly width: number,
    private readonly tolerance: number,
  ) {
    this.table = transpose(features, rows, width);
    this.order = Array.from({ length: width }, (_, column) => column);
    this.lengths = Float64Array.from(this.order, (column) => norm(this.table, column * rows, rows));
    this.lengths.forEach((length, column) => {
      if (!Number.isFinite(length)) throw notFinite(features, width, column);
    });
    this.shares = Float64Array.from(this.lengths, (length) => (length > 0 ? 1 : 0));
    this.projected = this.shares.slice();
    this.coefficients = new Float64Array(Math.min(rows, width) * width);
    this.end = width;
    this.swap(0, width - 1);
  }

  get isWaiting(): boolean {
    return this.rank < this.end && this.rank < this.rows;
  }

  /** Moves the waiting columns with the largest shares to the front of those that wait. */
  bringLargest(count: number): void {
    for (let place = this.rank; place < this.end; place++) this.measure(place);
    for (let place = this.rank; place < Math.min(this.rank + count, this.end); place++) {
      this.swap(place, this.largest(place, this.end));
    }
  }

  /** Takes the first `count` waiting columns into the basis, or drops them, or lets them wait on. */
  takeIn(count: number): void {
    const first = this.rank;
    const last = Math.min(first + count, this.end);
    const largestOutside = last < this.end ? this.share(this.largest(last, this.end)) : 0;
    this.projectAgain(first, last);
    while (this.rank < Math.min(last, this.rows)) {
      this.swap(this.rank, this.largest(this.rank, last));
      this.projectAgain(this.rank, this.rank + 1);
      const share = this.share(this.rank);
      if (share < this.share(this.largest(this.rank, last))) continue;
      if (share <= this.tolerance) break;
      if (this.rank > first && share * PIVOT_SLACK < largestOutside) break;
      this.normalize();
      this.project(this.rank - 1, this.rank, this.rank, last);
      for (let place = this.rank; place < last; place++) this.measure(place);
    }
    this.project(first, this.rank, last, this.end);
    for (let place = last - 1; place >= this.rank; place--) {
      if (this.share(place) <= this.tolerance) this.swap(place, --this.end);
    }
  }

  result(): OrthonormalBasis {
    const { features, rows, width, rank } = this;
    const columns = this.order.slice(0, rank);
    const factor = new Float64Array(rank * rank);
    columns.forEach((feature, column) => {
      for (let row = 0; row <= column; row++) {
        factor[row * rank + column] = this.coefficients[row * width + feature]!;
      }
    });
    return { features, rows, width, rank, basis: transpose(this.columns(0, rank), rank, rows), columns, factor };
  }

  /** Turns the first waiting column into the next of the basis. */
  private normalize(): void {
    const column = this.columns(this.rank, this.rank + 1);
    const length = norm(column, 0, this.rows);
    for (let row = 0; row < this.rows; row++) column[row]! /= length;
    this.coefficients[this.rank * this.width + this.order[this.rank]!] = length;
    this.rank++;
  }

  /** Projects again what has become so short that rounding errors along the basis would tell, until nothing more goes. */
  private projectAgain(first: number, last: number): void {
    const places = Array.from({ length: last - first }, (_, index) => first + index);
    const isShort = (place: number) => this.share(place) < SHRINKAGE * this.projected[this.order[place]!]!;
    while (places.some(isShort)) {
      for (const place of places) this.projected[this.order[place]!] = this.share(place);
      this.project(0, this.rank, first, last);
      for (const place of places) this.measure(place);
    }
  }

  /** Takes what lies along the basis columns `from` to `to` out of the columns at places `first` to `last`. */
  private project(from: number, to: number, first: number, last: number): void {
    const count = last - first;
    if (from === to || count === 0) return;
    const basis = this.columns(from, to);
    const rest = this.columns(first, last);
    const products = innerProducts(basis, rest, this.rows);
    subtractProduct(rest, basis, products, this.rows);
    for (let column = from; column < to; column++) {
      for (let place = first; place < last; place++) {
        this.coefficients[column * this.width + this.order[place]!]! +=
          products[(column - from) * count + place - first]!;
      }
    }
  }

  private columns(from: number, to: number): Float64Array {
    return this.table.subarray(from * this.rows, to * this.rows);
  }

  private share(place: number): number {
    return this.shares[this.order[place]!]!;
  }

  private measure(place: number): void {
    const feature = this.order[place]!;
    const length = this.lengths[feature]!;
    if (length > 0) this.shares[feature] = norm(this.table, place * this.rows, this.rows) / length;
  }

  /** The place from `from` before `to` with the largest share. */
  private largest(from: number, to: number): number {
    let best = from;
    for (let place = from + 1; place < to; place++) if (this.share(place) > this.share(best)) best = place;
    return best;
  }

  private swap(a: number, b: number): void {
    if (a === b) return;
    [this.order[a], this.order[b]] = [this.order[b]!, this.order[a]!];
    const kept = this.columns(a, a + 1).slice();
    this.columns(a, a + 1).set(this.columns(b, b + 1));
    this.columns(b, b + 1).set(kept);
  }
}

function notFinite(features: Float64Array, width: number, column: number): IllPosedError {
  const row = features.findIndex((value, index) => index % width === column && !(Math.abs(value) < 1e150));
  return new IllPosedError(
    'not-finite',
    `Feature ${column} of row ${Math.floor(row / width)} is ${features[row]}: it must be a number below 1e150.`,
  );
}
