import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { TrainingEvent } from '../../../extension/protocol/events';
import { readOutcome, stampOf } from '../../../extension/runs/readOutcome';
import { readRun } from '../../../extension/runs/readRuns';
import { recordedEvents } from '../webview/recordedRuns';

const root = mkdtempSync(path.join(tmpdir(), 'orthant-outcome-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const EVENTS = recordedEvents('penalty');

function folderOf(name: string, events: readonly TrainingEvent[]): string {
  const folder = path.join(root, name);
  mkdirSync(folder);
  writeFileSync(
    path.join(folder, 'run.json'),
    JSON.stringify({ id: name, variant: 'v', experiment: '/e.orthant.json' }),
  );
  writeFileSync(path.join(folder, 'events.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return folder;
}

test('What a run came to is its state, without the measures between the first and the last', async () => {
  const folder = folderOf('ended', EVENTS);
  const whole = await readRun(folder);
  expect(whole.measured.length).toBeGreaterThan(2);
  const ends = [whole.measured[0], whole.measured.at(-1)];
  expect(await readOutcome(folder)).toEqual({ ...whole, measured: ends, rows: [] });
});

test('A run with one measure has that one', async () => {
  const first = EVENTS.find(({ type }) => type === 'measured');
  const folder = folderOf(
    'one',
    EVENTS.filter((event) => event.type !== 'measured' || event === first),
  );
  expect((await readOutcome(folder))!.measured).toEqual([first]);
});

test('A run without an end, one that went on from a checkpoint, and a folder that is no run have to be read whole', async () => {
  const measures = EVENTS.filter(({ type }) => type === 'measured');
  const resumed: TrainingEvent = { type: 'resumed', time: 1, step: 0, fromCheckpoint: true };
  const [started, end] = [EVENTS[0]!, EVENTS.at(-1)!];
  expect([started.type, end.type]).toEqual(['started', 'ended']);
  const folders = [folderOf('open', EVENTS.slice(0, -1)), folderOf('resumed', [started, ...measures, resumed, end])];
  expect(await Promise.all([...folders, root].map(readOutcome))).toEqual([null, null, null]);
});

test('The stamp of a run changes with what it writes, and there is none where it has written nothing', async () => {
  const folder = folderOf('growing', EVENTS.slice(0, 2));
  const before = await stampOf(folder);
  expect(await stampOf(folder)).toBe(before);
  writeFileSync(path.join(folder, 'events.jsonl'), 'more\n', { flag: 'a' });
  expect(await stampOf(folder)).not.toBe(before);
  expect(await stampOf(root)).toBeNull();
});
