/**
 * The exact last layer put into a network in training: its weights are rounded to float32, which moves outputs by some
 * 1e-7 of their size and more where features nearly depend on each other, so what counts is what the network gives then.
 */
import type { Session } from '../engines/engine';
import { violationOf } from '../step/sides';
import { type ExactLayer, exactLayer, type LayerData, layerBasis } from './lastLayer';

/**
 * Features that nearly depend on others make large weights that cancel, which float32 can't. Taking more of them for
 * dependent costs a little of the optimum and may save more in rounding; the layer with the smallest loss as rounded is
 * taken.
 */
const TOLERANCES = [1e-7, 1e-6, 1e-5, 1e-4];
/** Rows × features² up to which that takes a second at most; above it the first is taken as it is. */
const SEARCH_BUDGET = 2e8;
/** Bounds are moved inwards by twice what outputs are outside, this often at most. */
const MOST_INSETS = 4;

interface Rounded {
  readonly layer: ExactLayer;
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  /** Largest violation and mean squared error of the network's own outputs, in training units. */
  readonly violation: number;
  readonly loss: number;
}

/** `names` are those of the last layer's tensors in the state; `inputs` are what `data.features` are features of. */
export async function polishLastLayer(
  session: Session,
  names: { readonly weight: string; readonly bias: string },
  inputs: Float32Array,
  data: LayerData,
): Promise<ExactLayer> {
  const width = data.features.length / data.count + 1;
  const tolerances = data.count * width ** 2 > SEARCH_BUDGET ? TOLERANCES.slice(0, 1) : TOLERANCES;
  const write = async ({ weight, bias }: Pick<Rounded, 'weight' | 'bias'>): Promise<void> =>
    session.writeState({ [names.weight]: weight, [names.bias]: bias });
  const round = async (layer: ExactLayer): Promise<Rounded> => {
    const rounded = { weight: Float32Array.from(layer.weight), bias: Float32Array.from(layer.bias) };
    await write(rounded);
    const outputs = await session.predict(inputs, data.count);
    const violation = Math.max(
      0,
      ...data.sides.map((side) => violationOf(side, outputs).reduce((a, b) => Math.max(a, b))),
    );
    const loss = outputs.reduce((sum, output, index) => sum + (output - data.targets[index]!) ** 2, 0) / outputs.length;
    return { layer, ...rounded, violation, loss };
  };

  let best: Rounded | null = null;
  for (const tolerance of tolerances) {
    const basis = layerBasis(data, tolerance);
    const layer = exactLayer(data, { basis });
    let candidate = await round(layer);
    let inset = 0;
    for (let attempt = 0; attempt < MOST_INSETS && candidate.violation > 0; attempt++) {
      inset += 2 * candidate.violation;
      candidate = { ...(await round(exactLayer(data, { basis, inset }))), layer };
    }
    if (best === null || isBetter(candidate, best)) best = candidate;
  }
  await write(best!);
  return best!.layer;
}

function isBetter(candidate: Rounded, best: Rounded): boolean {
  if (candidate.violation !== best.violation) return candidate.violation < best.violation;
  return candidate.loss < best.loss;
}
