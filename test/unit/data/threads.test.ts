import { availableParallelism } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { availableThreads, THREADS_VARIABLE, threadEnvironment } from '../../../extension/data/threads';

afterEach(() => vi.unstubAllEnvs());

test('An engine takes all threads of the machine, or the share that its process was given', () => {
  expect(availableThreads()).toBe(availableParallelism());
  vi.stubEnv(THREADS_VARIABLE, '1');
  expect(availableThreads()).toBe(1);
});

test('A share that is none, or more than there is, changes nothing', () => {
  for (const share of ['', '0', '-1', 'many', '1.5', '100000']) {
    vi.stubEnv(THREADS_VARIABLE, share);
    expect(availableThreads()).toBe(availableParallelism());
  }
});

test('The environment of a process names its share to every engine', () => {
  expect(threadEnvironment(3)).toEqual({
    ORTHANT_THREADS: '3',
    OMP_NUM_THREADS: '3',
    TF_NUM_INTRAOP_THREADS: '3',
    TF_NUM_INTEROP_THREADS: '1',
  });
});
