/**
 * A second implementation of descent on f + Σ term(g) with ascending multipliers, as plain as can be: loops over numbers in
 * double precision, forces by hand, nothing shared with the product.
 */
export interface Saddle {
  readonly start: readonly number[];
  /** ∇f */
  gradient(x: readonly number[]): number[];
  /** g, wanted at or below 0. */
  constraints(x: readonly number[]): number[];
  /** ∂g_i/∂x_k as `[i][k]`. */
  jacobian(x: readonly number[]): number[][];
}

/** What a method keeps per constraint, by name; `lambda` is among them. */
export type Kept = Readonly<Record<string, number>>;

export interface Dual {
  /** First values. */
  readonly start: Kept;
  /** ∂term/∂g */
  force(g: number, kept: Kept): number;
  ascend(g: number, kept: Kept): Kept;
}

export type Order = 'simultaneous' | 'dual-first' | 'primal-first' | 'extragradient';
export const ORDERS: readonly Order[] = ['simultaneous', 'dual-first', 'primal-first', 'extragradient'];

export interface SaddlePoint {
  readonly x: readonly number[];
  readonly kept: readonly Kept[];
}

/** The points before the first and after each step. */
export function saddlePoints(
  saddle: Saddle,
  dual: Dual,
  order: Order,
  learningRate: number,
  steps: number,
): SaddlePoint[] {
  const points: SaddlePoint[] = [{ x: saddle.start, kept: saddle.constraints(saddle.start).map(() => dual.start) }];
  const descended = (from: readonly number[], at: readonly number[], kept: readonly Kept[]): number[] => {
    const g = saddle.constraints(at);
    const jacobian = saddle.jacobian(at);
    const gradient = saddle.gradient(at);
    return from.map((value, k) => {
      const pull = g.reduce((sum, each, i) => sum + dual.force(each, kept[i]!) * jacobian[i]![k]!, gradient[k]!);
      return value - learningRate * pull;
    });
  };
  const ascended = (from: readonly Kept[], at: readonly number[]): Kept[] =>
    saddle.constraints(at).map((g, i) => dual.ascend(g, from[i]!));
  for (let step = 0; step < steps; step++) {
    const { x, kept } = points.at(-1)!;
    if (order === 'simultaneous') points.push({ x: descended(x, x, kept), kept: ascended(kept, x) });
    if (order === 'dual-first') {
      const moved = ascended(kept, x);
      points.push({ x: descended(x, x, moved), kept: moved });
    }
    if (order === 'primal-first') {
      const moved = descended(x, x, kept);
      points.push({ x: moved, kept: ascended(kept, moved) });
    }
    if (order === 'extragradient') {
      const [trial, trialKept] = [descended(x, x, kept), ascended(kept, x)];
      points.push({ x: descended(x, trial, trialKept), kept: ascended(kept, trial) });
    }
  }
  return points;
}

export const positivePart = (value: number): number => Math.max(value, 0);
