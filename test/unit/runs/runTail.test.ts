import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TrainingEvent } from '../../../extension/protocol/events';
import { RUN_FILES } from '../../../extension/protocol/runFiles';
import { lastLines } from '../../../extension/runs/runLog';
import { RunTail } from '../../../extension/runs/runTail';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'orthant-tail-'));
  file = path.join(folder, RUN_FILES.events);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const log = (message: string): string => JSON.stringify({ type: 'log', time: 1, level: 'info', message });
const messages = (events: TrainingEvent[] | null): string[] | null =>
  events?.map((event) => (event.type === 'log' ? event.message : event.type)) ?? null;

test('Every line is told once, in order, as it comes', async () => {
  const tail = new RunTail(folder);
  writeFileSync(file, `${log('a')}\n${log('b')}\n`);
  expect(messages(await tail.read())).toEqual(['a', 'b']);
  expect(await tail.read()).toEqual([]);
  appendFileSync(file, `${log('c')}\n`);
  expect(messages(await tail.read())).toEqual(['c']);
});

test('A line counts once it is whole, wherever it was cut, in the middle of a letter too', async () => {
  const tail = new RunTail(folder);
  const bytes = Buffer.from(`${log('größer')}\n${log('b')}\n`);
  writeFileSync(file, '');
  const told: string[] = [];
  for (const byte of bytes) {
    appendFileSync(file, Buffer.of(byte));
    told.push(...messages(await tail.read())!);
  }
  expect(told).toEqual(['größer', 'b']);
});

test('A part of a line that is trimmed away when the run is resumed is never told', async () => {
  const tail = new RunTail(folder);
  const whole = `${log('a')}\n`;
  writeFileSync(file, `${whole}{"type":"measured","ti`);
  expect(messages(await tail.read())).toEqual(['a']);
  truncateSync(file, whole.length);
  // As long as what was cut away, so that the size says nothing.
  const next = `${log('resumed')}\n`;
  appendFileSync(file, next.slice(0, 22));
  expect(await tail.read()).toEqual([]);
  appendFileSync(file, next.slice(22));
  expect(messages(await tail.read())).toEqual(['resumed']);
});

test('Lines that are no events are passed over, and history of megabytes is read whole', async () => {
  const lines = Array.from({ length: 30_000 }, (_, index) => log(`${index} ${'x'.repeat(60)}`));
  writeFileSync(file, `not json\n{}\n${lines.join('\n')}\n`);
  const events = await new RunTail(folder).read();
  expect(events).toHaveLength(30_000);
  expect(messages(events)!.at(-1)).toMatch(/^29999 /);
});

test('A file that is gone, or not there yet, is told as that', async () => {
  const tail = new RunTail(folder);
  expect(await tail.read()).toBeNull();
  writeFileSync(file, `${log('a')}\n`);
  expect(messages(await tail.read())).toEqual(['a']);
  rmSync(file);
  expect(await tail.read()).toBeNull();
});

test('Of a log the last lines are said, without blank ones; none of a file that is not there', () => {
  const text = path.join(folder, RUN_FILES.log);
  expect(lastLines(text)).toEqual([]);
  writeFileSync(
    text,
    `${'x'.repeat(50_000)}\n${Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n\n')}\n`,
  );
  expect(lastLines(text)).toEqual(Array.from({ length: 12 }, (_, index) => `line ${index + 8}`));
});
