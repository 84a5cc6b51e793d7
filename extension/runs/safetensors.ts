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

/** @throws Error naming what is wrong when `bytes` are no float32 safetensors file. */
export function decodeTensors(bytes: Uint8Array): TensorFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = bytes.length < LENGTH_BYTES ? -1 : Number(view.getBigUint64(0, true));
  const dataStart = LENGTH_BYTES + headerLength;
  if (headerLength < 2 || dataStart > bytes.length) throw new Error('not a safetensors file: its header is cut off');
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, dataStart))) as Record<
    string,
    unknown
  >;
  const tensors = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => {
      const { dtype, shape, data_offsets: offsets } = value as HeaderEntry;
      if (dtype !== 'F32') throw new Error(`tensor ${name} has dtype ${dtype}; only F32 is read`);
      const [from, to] = offsets;
      if (dataStart + to > bytes.length) throw new Error(`tensor ${name} is cut off`);
      // A copy of its own: aligned to 4 bytes, and not a view on the pool that a small Buffer lives in.
      const values = new Float32Array((to - from) / 4);
      new Uint8Array(values.buffer).set(bytes.subarray(dataStart + from, dataStart + to));
      return { name, shape, values };
    });
  return { tensors, metadata: (header[METADATA] as Record<string, string> | undefined) ?? {} };
}
