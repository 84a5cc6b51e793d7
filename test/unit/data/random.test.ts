import { describe, expect, test } from 'vitest';
import { epochBatches } from '../../../extension/data/batches';
import { randomStream, shuffledIndices } from '../../../extension/data/random';
import { heldOutByShare, splitByMark, splitByShare } from '../../../extension/data/split';
import { moments, scalingOf } from '../../../extension/data/standardize';

const ascending = (indices: Iterable<number>): number[] => [...indices].sort((a, b) => a - b);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('Streams', () => {
  test('The numbers of a seed never change: runs of old stay repeatable', () => {
    const stream = randomStream(0, 'weights');
    expect([stream.uniform(), stream.uniform(), stream.integer(100), stream.uniform(-2, 2)]).toMatchInlineSnapshot(`
      [
        0.4993212819099426,
        0.06670492887496948,
        15,
        -0.2808082103729248,
      ]
    `);
    expect([...shuffledIndices(8, randomStream(1, 'split'))]).toMatchInlineSnapshot(`
      [
        4,
        2,
        5,
        3,
        7,
        0,
        1,
        6,
      ]
    `);
  });

  test('Neighbouring seeds, purposes and indices have nothing in common', () => {
    const firsts = new Set<number>();
    for (let seed = 0; seed < 50; seed++) {
      for (const purpose of ['split', 'weights', 'batches'] as const) {
        for (let index = 0; index < 10; index++) firsts.add(randomStream(seed, purpose, index).uniform());
      }
    }
    // 1,500 draws from 2²⁴ numbers: 0.07 collisions are expected.
    expect(firsts.size).toBeGreaterThan(1497);
    const values = [...firsts];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    // The mean of n uniform numbers lies within 4·√(1/12n) = 0.03 of 0.5.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
  });

  test('Uniform numbers fill their range evenly and never reach its end', () => {
    const stream = randomStream(7, 'weights');
    const bins = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 100_000; draw++) {
      const value = stream.uniform(-1, 1);
      expect(value >= -1 && value < 1).toBe(true);
      bins[Math.floor((value + 1) * 5)]! += 1;
    }
    // 10,000 a bin, standard deviation √(100000·0.1·0.9) = 95.
    for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  test('Every order of three is equally likely', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = shuffledIndices(3, randomStream(seed, 'split')).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // 1,000 each, standard deviation √(6000·5/36) = 29.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });
});

describe('Batches', () => {
  test('Every epoch visits each row once, in an order of its own; the last batch is what is left', () => {
    const choose = randomStream(3, 'batches');
    for (let trial = 0; trial < 60; trial++) {
      const count = 1 + choose.integer(200);
      const size = 1 + choose.integer(250);
      const batches = epochBatches(count, size, trial, trial % 3);
      const history = `count ${count}, batch ${size}, seed ${trial}`;
      expect(ascending(batches.flatMap((batch) => [...batch])), history).toEqual(upTo(count));
      expect(batches.length, history).toBe(Math.ceil(count / size));
      expect(
        batches.slice(0, -1).every((batch) => batch.length === size),
        history,
      ).toBe(true);
    }
  });

  test('The same seed and epoch give the same batches, another epoch others', () => {
    expect(epochBatches(50, 8, 1, 2)).toEqual(epochBatches(50, 8, 1, 2));
    expect(epochBatches(50, 8, 1, 2)).not.toEqual(epochBatches(50, 8, 1, 3));
    expect(epochBatches(50, 8, 1, 2)).not.toEqual(epochBatches(50, 8, 2, 2));
  });
});

describe('Splits', () => {
  test('Both parts are ascending and together hold each row once', () => {
    const choose = randomStream(4, 'batches');
    for (let trial = 0; trial < 60; trial++) {
      const count = 1 + choose.integer(300);
      const share = choose.uniform(0, 0.9);
      const { train, validation } = splitByShare(count, share, trial);
      const history = `count ${count}, share ${share}, seed ${trial}`;
      expect(ascending([...train, ...validation]), history).toEqual(upTo(count));
      expect([...train], history).toEqual(ascending(train));
      expect([...validation], history).toEqual(ascending(validation));
      expect(validation.length, history).toBe(heldOutByShare(count, share));
      expect(train.length, history).toBeGreaterThan(0);
    }
  });

  test('A share above 0 holds out at least one row and never the last', () => {
    expect([heldOutByShare(10, 0), heldOutByShare(3, 0.1), heldOutByShare(2, 0.9), heldOutByShare(1, 0.2)]).toEqual([
      0, 1, 1, 0,
    ]);
  });

  test('Marked rows are held out', () => {
    const { train, validation } = splitByMark(Uint8Array.from([0, 1, 1, 0]));
    expect([[...train], [...validation]]).toEqual([
      [0, 3],
      [1, 2],
    ]);
  });
});

describe('Moments', () => {
  test('Groups of columns share one mean and one population deviation', () => {
    // Rows (1, 3 | 10) and (5, 7 | 14): group one 1, 3, 5, 7 → mean 4, variance (9 + 1 + 1 + 9)/4 = 5; two 10, 14 → 12, 4.
    expect(moments(Float32Array.from([1, 3, 10, 5, 7, 14]), [2, 1])).toEqual([
      { mean: 4, deviation: Math.sqrt(5) },
      { mean: 12, deviation: 2 },
    ]);
  });

  test('A large offset costs no precision', () => {
    // 16,777,214 ± 2 in float32; E[x²] − E[x]² in double precision would do, in single it would be lost.
    expect(moments(Float32Array.from([16_777_212, 16_777_216]), [1])).toEqual([{ mean: 16_777_214, deviation: 2 }]);
  });

  test('Equal values have deviation exactly 0, also where their mean rounds', () => {
    const constant = new Float32Array(1000).fill(0.1);
    expect(moments(constant, [1])).toEqual([{ mean: Math.fround(0.1), deviation: 0 }]);
    expect([...scalingOf(moments(constant, [1]), [1], true).deviation]).toEqual([1]);
  });
});
