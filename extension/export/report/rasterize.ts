/**
 * An SVG file as PNG, drawn by resvg in WebAssembly with a font that comes along: the same pixels on every platform, with
 * no browser and nothing native.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** Of the bundled font; a text in a script that it lacks shows boxes. */
export const FONT = 'DejaVu Sans';
/** For screens of high resolution and for paper: pixels per CSS pixel. */
const SCALE = 2;

/** The file's font has to be `FONT`. */
export type Rasterize = (svg: string) => Uint8Array;

let font: Promise<Uint8Array> | null = null;

/** Loads what it takes, once. */
export async function rasterizer(): Promise<Rasterize> {
  font ??= load();
  const fontBuffers = [await font];
  return (svg) => {
    const drawing = new Resvg(svg, {
      fitTo: { mode: 'zoom', value: SCALE },
      font: { fontBuffers, defaultFontFamily: FONT, sansSerifFamily: FONT, serifFamily: FONT },
    });
    try {
      const image = drawing.render();
      try {
        return image.asPng();
      } finally {
        image.free();
      }
    } finally {
      drawing.free();
    }
  };
}

/** The font. */
async function load(): Promise<Uint8Array> {
  await initWasm(await readFile(fileOf('wasm/resvg.wasm', '@resvg/resvg-wasm/index_bg.wasm')));
  return readFile(fileOf('fonts/DejaVuSans.ttf', 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
}

/** Beside the bundle, or in a checkout that is run from its sources in its package. */
function fileOf(bundled: string, inPackage: string): string {
  const beside = path.join(__dirname, bundled);
  return existsSync(beside) ? beside : createRequire(__filename).resolve(inPackage);
}
