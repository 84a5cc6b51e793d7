import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Clock } from '../../../extension/trainer/clock';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('A measure is due', () => {
  test('ten times a second', () => {
    const clock = new Clock(Date.now());
    vi.advanceTimersByTime(99);
    expect(clock.isMeasureDue(0)).toBe(false);
    vi.advanceTimersByTime(1);
    expect(clock.isMeasureDue(0)).toBe(true);
  });

  test('after each twentieth of a training that is over in a moment', () => {
    const clock = new Clock(Date.now());
    expect([0.04, 0.05].map((share) => clock.isMeasureDue(share))).toEqual([false, true]);
    clock.measured(0.1, 0.05);
    expect([0.09, 0.1].map((share) => clock.isMeasureDue(share))).toEqual([false, true]);
  });

  test('after no twentieth any more once all measures have taken ten milliseconds', () => {
    const clock = new Clock(Date.now());
    clock.measured(10, 0.05);
    expect(clock.isMeasureDue(0.5)).toBe(false);
    // A measure of 10 ms may take a fiftieth of the time: two of them, the first counted as 0, come after 100 ms.
    vi.advanceTimersByTime(100);
    expect(clock.isMeasureDue(0.5)).toBe(true);
    clock.measured(10, 0.5);
    vi.advanceTimersByTime(499);
    expect(clock.isMeasureDue(1)).toBe(false);
    vi.advanceTimersByTime(1);
    expect(clock.isMeasureDue(1)).toBe(true);
  });
});
