import { describe, expect, test } from 'vitest';
import { float32AtOrAbove, float32AtOrBelow, shiftInside } from '../../../extension/exact/shiftInside';

describe('The shift that brings outputs inside their bounds', () => {
  test.for([
    { outputs: [0, 0.5, 1], lower: 0, upper: 1, shift: 0 },
    { outputs: [-0.25, 0.5], lower: 0, upper: null, shift: 0.25 },
    { outputs: [-0.25, 0.5], lower: 0, upper: 0.75, shift: 0.25 },
    { outputs: [0.5, 1.25], lower: 0, upper: 1, shift: -0.25 },
    { outputs: [0.5, 1.25], lower: null, upper: 1, shift: -0.25 },
    { outputs: [-5, 5], lower: null, upper: null, shift: 0 },
    // From −¼ to ⅞ is wider than the bounds: up by ¼ puts the largest at 1⅛.
    { outputs: [-0.25, 0.875], lower: 0, upper: 1, shift: null },
    { outputs: [0.125, 1.25], lower: 0, upper: 1, shift: null },
    { outputs: [-1, 2], lower: 0, upper: 1, shift: null },
  ])('is $shift for $outputs between $lower and $upper', ({ outputs, shift, ...bounds }) => {
    expect(shiftInside(outputs, bounds)).toBe(shift);
  });
});

describe('The float32 at or above a number', () => {
  test.for([
    { value: 0.5, above: 0.5, below: 0.5 },
    // Float32 near 1 are 2⁻²³ apart, just below it 2⁻²⁴.
    { value: 1 + 1e-12, above: 1 + 2 ** -23, below: 1 },
    { value: 1 - 1e-12, above: 1, below: 1 - 2 ** -24 },
    { value: -1 - 1e-12, above: -1, below: -1 - 2 ** -23 },
    { value: 1e-60, above: 2 ** -149, below: 0 },
    { value: -1e-60, above: -0, below: -(2 ** -149) },
    { value: 3, above: 3, below: 3 },
  ])('$value is $above, and below it $below', ({ value, above, below }) => {
    expect(float32AtOrAbove(value)).toBe(above);
    expect(float32AtOrBelow(value)).toBe(below);
  });
});
