/**
 * The safetensors file format: 8 bytes little-endian length of a JSON header, the header, then the tensors' bytes. It
 * is what PyTorch users load with `safetensors.torch.load_file`. float32 only.
 * Source: the format section of the huggingface/safetensors README.
 */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major float32. */
  readonly values: Float32Array;
}

export interface TensorFile {
  readonly tensors: NamedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const LENGTH_BYTES = 8;
const METADATA = '__metadata__';

export function encodeTensors(file: {
  tensors: readonly NamedTensor[];
  metadata?: Record<string, string>;
}): Uint8Array {
  const header: Record<string, HeaderEntry | Record<string, string>> = {};
  if (file.metadata) header[METADATA] = file.metadata;
  let offset = 0;
  for (const { name, shape, values } of file.tensors) {
    if (name === METADATA || name in header) throw new Error(`internal: tensor name ${name} is taken`);
    header[name] = { dtype: 'F32', shape: [...shape], data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  // Spaces after the header keep the tensors aligned to 8 bytes, as the format asks.
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength);
  bytes.set(json, LENGTH_BYTES);
  let position = LENGTH_BYTES + headerLength;
  for (const { values } of file.tensors) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return bytes;
}

/** A tensor as it lies in the file, of whatever type. */
export interface TensorEntry {
  readonly name: string;
  /** Such as `F32`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Row-major, little-endian; a view on the file. */
  readonly bytes: Uint8Array;
}

/** @throws Error naming what is wrong when `bytes` are no safetensors file, or not all of one. */
export function tensorEntries(bytes: Uint8Array): { entries: TensorEntry[]; metadata: Record<string, string> } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = bytes.length < LENGTH_BYTES ? -1 : Number(view.getBigUint64(0, true));
  const dataStart = LENGTH_BYTES + headerLength;
  if (headerLength < 2 || dataStart > bytes.length) throw new Error('not a safetensors file: its header is cut off');
  const header = headerOf(bytes.subarray(LENGTH_BYTES, dataStart));
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, value]): TensorEntry => {
      const { dtype, shape, data_offsets: offsets } = entryOf(name, value);
      const [from, to] = offsets;
      if (dataStart + to > bytes.length) throw new Error(`tensor ${name} is cut off`);
      return { name, dtype, shape, bytes: bytes.subarray(dataStart + from, dataStart + to) };
    });
  return { entries, metadata: (header[METADATA] as Record<string, string> | undefined) ?? {} };
}

function headerOf(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown = null;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Told below, as any other header that is none.
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new Error('not a safetensors file: its header is not a JSON object');
  }
  return header as Record<string, unknown>;
}

function entryOf(name: string, value: unknown): HeaderEntry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<HeaderEntry>;
  const areSizes = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((each) => Number.isSafeInteger(each) && each >= 0);
  if (typeof dtype === 'string' && areSizes(shape) && areSizes(offsets) && offsets.length === 2) {
    if (offsets[0] <= offsets[1]) return { dtype, shape, data_offsets: offsets };
  }
  throw new Error(`not a safetensors file: its header does not say what type, shape and place tensor ${name} has`);
}

/** @throws Error naming what is wrong when `bytes` are no float32 safetensors file. */
export function decodeTensors(bytes: Uint8Array): TensorFile {
  const { entries, metadata } = tensorEntries(bytes);
  const tensors = entries.map(({ name, dtype, shape, bytes: own }): NamedTensor => {
    if (dtype !== 'F32') throw new Error(`tensor ${name} has dtype ${dtype}; only F32 is read`);
    // A copy of its own: aligned to 4 bytes, and not a view on the pool that a small Buffer lives in.
    const values = new Float32Array(own.length / 4);
    new Uint8Array(values.buffer).set(own);
    return { name, shape, values };
  });
  return { tensors, metadata };
}
