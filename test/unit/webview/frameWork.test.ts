import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FrameWork } from '../../../webview/dom/frameWork';

let now = 0;
let frames: (() => void)[] = [];

beforeEach(() => {
  now = 0;
  frames = [];
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Shows one frame: what was asked for before it. */
function frame(): void {
  const wanted = frames;
  frames = [];
  for (const draw of wanted) draw();
}

test('what does not fit into a frame is drawn in the next', () => {
  const drawn: string[] = [];
  const work = new FrameWork();
  // Each takes 4 ms, and a frame has 6: the second begins within it and ends it.
  for (const name of ['a', 'b', 'c']) {
    work.request(name, () => {
      drawn.push(name);
      now += 4;
    });
  }
  frame();
  expect(drawn).toEqual(['a', 'b']);
  frame();
  expect(drawn).toEqual(['a', 'b', 'c']);
  frame();
  expect(frames).toEqual([]);
});

test('a part that is asked for again before its turn is drawn once, as it is then, and keeps its place', () => {
  const drawn: string[] = [];
  const work = new FrameWork();
  work.request('a', () => drawn.push('old a'));
  work.request('b', () => drawn.push('b'));
  work.request('a', () => drawn.push('new a'));
  frame();
  expect(drawn).toEqual(['new a', 'b']);
});

test('a part that asks for itself while it is drawn comes again in a later frame', () => {
  const work = new FrameWork();
  let times = 0;
  const draw = (): void => {
    times += 1;
    now += 10;
    if (times < 3) work.request('a', draw);
  };
  work.request('a', draw);
  frame();
  expect(times).toBe(1);
  frame();
  frame();
  expect([times, frames.length]).toEqual([3, 0]);
});

test('a part with a pause is drawn again only after it, and then as it is by then', () => {
  const drawn: string[] = [];
  const work = new FrameWork();
  work.request('a', () => drawn.push('first'), 100);
  frame();
  work.request('a', () => drawn.push('second'), 100);
  now = 90;
  frame();
  work.request('a', () => drawn.push('third'), 100);
  now = 99;
  frame();
  expect(drawn).toEqual(['first']);
  now = 100;
  frame();
  expect(drawn).toEqual(['first', 'third']);
  expect(frames).toEqual([]);
});
