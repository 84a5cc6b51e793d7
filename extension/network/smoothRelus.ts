/**
 * GELU and SiLU, as PyTorch's `nn.GELU()` (the exact one) and `nn.SiLU()`: smooth, with a shallow valley below 0. They are
 * written so that they keep to their range far from 0 on every engine, which a guarantee about outputs rests on.
 *
 * The factor x is held above a floor: below it the true value is 0 to float32's accuracy, while what multiplies x need not
 * be exactly 0 (onnxruntime's sigmoid is off by up to 1e-7), and x = −1e9 would make −100 of that.
 */
import { add, erf, maximum, mul, sigmoid, type Tensor2D } from '@tensorflow/tfjs-core';

/** GELU(−6) = −6e-9. */
const GELU_FLOOR = -6;
/** SiLU(−20) = −4e-8. */
const SILU_FLOOR = -20;

/** `x·Φ(x)`, with `Φ(x) = ½(1 + erf(x/√2))` the normal distribution. Source: Hendrycks & Gimpel, arXiv 1606.08415. */
export function gelu(x: Tensor2D): Tensor2D {
  const half = mul(maximum(x, GELU_FLOOR), 0.5);
  return mul(half, add(erf(mul(x, Math.SQRT1_2)), 1));
}

/** `x·sigmoid(x)`. Source: Elfwing et al., arXiv 1702.03118. */
export function silu(x: Tensor2D): Tensor2D {
  return mul(maximum(x, SILU_FLOOR), sigmoid(x));
}
