import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Player } from '../../../webview/parts/player';

const POSITIONS = Array.from({ length: 25 }, (_, index) => index * 2);

let chosen: (number | null)[] = [];
let player: Player;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  // Sixty frames a second.
  vi.stubGlobal('requestAnimationFrame', (show: (now: number) => void) =>
    setTimeout(() => show(performance.now()), 1000 / 60),
  );
  vi.stubGlobal('cancelAnimationFrame', clearTimeout);
  chosen = [];
  player = new Player((position) => {
    chosen.push(position);
    player.chosen(position);
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('playing shows one measure after the other, twelve a second, and ends at the newest', () => {
  player.toggle(POSITIONS, 0);
  vi.advanceTimersByTime(1010);
  expect(chosen.at(-1)).toBe(24); // the twelfth after the first
  vi.advanceTimersByTime(1010);
  expect(chosen.at(-1)).toBeNull();
  expect(new Set(chosen).size).toBe(25);
  expect(player.isPlaying).toBe(false);
});

test('playing from the newest begins anew, and a long history takes eight seconds', () => {
  const long = Array.from({ length: 1601 }, (_, index) => index);
  player.toggle(long, 1600);
  vi.advanceTimersByTime(4000);
  expect(chosen.at(-1)).toBeGreaterThan(780);
  expect(chosen.at(-1)).toBeLessThan(810);
});

test('pausing keeps the moment, and a choice of another one ends the playing', () => {
  player.toggle(POSITIONS, 0);
  vi.advanceTimersByTime(500);
  const shown = chosen.at(-1);
  player.toggle(POSITIONS, 6);
  expect([player.isPlaying, chosen.at(-1)]).toEqual([false, shown]);
  player.toggle(POSITIONS, 6);
  vi.advanceTimersByTime(100);
  player.chosen(40);
  expect(player.isPlaying).toBe(false);
});
