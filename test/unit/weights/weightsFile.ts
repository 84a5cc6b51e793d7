/** Safetensors files as other programs write them: any type of numbers, any names, and broken ones. */
export interface WrittenTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export function f32(name: string, shape: readonly number[], values: readonly number[]): WrittenTensor {
  return { name, dtype: 'F32', shape, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

export function f64(name: string, shape: readonly number[], values: readonly number[]): WrittenTensor {
  return { name, dtype: 'F64', shape, bytes: new Uint8Array(Float64Array.from(values).buffer) };
}

/** `bits` are those of each number. */
export function halves(
  dtype: 'F16' | 'BF16',
  name: string,
  shape: readonly number[],
  bits: readonly number[],
): WrittenTensor {
  return { name, dtype, shape, bytes: new Uint8Array(Uint16Array.from(bits).buffer) };
}

export function tensorFile(tensors: readonly WrittenTensor[], metadata?: Record<string, string>): Uint8Array {
  const header: Record<string, unknown> = metadata === undefined ? {} : { __metadata__: metadata };
  let size = 0;
  for (const { name, dtype, shape, bytes } of tensors) {
    header[name] = { dtype, shape, data_offsets: [size, size + bytes.length] };
    size += bytes.length;
  }
  return fileOf(JSON.stringify(header), ...tensors.map(({ bytes }) => bytes));
}

/** A header that says anything. */
export function fileOf(header: string, ...contents: readonly Uint8Array[]): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return Uint8Array.from([...length, ...text, ...contents.flatMap((each) => [...each])]);
}

/** 2-3-1 by hand, in raw units. */
export const SMALL = [
  f32('0.weight', [3, 2], [1, -2, 0.5, 0.25, -1, 3]),
  f32('0.bias', [3], [0.5, -1, 2]),
  f32('2.weight', [1, 3], [2, -1, 0.5]),
  f32('2.bias', [1], [10]),
];

/** What it predicts with ReLU between its layers. */
export function predictSmall([a, b]: readonly [number, number]): number {
  const relu = (x: number): number => Math.max(0, x);
  const [h0, h1, h2] = [relu(a - 2 * b + 0.5), relu(0.5 * a + 0.25 * b - 1), relu(-a + 3 * b + 2)];
  return 2 * h0 - h1 + 0.5 * h2 + 10;
}
