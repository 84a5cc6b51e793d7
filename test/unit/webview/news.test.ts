import { expect, test } from 'vitest';
import { INITIAL_CHOICES, modelOf } from '../../../extension/pictures/model';
import type { RunState } from '../../../extension/protocol/runState';
import { News } from '../../../webview/parts/news';
import { recordedRun } from './recordedRuns';

const baseline = recordedRun('baseline');

/** The run as it was after so many measures. */
function live(nMeasures: number): RunState {
  return { ...baseline, status: 'running', ended: null, measured: baseline.measured.slice(0, nMeasures) };
}

test('a run is spoken of when another tenth of its epochs is trained, and not between', () => {
  const news = new News();
  const spoken = baseline.measured.flatMap((_, index) => {
    const said = news.next(modelOf([live(index + 1)], INITIAL_CHOICES));
    return said === null ? [] : [said];
  });
  // Epoch 0, ten tenths, and the changes of the verdict after epoch 0.
  expect(spoken.length).toBeGreaterThanOrEqual(11);
  expect(spoken.length).toBeLessThan(baseline.measured.length / 2);
  expect(spoken[0]).toMatch(/^Running, epoch 0, .* of training outputs outside, RMSE [\d.]+, feasible on the training/);
});

test('a change of status or verdict is told at once, and only about the run that changed', () => {
  const news = new News();
  const other = { ...recordedRun('penalty') };
  expect(news.next(modelOf([live(1), other], INITIAL_CHOICES))).toMatch(/^baseline: Running, .* penalty: Finished, /);
  expect(news.next(modelOf([live(2), other], INITIAL_CHOICES))).toMatch(/^baseline: Running, epoch 5, .* infeasible/);
  expect(news.next(modelOf([{ ...live(2), status: 'paused' }, other], INITIAL_CHOICES))).toMatch(/^baseline: Paused, /);
  expect(news.next(modelOf([{ ...live(2), status: 'paused' }, other], INITIAL_CHOICES))).toBe(null);
});

test('the figures told are those of the chosen set', () => {
  const choices = { ...INITIAL_CHOICES, split: 'validation' as const };
  expect(new News().next(modelOf([live(2)], choices))).toMatch(/of validation outputs outside/);
});

test('what the failure doctor finds is told by its name, once', () => {
  const news = new News();
  const diagnosed: RunState = {
    ...live(2),
    diagnoses: [{ code: 'doctor.slack-trap', severity: 'warning', title: 'Slack trap', message: '…', fixes: [] }],
  };
  news.next(modelOf([live(2)], INITIAL_CHOICES));
  expect(news.next(modelOf([diagnosed], INITIAL_CHOICES))).toMatch(/, Slack trap\.$/);
  expect(news.next(modelOf([diagnosed], INITIAL_CHOICES))).toBe(null);
});
