/**
 * Bounds that not every output has, without a branch: where the mask is 1 there is one, where it is 0 there is none. All of
 * it is exact in float32, so that a mask costs no bound its last bit.
 */
import { add, mul, sub, type Tensor } from '@tensorflow/tfjs-core';

/** Far beyond all outputs, and still a float32. */
const FAR = 3e38;

interface Side {
  /** `[outputs]`, 0 where there is none. */
  readonly bound: Tensor;
  /** `[outputs]`, 1 or 0. */
  readonly mask: Tensor;
}

/** `inside` where the mask is 1, `outside` where it is 0; both finite. */
export function choose<Kind extends Tensor>(mask: Tensor, inside: Kind, outside: Kind): Kind {
  return add(mul(inside, mask), mul(outside, sub(1, mask)));
}

/** The bound, or far below everything. */
export function floorOf({ bound, mask }: Side): Tensor {
  return add(bound, mul(sub(mask, 1), FAR));
}

/** The bound, or far above everything. */
export function ceilingOf({ bound, mask }: Side): Tensor {
  return add(bound, mul(sub(1, mask), FAR));
}
