import { expect, test } from 'vitest';
import { blowUpWords, firstToBlowUp, type Magnitudes } from '../../../extension/doctor/blowUp';

const after = (step: number, sizes: Magnitudes['sizes']): Magnitudes => ({ step, sizes });

test('the quantity that leaves its size behind first is told, not the one that is larger in the end', () => {
  const blowUp = firstToBlowUp([
    after(10, { weights: 2, multipliers: 3 }),
    after(11, { weights: 2, multipliers: 6000 }),
    after(12, { weights: 4, multipliers: 60_000 }),
    after(13, { weights: Number.NaN, multipliers: Number.NaN }),
  ])!;
  // Ten thousand times the 3 it had at first.
  expect(blowUp).toMatchObject({
    quantity: 'multipliers',
    from: { step: 10, size: 3 },
    to: { step: 12, size: 60_000 },
  });
  expect(blowUp.growth).toBe(10);
  expect(blowUpWords(blowUp)).toBe('The multipliers blew up first: at most 3 after step 10, 60000 after step 12.');
});

test('what starts at 0 is measured from 1, as multipliers do', () => {
  const series = [after(0, { multipliers: 0 }), after(1, { multipliers: 9_999 }), after(2, { multipliers: 10_001 })];
  expect(firstToBlowUp(series)?.to.step).toBe(2);
});

test('of several in one step it is the one that grew most, and what overflowed grew without end', () => {
  const start = after(0, { slacks: 1, weights: 1, outputs: 1 });
  expect(firstToBlowUp([start, after(1, { slacks: 1, weights: 2e4, outputs: 3e4 })])?.quantity).toBe('outputs');
  const over = firstToBlowUp([start, after(1, { slacks: 1, weights: Number.POSITIVE_INFINITY, outputs: 1e30 })])!;
  expect(over.quantity).toBe('weights');
  expect(blowUpWords(over)).toBe('The weights blew up first: at most 1 after step 0, beyond all numbers after step 1.');
});

test('a training whose quantities all keep their size has none', () => {
  expect(firstToBlowUp([after(0, { weights: 1 }), after(1, { weights: 100 })])).toBeNull();
});
