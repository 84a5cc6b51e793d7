/**
 * A chain of linear layers found among a file's tensors: `0.weight` `[out, in]`, `0.bias`, `2.weight`, … as PyTorch's
 * `nn.Sequential` names them, with whatever stands before the numbers in all of them (`model.`, `net.`, `fc`). The numbers
 * tell the order; which module lies between two layers is not in such a file.
 */
import type { RawLayer } from '../network/unfold';
import type { TensorEntry } from '../runs/safetensors';
import { FLOAT_TYPES, floatsOf } from './floats';
import { WeightsError } from './weightsError';

export interface NamedLayer extends RawLayer {
  /** As in the file, such as `model.0`. */
  readonly name: string;
}

/** Of one network; those of an experiment file are held to the same. */
const MOST_LAYERS = 17;
const MOST_UNITS = 16384;

const HOW_TO_SAVE =
  'Save them as one chain: safetensors.torch.save_file(nn.Sequential(nn.Linear(…), nn.ReLU(), …, nn.Linear(…)).state_dict(), "model.safetensors")';

/** At least one layer, each fed by the one before. @throws WeightsError */
export function linearChain(entries: readonly TensorEntry[]): NamedLayer[] {
  const numbered = entries.map((entry) => ({ entry, ...nameParts(entry) }));
  const [{ prefix } = { prefix: '' }] = numbered;
  const other = numbered.find((each) => each.prefix !== prefix);
  if (entries.length === 0) throw new WeightsError('no-chain', `it holds no tensor. ${HOW_TO_SAVE}.`);
  if (other !== undefined) {
    throw new WeightsError(
      'no-chain',
      `"${numbered[0]!.entry.name}" and "${other.entry.name}" are not layers of one chain. ${HOW_TO_SAVE}.`,
    );
  }
  const indices = [...new Set(numbered.map(({ index }) => index))].sort((a, b) => a - b);
  if (indices.length > MOST_LAYERS) {
    throw new WeightsError(
      'too-large',
      `it has ${indices.length} linear layers, and a network here has ${MOST_LAYERS} at most. Start from a smaller one.`,
    );
  }
  const layers = indices.map((index) => layerOf(`${prefix}${index}`, entries));
  for (const [index, layer] of layers.entries()) {
    const before = layers[index - 1];
    if (before === undefined || before.outputs === layer.inputs) continue;
    throw new WeightsError(
      'no-chain',
      `"${layer.name}.weight" is [${layer.outputs}, ${layer.inputs}], but "${before.name}.weight" before it is [${before.outputs}, ${before.inputs}]: ${layer.inputs} inputs from ${before.outputs} outputs. ${HOW_TO_SAVE}.`,
    );
  }
  return layers;
}

function nameParts({ name, shape }: TensorEntry): { prefix: string; index: number } {
  const match = /^(.*?)(\d{1,6})\.(weight|bias)$/s.exec(name);
  const isLinear = match?.[3] === 'weight' ? shape.length === 2 : shape.length === 1;
  if (match !== null && isLinear) return { prefix: match[1]!, index: Number(match[2]) };
  throw new WeightsError(
    'no-chain',
    `"${name}" of shape [${shape.join(', ')}] belongs to no linear layer: expected are "0.weight" [out, in] and "0.bias" [out], then "2.weight" and so on, with activations alone between them. ${HOW_TO_SAVE}.`,
  );
}

function layerOf(name: string, entries: readonly TensorEntry[]): NamedLayer {
  const find = (part: 'weight' | 'bias'): TensorEntry | undefined =>
    entries.find((entry) => entry.name === `${name}.${part}`);
  const [weight, bias] = [find('weight'), find('bias')];
  if (weight === undefined) {
    throw new WeightsError('no-chain', `there is "${name}.bias", but no "${name}.weight". ${HOW_TO_SAVE}.`);
  }
  const [outputs, inputs] = weight.shape as [number, number];
  if (bias === undefined) {
    throw new WeightsError(
      'missing-bias',
      `there is "${name}.weight", but no "${name}.bias", and every layer here has one. Add it, of ${outputs} zeros where the layer has none: torch.zeros(${outputs}).`,
    );
  }
  if (bias.shape[0] !== outputs) {
    throw new WeightsError(
      'no-chain',
      `"${bias.name}" is [${bias.shape[0]}], but "${weight.name}" [${outputs}, ${inputs}] has ${outputs} outputs. ${HOW_TO_SAVE}.`,
    );
  }
  const size = [inputs, outputs].find((each) => each < 1 || each > MOST_UNITS);
  if (size !== undefined) {
    throw new WeightsError(
      'too-large',
      `"${weight.name}" is [${outputs}, ${inputs}], and a layer here has 1 to ${MOST_UNITS} inputs and outputs. Start from another network.`,
    );
  }
  return { name, inputs, outputs, weight: valuesOf(weight), bias: valuesOf(bias) };
}

function valuesOf({ name, dtype, shape, bytes }: TensorEntry): Float64Array {
  const values = floatsOf(
    dtype,
    bytes,
    shape.reduce((a, b) => a * b, 1),
  );
  if (values === null) {
    throw FLOAT_TYPES.includes(dtype)
      ? new WeightsError('not-safetensors', `"${name}" has other bytes than its shape [${shape.join(', ')}] takes.`)
      : new WeightsError(
          'number-type',
          `"${name}" is of type ${dtype}, and ${FLOAT_TYPES.slice(0, -1).join(', ')} or ${FLOAT_TYPES.at(-1)} are read. Convert it: model.float().`,
        );
  }
  // Training is in float32, which such a weight would leave at the first step.
  const at = values.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (at >= 0) {
    throw new WeightsError(
      'not-finite',
      `"${name}" holds ${Number.isFinite(values[at]!) ? `${values[at]}, too large for 32-bit numbers,` : values[at]} at index ${at}. Start from a network that has not diverged.`,
    );
  }
  return values;
}
