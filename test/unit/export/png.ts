/** Pixels of a PNG file of 8-bit colors with transparency, not interlaced: the kind that resvg writes. Source: W3C PNG, 2nd ed. */
import { inflateSync } from 'node:zlib';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `#rrggbb`; what shines through is not told. */
  at(x: number, y: number): string;
}

const BYTES_PER_PIXEL = 4;

export function decodePng(bytes: Uint8Array): Pixels {
  const file = Buffer.from(bytes);
  if (file.toString('latin1', 1, 4) !== 'PNG') throw new Error('no PNG');
  const parts: Buffer[] = [];
  let [width, height] = [0, 0];
  for (let offset = 8; offset < file.length; ) {
    const length = file.readUInt32BE(offset);
    const type = file.toString('latin1', offset + 4, offset + 8);
    const data = file.subarray(offset + 8, offset + 8 + length);
    if (type === 'IHDR') {
      [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      if (data[8] !== 8 || data[9] !== 6 || data[12] !== 0) throw new Error('another kind of PNG');
    }
    if (type === 'IDAT') parts.push(data);
    offset += length + 12;
  }
  const pixels = unfiltered(inflateSync(Buffer.concat(parts)), width * BYTES_PER_PIXEL, height);
  return {
    width,
    height,
    at: (x, y) => {
      const start = (y * width + x) * BYTES_PER_PIXEL;
      return `#${pixels.toString('hex', start, start + 3)}`;
    },
  };
}

/** Each row begins with the filter that says what was taken from its bytes. */
function unfiltered(data: Buffer, stride: number, height: number): Buffer {
  const pixels = Buffer.alloc(stride * height);
  for (let row = 0; row < height; row++) {
    const filter = data[row * (stride + 1)]!;
    for (let index = 0; index < stride; index++) {
      const at = row * stride + index;
      const left = index >= BYTES_PER_PIXEL ? pixels[at - BYTES_PER_PIXEL]! : 0;
      const up = row > 0 ? pixels[at - stride]! : 0;
      const corner = row > 0 && index >= BYTES_PER_PIXEL ? pixels[at - stride - BYTES_PER_PIXEL]! : 0;
      pixels[at] = (data[row * (stride + 1) + 1 + index]! + added(filter, left, up, corner)) & 0xff;
    }
  }
  return pixels;
}

function added(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    default:
      return paeth(left, up, corner);
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const a = Math.abs(guess - left);
  const b = Math.abs(guess - up);
  const c = Math.abs(guess - corner);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
