import { describe, expect, test } from 'vitest';
import type { RunStatus } from '../../../extension/protocol/runState';
import { assignmentWords } from '../../../extension/protocol/sweepFiles';
import { pointOutcomes, remainingMs, type SweepRun, sweepProgress } from '../../../extension/protocol/sweepState';

const run = (id: string, point: number, status: RunStatus): SweepRun => ({
  id,
  status,
  summary: null,
  sweep: { id: 's', point, assignments: {} },
});
const states = (...runs: SweepRun[]): string[] => pointOutcomes(3, runs).map(({ state }) => state);

describe('What a point came to', () => {
  test('is what its run came to; without one it is missing', () => {
    expect(states(run('a', 0, 'finished'), run('b', 1, 'failed'))).toEqual(['finished', 'failed', 'missing']);
    expect(states(run('a', 0, 'running'), run('b', 1, 'paused'), run('c', 2, 'stopping'))).toEqual([
      'live',
      'live',
      'live',
    ]);
  });

  test('is nothing yet where its run was stopped or lost: it is trained again', () => {
    expect(states(run('a', 0, 'stopped'), run('b', 1, 'lost'))).toEqual(['missing', 'missing', 'missing']);
  });

  test('is the best of several runs, and of equals the latest', () => {
    const runs = [run('a', 0, 'finished'), run('b', 0, 'failed'), run('c', 0, 'lost')];
    for (const order of [runs, [...runs].reverse()]) expect(pointOutcomes(1, order)[0]!.run!.id).toBe('a');
    const live = [run('b', 0, 'failed'), run('d', 0, 'running')];
    for (const order of [live, [...live].reverse()]) expect(pointOutcomes(1, order)[0]!.run!.id).toBe('d');
    const equal = [run('a', 0, 'finished'), run('b', 0, 'finished')];
    for (const order of [equal, [...equal].reverse()]) expect(pointOutcomes(1, order)[0]!.run!.id).toBe('b');
  });

  test('may be a failure that left no run, until a run does better', () => {
    const failures = [{ point: 1, time: 0, error: 'no memory' }];
    const [, failed] = pointOutcomes(2, [], failures);
    expect(failed).toEqual({ state: 'failed', run: null, error: 'no memory' });
    // A run that its trainer's death cut off.
    expect(pointOutcomes(2, [run('a', 1, 'lost')], failures)[1]).toMatchObject({ state: 'failed', error: 'no memory' });
    expect(pointOutcomes(2, [run('b', 1, 'finished')], failures)[1]).toMatchObject({ state: 'finished', error: null });
  });

  test('is of no run that claims a point which is not there', () => {
    expect(states(run('a', 7, 'finished'), run('b', -1, 'finished'))).toEqual(['missing', 'missing', 'missing']);
  });
});

test('A sweep is as far as its points are', () => {
  const outcomes = pointOutcomes(5, [
    run('a', 0, 'finished'),
    run('b', 1, 'failed'),
    run('c', 2, 'running'),
    run('d', 3, 'stopped'),
  ]);
  expect(sweepProgress(outcomes)).toEqual({ total: 5, done: 2, failed: 1, live: 1 });
});

test('What is left takes as long as what was done: points in training count by their share', () => {
  // 3 done and 0.5 + 0.5 begun in 8 s is 2 s a point; of 6 left, 5 are still to do.
  expect(remainingMs(8000, { done: 3, left: 6, shares: [0.5, 0.5] })).toBe(10_000);
  expect(remainingMs(8000, { done: 0, left: 6, shares: [] })).toBeNull();
  expect(remainingMs(8000, { done: 6, left: 0, shares: [] })).toBe(0);
});

test('A point is called by what it sets, without its seed', () => {
  const assignments = { 'penalty.alpha': 10, 'training.seed': 1, 'network.hidden': [8, 8], 'penalty.form': 'exact' };
  expect(assignmentWords(assignments)).toBe('alpha 10, hidden [8,8], form exact');
  expect(assignmentWords(assignments, { withSeed: true })).toBe('alpha 10, seed 1, hidden [8,8], form exact');
  expect(assignmentWords({ 'a.rate': 1, 'b.rate': 2, 'a.seed': 3 })).toBe('a.rate 1, b.rate 2');
});
