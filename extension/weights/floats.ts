/** The number types of safetensors that weights come in, read as doubles, which hold every one of them exactly. */

interface FloatType {
  readonly bytes: number;
  read(view: DataView, offset: number): number;
}

const TYPES: Readonly<Record<string, FloatType>> = {
  F64: { bytes: 8, read: (view, offset) => view.getFloat64(offset, true) },
  F32: { bytes: 4, read: (view, offset) => view.getFloat32(offset, true) },
  F16: { bytes: 2, read: (view, offset) => halfValue(view.getUint16(offset, true)) },
  BF16: { bytes: 2, read: (view, offset) => bfloatValue(view.getUint16(offset, true)) },
};

export const FLOAT_TYPES = Object.keys(TYPES);

/** `null` where the type is none of these, or the bytes are not `count` numbers. */
export function floatsOf(dtype: string, bytes: Uint8Array, count: number): Float64Array | null {
  const type = Object.hasOwn(TYPES, dtype) ? TYPES[dtype]! : null;
  if (type === null || bytes.length !== count * type.bytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: count }, (_, index) => type.read(view, index * type.bytes));
}

/** IEEE 754 binary16: a sign, 5 bits of exponent (bias 15), 10 of fraction. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  // Numbers below 2⁻¹⁴ have no leading one.
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

/** The upper half of a float32. */
function bfloatValue(bits: number): number {
  word.setUint32(0, bits * 0x10000);
  return word.getFloat32(0);
}
