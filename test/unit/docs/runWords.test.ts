import { describe, expect, test } from 'vitest';
import type { RunState } from '../../../extension/protocol/runState';
import { runWords, steadyTime } from '../../../scripts/docs/runWords';
import { type RecordedVariant, recordedRun } from '../webview/recordedRuns';

const TIME = { ratio: 1, before: undefined };

/** A run that ended with this training loss. */
function runOf(variant: RecordedVariant, loss: number, status: 'finished' | 'failed' = 'finished'): RunState {
  const run = structuredClone(recordedRun(variant));
  run.ended!.summary.train!.overall.loss = loss;
  return { ...run, status, error: status === 'failed' ? 'Training diverged.' : null };
}

describe('What the runs of a method reached', () => {
  const baselines = [runOf('baseline', 10), runOf('baseline', 20), runOf('baseline', 40)];

  test('is the first seed for figures, and all seeds for verdicts and price', () => {
    // 11/10, 21/20 and 48/40: +10 %, +5 % and +20 %, whose median is +10 %.
    const runs = [runOf('lagrangian', 11), runOf('penalty', 21), runOf('lagrangian', 48)];
    const { train, validation } = runs[0]!.measured.at(-1)!;
    expect([train.overall.maxViolation, validation!.overall.negativeShare * 584]).toEqual([0, 2]);
    expect(runWords(runs, baselines, TIME)).toMatchObject({
      verdict: expect.stringMatching(/^feasible on the training rows since step \d+$/),
      feasible: '2 of 3',
      worst: '0 sd',
      outside: '0.0 %',
      // 2 of 292 · 2 outputs.
      heldOut: '0.3 %',
      price: '+10.0 %',
      prices: '+5.0 % to +20.0 %',
    });
  });

  test('has no price beside itself', () => {
    expect(runWords(baselines, baselines, TIME)).toMatchObject({ feasible: '0 of 3', price: '–', prices: '–' });
  });

  test('leaves seeds out of the price with which a training failed, and says why the first one did', () => {
    const runs = [runOf('penalty', 11, 'failed'), runOf('penalty', 18), runOf('penalty', 44)];
    expect(runWords(runs, baselines, TIME)).toMatchObject({
      verdict: 'Training diverged.',
      // 18/20 and 44/40: −10 % and +10 %; of an even number the upper middle.
      price: '+10.0 %',
      prices: '−10.0 % to +10.0 %',
    });
  });
});

test('The time stays what it was before, unless it changed by more than times do', () => {
  expect(steadyTime(1.07, 1.25)).toBe(1.25);
  expect(steadyTime(1.04, 1.25)).toBe(1);
  expect(steadyTime(1.46, 1.25)).toBe(1.5);
  // 1.37 · 4 = 5.48, so 5/4.
  expect(steadyTime(1.37, undefined)).toBe(1.25);
});
