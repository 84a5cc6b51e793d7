/** The head of a recorded network in the units of its data, as what follows its last layer in a model. */
import { type Tensor2D, tensor1d } from '@tensorflow/tfjs-core';
import type { BoundTensors, Head } from '../../methods/method';
import { findMethod } from '../../methods/registry';
import type { RecordedHead } from '../../runs/recordedHead';
import { sidesOf } from '../../step/sides';

/**
 * Raw outputs of the last layer → those of the head, `[samples, outputs]`. Makes its tensors anew at each call, so that it can
 * be traced.
 * @throws Error with a message for a person when the method is unknown or has no head.
 */
export function headInRawUnits(recorded: RecordedHead): (linear: Tensor2D) => Tensor2D {
  const head = knownHead(recorded);
  const { mean, deviation } = recorded;
  const bounds = recorded.min.map((min, output) => ({ min, max: recorded.max[output]! }));
  const asTheyAre = { mean: mean.map(() => 0), deviation: mean.map(() => 1) };
  return (linear) => {
    const sides: BoundTensors = Object.fromEntries(
      sidesOf(bounds, asTheyAre).map(({ name, bound, mask }) => [
        name,
        { bound: tensor1d(bound, 'float32'), mask: tensor1d(mask, 'float32') },
      ]),
    );
    const units = { mean: tensor1d(mean, 'float32'), deviation: tensor1d(deviation, 'float32') };
    return head.predict(linear, sides, units);
  };
}

function knownHead({ method, fields }: RecordedHead): Head {
  const known = findMethod(method);
  const parsed = known?.fields.safeParse(fields);
  if (known === undefined || !parsed?.success)
    throw new Error(`this version of Orthant knows no head "${method}" with these fields`);
  const { head } = known.bind(parsed.data);
  if (head === undefined) throw new Error(`the method "${method}" has no head`);
  return head;
}
