import { expect, test, vi } from 'vitest';
import { feasiblePosition, runLabels, shownMeasure } from '../../../extension/pictures/model';
import { progressWords } from '../../../extension/pictures/words';
import type { ToPanel } from '../../../extension/protocol/panel';
import { initialRunState } from '../../../extension/protocol/runState';
import { type SavedState, Store } from '../../../webview/store';
import { recordedEvents, recordedRun } from './recordedRuns';

const IDENTITY = { version: 1 as const, folders: ['/workspace/runs/a'] };

function started(): { store: Store; saved: SavedState[] } {
  const saved: SavedState[] = [];
  const store = new Store(
    undefined,
    () => {},
    (state) => saved.push(state),
  );
  const run = initialRunState({ run: 'a', experiment: '/workspace/weather.orthant.json', variant: 'baseline' });
  store.receive({ type: 'snapshot', identity: IDENTITY, runs: [run], settings: {} });
  return { store, saved };
}

test('events that arrive one by one make the same state as a snapshot of all of them', () => {
  const { store } = started();
  const recorded = recordedRun('baseline');
  for (const event of recordedEvents('baseline')) {
    store.receive({ type: 'events', run: store.model().runs[0]!.run, events: [event] });
  }
  expect(store.model().runs[0]).toEqual({ ...recorded, experiment: recorded.started!.experiment });
});

test('a status of the host replaces the one of the events and keeps the error it has', () => {
  const { store } = started();
  store.receive({ type: 'status', run: 'a', status: 'lost', error: 'The trainer is gone.' });
  store.receive({ type: 'status', run: 'a', status: 'lost', error: null });
  expect(store.model().runs[0]).toMatchObject({ status: 'lost', error: 'The trainer is gone.' });
});

test('identity and choices are kept for the next time, the moment shown is not', () => {
  const { store, saved } = started();
  store.choose({ split: 'validation', position: 3 });
  expect(saved.at(-1)).toMatchObject({ ...IDENTITY, choices: { split: 'validation' } });
  const again = new Store(
    saved.at(-1),
    () => {},
    () => {},
  );
  expect(again.model().choices).toMatchObject({ split: 'validation', position: null });
});

test('a message that is unknown, or about a run not shown, is reported and changes nothing', () => {
  const { store } = started();
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const before = store.model().runs;
  store.receive({ type: 'status', run: 'other', status: 'lost', error: null });
  store.receive({ type: 'dance' } as unknown as ToPanel);
  expect(warn).toHaveBeenCalledTimes(2);
  expect(store.model().runs).toBe(before);
  warn.mockRestore();
});

test('at a moment in the past each run shows its newest measure not after it', () => {
  const run = recordedRun('lagrangian');
  const [, second, third] = run.measured;
  expect(shownMeasure(run, null)).toBe(run.measured.at(-1));
  expect(shownMeasure(run, second!.epoch)).toBe(second);
  expect(shownMeasure(run, third!.epoch - 0.5)).toBe(second);
  expect(shownMeasure(run, 0)).toBe(run.measured[0]);
});

test('the first feasible moment is the one from which a run stayed feasible', () => {
  const run = recordedRun('lagrangian');
  expect(feasiblePosition([{ ...run, ended: null, measured: run.measured.slice(0, 1) }])).toBe(0);
  const feasible = structuredClone(run);
  feasible.ended!.summary.verdict = { kind: 'feasible', sinceStep: 120 };
  // 10 steps an epoch.
  expect(feasiblePosition([feasible, recordedRun('baseline')])).toBe(12);
  expect(feasiblePosition([recordedRun('baseline')])).toBe(null);
});

test('progress says how far, how fast and how long still', () => {
  const run = recordedRun('baseline');
  const progress = {
    type: 'progress' as const,
    time: 0,
    epoch: 50,
    step: 500,
    elapsedMs: 1000,
    samplesPerSecond: 11_690,
    batchLoss: null,
    penalty: null,
  };
  const live = { ...run, status: 'running' as const, ended: null, measured: run.measured.slice(0, 2), progress };
  // 250 epochs of 1,169 samples at 11,690 samples a second: 25 s.
  expect(progressWords(live)).toBe('epoch 50 of 300 · step 500 · 11,690 samples/s · 25 s left');
});

test('runs of one variant are told apart by the time they started, and if need be by a number', () => {
  const at = (hour: number) => {
    const run = recordedRun('penalty');
    return { ...run, started: { ...run.started!, time: new Date(2024, 0, 1, hour, 5, 7).getTime() } };
  };
  expect(runLabels([recordedRun('baseline'), at(9), at(14), at(14)])).toEqual([
    'baseline',
    'penalty 09:05:07',
    'penalty 14:05:07 (1)',
    'penalty 14:05:07 (2)',
  ]);
});
