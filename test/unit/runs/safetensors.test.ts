import { describe, expect, test } from 'vitest';
import { decodeTensors, encodeTensors } from '../../../extension/runs/safetensors';

const TENSORS = [
  { name: '0.weight', shape: [2, 3], values: Float32Array.of(1, -2, 3.5, 0, -0, 1e-30) },
  { name: '0.bias', shape: [2], values: Float32Array.of(0.1, 0.2) },
];

describe('A safetensors file', () => {
  test('gives back the tensors and metadata it was written with', () => {
    const file = decodeTensors(encodeTensors({ tensors: TENSORS, metadata: { epoch: '3' } }));
    expect(file.tensors).toEqual(TENSORS);
    expect(file.metadata).toEqual({ epoch: '3' });
  });

  test('follows the format byte for byte: length, header padded to 8, then little-endian float32', () => {
    const bytes = encodeTensors({ tensors: [{ name: 'a', shape: [1], values: Float32Array.of(1) }] });
    const header = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8, ' ');
    expect([...bytes.subarray(0, 8)]).toEqual([padded.length, 0, 0, 0, 0, 0, 0, 0]);
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + padded.length))).toBe(padded);
    // 1.0 is 0x3f800000
    expect([...bytes.subarray(8 + padded.length)]).toEqual([0, 0, 0x80, 0x3f]);
  });

  test('writes only the viewed part of a larger buffer', () => {
    const view = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const [tensor] = decodeTensors(encodeTensors({ tensors: [{ name: 'a', shape: [2], values: view }] })).tensors;
    expect([...tensor!.values]).toEqual([1, 2]);
  });

  test('is read from a Buffer that lies inside a pool', () => {
    const pool = Buffer.alloc(4096, 7);
    const bytes = encodeTensors({ tensors: TENSORS });
    pool.set(bytes, 13);
    expect(decodeTensors(pool.subarray(13, 13 + bytes.length)).tensors).toEqual(TENSORS);
  });

  test('that is cut off is refused with what is missing', () => {
    const bytes = encodeTensors({ tensors: TENSORS });
    expect(() => decodeTensors(bytes.subarray(0, 4))).toThrow('header is cut off');
    expect(() => decodeTensors(bytes.subarray(0, bytes.length - 1))).toThrow('tensor 0.bias is cut off');
  });
});
