import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Throttle } from '../../../extension/host/throttle';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('what happens once is shown at once', () => {
  const action = vi.fn();
  new Throttle(100, action).request();
  expect(action).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('what happens a thousand times a second is shown ten times, and the last of it too', () => {
  const action = vi.fn();
  const throttle = new Throttle(100, action);
  for (let index = 0; index < 1000; index++) {
    throttle.request();
    vi.advanceTimersByTime(1);
  }
  expect(action.mock.calls.length).toBeGreaterThanOrEqual(10);
  expect(action.mock.calls.length).toBeLessThanOrEqual(11);
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(0);
});

test('nothing comes after the end', () => {
  const action = vi.fn();
  const throttle = new Throttle(100, action);
  throttle.request();
  throttle.request();
  throttle.dispose();
  vi.advanceTimersByTime(1000);
  expect(action).toHaveBeenCalledTimes(1);
});
