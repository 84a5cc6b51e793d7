import { expect, test } from 'vitest';
import { nextCeiling, roundTicks } from '../../../extension/pictures/ticks';

test('ticks are round numbers with 0 among them', () => {
  expect(roundTicks(-0.3, 1, 5)).toEqual([0, 0.5, 1]);
  expect(roundTicks(-28, 40, 6)).toEqual([-20, 0, 20, 40]);
  expect(roundTicks(0, 0.6, 6)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
});

test('there are no ticks on an axis without length', () => {
  expect(roundTicks(1, 1, 5)).toEqual([]);
});

test('the height axis grows at once, to a round number', () => {
  expect(nextCeiling(0, 0.37)).toBe(0.4);
  expect(nextCeiling(0.4, 0.45)).toBe(0.5);
});

test('the height axis stays put while bars move within it, and shrinks only when they fill less than half', () => {
  expect(nextCeiling(0.5, 0.3)).toBe(0.5);
  expect(nextCeiling(0.5, 0.23)).toBe(0.5); // 0.23 / 0.5 = 0.46
  expect(nextCeiling(0.5, 0.2)).toBe(0.3);
});

test('an empty picture keeps its axis', () => {
  expect(nextCeiling(0, 0)).toBe(1);
  expect(nextCeiling(0.5, 0)).toBe(0.5);
});
