/**
 * The head of a recorded network: what follows its last linear layer, and the numbers that takes, as JSON in the metadata
 * `head` of the file that holds the layers. The layers themselves are a plain network with PyTorch's names.
 */
import { z } from 'zod';

const numbers = z.array(z.number());
/** `null` where a target has no such bound. */
const bounds = z.array(z.number().nullable());

const schema = z.object({
  method: z.string(),
  fields: z.record(z.string(), z.unknown()),
  /** What it is of the last layer's `output`, in words and the targets' own units, with the names below. */
  formula: z.string(),
  /** In the targets' own units, one entry per output. */
  min: bounds,
  max: bounds,
  /** Scaling of the targets: the head was trained on `(output − mean) / deviation`. */
  mean: numbers,
  deviation: numbers,
});

export type RecordedHead = z.output<typeof schema>;

/** Key of the metadata. */
export const HEAD_KEY = 'head';

export function encodeHead(head: RecordedHead): string {
  return JSON.stringify(head);
}

/** @throws Error saying what is wrong when `text` is no head of a network with this many outputs. */
export function decodeHead(text: string, outputs: number): RecordedHead {
  const problem = (what: string): Error => new Error(`the metadata "${HEAD_KEY}" ${what}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw problem('is not JSON');
  }
  const head = schema.safeParse(value);
  if (!head.success) throw problem(`does not say what "${head.error.issues[0]?.path.join('.')}" is`);
  const { min, max, mean, deviation } = head.data;
  if ([min, max, mean, deviation].some(({ length }) => length !== outputs))
    throw problem(`is not for ${outputs} outputs`);
  return head.data;
}
