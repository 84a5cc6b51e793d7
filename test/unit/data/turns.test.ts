/** Who comes when, and who steps back. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns } from '../../../extension/data/turns';

const CALM = { isUrgent: false, signal: undefined };
const URGENT = { isUrgent: true, signal: undefined };

/** Work that takes a while, ends when it is told to, and writes down what happens. */
function worker(log: string[]) {
  return (name: string, ms = 20) =>
    async (signal: AbortSignal): Promise<string> => {
      log.push(`${name} begins`);
      await pause(ms, undefined, { signal });
      log.push(`${name} ends`);
      return name;
    };
}

test('One piece at a time, in the order they come', async () => {
  const [log, turns] = [[] as string[], new Turns()];
  const work = worker(log);
  expect(await Promise.all(['a', 'b', 'c'].map((name) => turns.take(work(name), CALM)))).toEqual(['a', 'b', 'c']);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('An urgent one comes before those that wait, and the one at work steps back and begins again', async () => {
  const [log, turns] = [[] as string[], new Turns()];
  const work = worker(log);
  const calm = ['a', 'b'].map((name) => turns.take(work(name, 50), CALM));
  await pause(10);
  expect(await turns.take(work('urgent'), URGENT)).toBe('urgent');
  expect(await Promise.all(calm)).toEqual(['a', 'b']);
  expect(log).toEqual(['a begins', 'urgent begins', 'urgent ends', 'a begins', 'a ends', 'b begins', 'b ends']);
});

test('An urgent one at work does not step back for another', async () => {
  const [log, turns] = [[] as string[], new Turns()];
  const work = worker(log);
  await Promise.all([turns.take(work('a'), URGENT), turns.take(work('b'), URGENT)]);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('What is ended, waiting or at work, rejects with the reason, and the next one has its turn', async () => {
  const [log, turns] = [[] as string[], new Turns()];
  const work = worker(log);
  const [first, second] = [new AbortController(), new AbortController()];
  const atWork = turns.take(work('a', 5_000), { ...CALM, signal: first.signal });
  const waiting = turns.take(work('b'), { ...CALM, signal: second.signal });
  const last = turns.take(work('c'), CALM);
  await pause(10);
  second.abort(new Error('no longer wanted'));
  await expect(waiting).rejects.toThrow('no longer wanted');
  first.abort(new Error('typed on'));
  await expect(atWork).rejects.toThrow('typed on');
  expect(await last).toBe('c');
  expect(log).toEqual(['a begins', 'c begins', 'c ends']);
  await expect(turns.take(work('d'), { ...CALM, signal: first.signal })).rejects.toThrow('typed on');
});

test('What steps back and is ended meanwhile does not begin again', async () => {
  const [log, turns] = [[] as string[], new Turns()];
  const work = worker(log);
  const abort = new AbortController();
  const calm = turns.take(work('a', 50), { ...CALM, signal: abort.signal });
  await pause(10);
  const urgent = turns.take(work('urgent'), URGENT);
  abort.abort(new Error('gone'));
  await expect(calm).rejects.toThrow('gone');
  await urgent;
  await pause(30);
  expect(log).toEqual(['a begins', 'urgent begins', 'urgent ends']);
});

test('A failure is the one’s own', async () => {
  const turns = new Turns();
  const failing = turns.take(async () => Promise.reject(new Error('broken')), URGENT);
  const next = turns.take(async () => 'fine', CALM);
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('fine');
});
