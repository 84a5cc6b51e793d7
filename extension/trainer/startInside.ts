/**
 * A first network whose outputs are all strictly inside their bounds, for methods that can start nowhere else (a pure
 * barrier). Only the last layer is touched: its bias is moved as little as it takes, and where the outputs reach further
 * than the bounds are apart its weights are made smaller. Holds for the training rows; others may lie outside.
 */
import type { Session } from '../engines/engine';
import type { PlainBounds } from '../methods/method';
import { lastLayerNames } from '../network/network';
import { plainBounds, violationOf } from '../step/sides';
import type { Plan } from './plan';

/** Weights `[features · outputs]`, row-major, and biases `[outputs]`. */
interface LastLayerValues {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/**
 * `margin` is in training units; between bounds nearer together than four times that, it is a quarter of their distance.
 *
 * @throws Error when the bounds of a target are so near together that 32-bit numbers have nothing between them.
 */
export async function startInside(
  session: Session,
  { shape, step }: Plan,
  train: { readonly count: number; readonly inputs: Float32Array },
  margin: number,
  targetNames: readonly string[],
): Promise<void> {
  const names = lastLayerNames(shape);
  const state = await session.readState();
  const { sides } = step.spec;
  const moved = movedInside(
    { weight: state[names.weight]!, bias: state[names.bias]! },
    await session.predict(train.inputs, train.count),
    plainBounds(sides, targetNames.length),
    margin,
  );
  await session.writeState({ [names.weight]: moved.weight, [names.bias]: moved.bias });

  const outputs = await session.predict(train.inputs, train.count);
  for (const side of sides) {
    // Written so that a NaN is no inside either.
    const index = violationOf(side, outputs).findIndex((g) => !(g < 0));
    if (index < 0) continue;
    throw new Error(
      `No output can start strictly inside the bounds of "${targetNames[index % targetNames.length]}": as 32-bit numbers in training units they leave no room. Move "min" and "max" apart, lower "boundMargin" if there is one, or take another method.`,
    );
  }
}

/** The layer that takes `outputs` `[rows · outputs]` inside, from the one that gave them. */
export function movedInside(
  layer: LastLayerValues,
  outputs: Float32Array,
  { lower, upper }: PlainBounds,
  margin: number,
): LastLayerValues {
  const width = layer.bias.length;
  const weight = layer.weight.slice();
  const bias = layer.bias.slice();
  for (let output = 0; output < width; output++) {
    const ofOutput = outputs.filter((_, index) => index % width === output);
    const least = ofOutput.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const most = ofOutput.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const room = Math.min(margin, (upper[output]! - lower[output]!) / 4);
    const from = lower[output]! + room;
    const to = upper[output]! - room;
    const factor = most - least > to - from ? (to - from) / (most - least) : 1;
    const shift = Math.max(from - factor * least, 0) + Math.min(to - factor * most, 0);
    for (let index = output; index < weight.length; index += width) weight[index]! *= factor;
    bias[output] = factor * bias[output]! + shift;
  }
  return { weight, bias };
}
