/**
 * Dense kernels in double precision on plain arrays: vectors, and matrices of equally long columns that stand one after
 * another. Only what the exact solvers need, in tiles that keep a processor busy; no shapes are checked.
 */

/** Values a tile's inner loop goes through at once: 2 + 4 columns of 1024 doubles stay in the fastest caches. */
const CHUNK = 512;

/** Σ a[i]·b[i] over `length` values from the given places; four partial sums, so the order is not left to right. */
export function dot(a: Float64Array, aStart: number, b: Float64Array, bStart: number, length: number): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    sum0 += a[aStart + i]! * b[bStart + i]!;
    sum1 += a[aStart + i + 1]! * b[bStart + i + 1]!;
    sum2 += a[aStart + i + 2]! * b[bStart + i + 2]!;
    sum3 += a[aStart + i + 3]! * b[bStart + i + 3]!;
  }
  for (; i < length; i++) sum0 += a[aStart + i]! * b[bStart + i]!;
  return sum0 + sum1 + (sum2 + sum3);
}

/** `y += factor·x` over `length` values from the given places. */
export function addMultiple(
  y: Float64Array,
  yStart: number,
  factor: number,
  x: Float64Array,
  xStart: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) y[yStart + i]! += factor * x[xStart + i]!;
}

/** Euclidean length of `length` values from `start`. */
export function norm(values: Float64Array, start: number, length: number): number {
  return Math.sqrt(dot(values, start, values, start, length));
}

/** Row-major `[rows, width]` to row-major `[width, rows]`, which is the same matrix by columns. */
export function transpose(matrix: Float64Array, rows: number, width: number): Float64Array {
  const BLOCK = 32;
  const transposed = new Float64Array(rows * width);
  for (let row0 = 0; row0 < rows; row0 += BLOCK) {
    const rowEnd = Math.min(rows, row0 + BLOCK);
    for (let column0 = 0; column0 < width; column0 += BLOCK) {
      const columnEnd = Math.min(width, column0 + BLOCK);
      for (let row = row0; row < rowEnd; row++) {
        for (let column = column0; column < columnEnd; column++) {
          transposed[column * rows + row] = matrix[row * width + column]!;
        }
      }
    }
  }
  return transposed;
}

/** LᵀR: `[left columns, right columns]` row-major, for columns of `rows` values each. */
export function innerProducts(left: Float64Array, right: Float64Array, rows: number): Float64Array {
  const nLeft = left.length / rows;
  const nRight = right.length / rows;
  const products = new Float64Array(nLeft * nRight);
  const tiledLeft = nLeft - (nLeft % 4);
  const tiledRight = nRight - (nRight % 2);
  for (let start = 0; start < rows; start += CHUNK) {
    const end = Math.min(rows, start + CHUNK);
    for (let j = 0; j < tiledRight; j += 2) {
      for (let k = 0; k < tiledLeft; k += 4) addTile(left, k, right, j, rows, start, end, products, nRight);
      for (let k = tiledLeft; k < nLeft; k++) {
        products[k * nRight + j]! += dot(left, k * rows + start, right, j * rows + start, end - start);
        products[k * nRight + j + 1]! += dot(left, k * rows + start, right, (j + 1) * rows + start, end - start);
      }
    }
    if (tiledRight === nRight) continue;
    for (let k = 0; k < nLeft; k++) {
      products[k * nRight + tiledRight]! += dot(left, k * rows + start, right, tiledRight * rows + start, end - start);
    }
  }
  return products;
}

/** Four left by two right columns: six loads for eight products. */
function addTile(
  left: Float64Array,
  k: number,
  right: Float64Array,
  j: number,
  rows: number,
  start: number,
  end: number,
  products: Float64Array,
  nRight: number,
): void {
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  const left0 = k * rows;
  const left1 = left0 + rows;
  const left2 = left1 + rows;
  const left3 = left2 + rows;
  const rightA = j * rows;
  const rightB = rightA + rows;
  for (let i = start; i < end; i++) {
    const a = right[rightA + i]!;
    const b = right[rightB + i]!;
    const value0 = left[left0 + i]!;
    const value1 = left[left1 + i]!;
    const value2 = left[left2 + i]!;
    const value3 = left[left3 + i]!;
    a0 += value0 * a;
    a1 += value1 * a;
    a2 += value2 * a;
    a3 += value3 * a;
    b0 += value0 * b;
    b1 += value1 * b;
    b2 += value2 * b;
    b3 += value3 * b;
  }
  const at = k * nRight + j;
  products[at]! += a0;
  products[at + nRight]! += a1;
  products[at + 2 * nRight]! += a2;
  products[at + 3 * nRight]! += a3;
  products[at + 1]! += b0;
  products[at + nRight + 1]! += b1;
  products[at + 2 * nRight + 1]! += b2;
  products[at + 3 * nRight + 1]! += b3;
}

/** `R −= L·factors` in place, `factors` `[left columns, right columns]` row-major. */
export function subtractProduct(right: Float64Array, left: Float64Array, factors: Float64Array, rows: number): void {
  const nLeft = left.length / rows;
  const nRight = right.length / rows;
  const tiledLeft = nLeft - (nLeft % 4);
  const tiledRight = nRight - (nRight % 2);
  for (let start = 0; start < rows; start += CHUNK) {
    const end = Math.min(rows, start + CHUNK);
    for (let j = 0; j < tiledRight; j += 2) {
      for (let k = 0; k < tiledLeft; k += 4) subtractTile(right, j, left, k, rows, start, end, factors, nRight);
    }
    for (let j = 0; j < nRight; j++) {
      for (let k = j < tiledRight ? tiledLeft : 0; k < nLeft; k++) {
        addMultiple(right, j * rows + start, -factors[k * nRight + j]!, left, k * rows + start, end - start);
      }
    }
  }
}

function subtractTile(
  right: Float64Array,
  j: number,
  left: Float64Array,
  k: number,
  rows: number,
  start: number,
  end: number,
  factors: Float64Array,
  nRight: number,
): void {
  const at = k * nRight + j;
  const a0 = factors[at]!;
  const a1 = factors[at + nRight]!;
  const a2 = factors[at + 2 * nRight]!;
  const a3 = factors[at + 3 * nRight]!;
  const b0 = factors[at + 1]!;
  const b1 = factors[at + nRight + 1]!;
  const b2 = factors[at + 2 * nRight + 1]!;
  const b3 = factors[at + 3 * nRight + 1]!;
  const left0 = k * rows;
  const left1 = left0 + rows;
  const left2 = left1 + rows;
  const left3 = left2 + rows;
  const rightA = j * rows;
  const rightB = rightA + rows;
  for (let i = start; i < end; i++) {
    const value0 = left[left0 + i]!;
    const value1 = left[left1 + i]!;
    const value2 = left[left2 + i]!;
    const value3 = left[left3 + i]!;
    right[rightA + i]! -= value0 * a0 + value1 * a1 + (value2 * a2 + value3 * a3);
    right[rightB + i]! -= value0 * b0 + value1 * b1 + (value2 * b2 + value3 * b3);
  }
}
