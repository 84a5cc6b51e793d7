import { describe, expect, test } from 'vitest';
import { poolFor } from '../../../extension/sweeps/pool';

const GB = 2 ** 30;
const machine = (cores: number, gigabytes = 64) => ({ cores, memory: gigabytes * GB });

describe('The pool of a sweep', () => {
  test('has a trainer for each core, with one thread', () => {
    expect(poolFor(100, null, machine(8))).toEqual({ jobs: 8, threads: 1 });
    expect(poolFor(100, null, machine(1))).toEqual({ jobs: 1, threads: 1 });
  });

  test('shares the cores that are left when there are fewer points', () => {
    // 8 cores over 3 trainers: 2 threads each, 6 in all; a third each would be 9.
    expect(poolFor(3, null, machine(8))).toEqual({ jobs: 3, threads: 2 });
    expect(poolFor(1, null, machine(8))).toEqual({ jobs: 1, threads: 8 });
  });

  test('has as many trainers as a person asks for, and never more threads than cores while that is possible', () => {
    expect(poolFor(100, 2, machine(8))).toEqual({ jobs: 2, threads: 4 });
    expect(poolFor(100, 12, machine(8))).toEqual({ jobs: 12, threads: 1 });
    for (let jobs = 1; jobs <= 8; jobs++) {
      const pool = poolFor(100, jobs, machine(8));
      expect(pool.jobs * pool.threads).toBeLessThanOrEqual(8);
    }
  });

  test('leaves half of the memory alone', () => {
    // Half of 2 GB is 1024 MB: two trainers of 400 MB.
    expect(poolFor(100, null, machine(16, 2))).toEqual({ jobs: 2, threads: 8 });
    expect(poolFor(100, null, machine(16, 0.1)).jobs).toBe(1);
  });

  test('has one trainer where nothing is left, which then does nothing', () => {
    expect(poolFor(0, null, machine(4)).jobs).toBe(1);
  });
});
