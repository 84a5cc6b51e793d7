/**
 * TFRecord framing: each record is its length (8 bytes), the masked CRC-32C of these bytes, its data, and the masked
 * CRC-32C of the data; all little-endian.
 * Source: tensorflow/core/lib/io/record_writer.h.
 */
import { maskedCrc32c } from './crc32c';

const LENGTH_BYTES = 8;
const SUM_BYTES = 4;

export function encodeRecords(records: readonly Uint8Array[]): Uint8Array {
  const frame = LENGTH_BYTES + 2 * SUM_BYTES;
  const bytes = new Uint8Array(records.reduce((size, record) => size + frame + record.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const record of records) {
    view.setBigUint64(at, BigInt(record.length), true);
    view.setUint32(at + LENGTH_BYTES, maskedCrc32c(bytes.subarray(at, at + LENGTH_BYTES)), true);
    const start = at + LENGTH_BYTES + SUM_BYTES;
    bytes.set(record, start);
    at = start + record.length;
    view.setUint32(at, maskedCrc32c(record), true);
    at += SUM_BYTES;
  }
  return bytes;
}
