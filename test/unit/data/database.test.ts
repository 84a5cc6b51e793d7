/** What reading data takes of the machine. */
import { availableParallelism, totalmem } from 'node:os';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Database } from '../../../extension/data/database';
import { THREADS_VARIABLE } from '../../../extension/data/threads';

afterEach(() => vi.unstubAllEnvs());

const setting = async (name: string, options: { singleThread: boolean; isBounded: boolean }): Promise<string> => {
  const database = await Database.open({ folders: [], files: [] }, options);
  try {
    return String((await database.rows(`SELECT current_setting('${name}')::VARCHAR`))[0]![0]);
  } finally {
    database.close();
  }
};

const UNITS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };
/** `31.2 GiB` in bytes. */
const bytes = (text: string): number => {
  const [amount, unit] = text.split(' ');
  return Number(amount) * UNITS[unit!]!;
};

describe('Reading data', () => {
  test('takes as many threads as its process may, and one where rows must come in one order', async () => {
    const all = { singleThread: false, isBounded: false };
    expect(await setting('threads', all)).toBe(String(availableParallelism()));
    vi.stubEnv(THREADS_VARIABLE, '1');
    expect(await setting('threads', all)).toBe('1');
    vi.stubEnv(THREADS_VARIABLE, '2');
    expect(await setting('threads', { ...all, singleThread: true })).toBe('1');
  });

  test('takes half of the memory for a query, and where several processes share the cores its part of that half', async () => {
    const bounded = { singleThread: true, isBounded: true };
    // DuckDB tells it with one decimal, so to within some percent.
    const half = totalmem() / 2;
    const alone = bytes(await setting('memory_limit', bounded));
    expect(Math.abs(alone / half - 1)).toBeLessThan(0.1);
    // One thread of n: n such processes fill the same half.
    vi.stubEnv(THREADS_VARIABLE, '1');
    const beside = bytes(await setting('memory_limit', bounded)) * availableParallelism();
    expect(Math.abs(beside / half - 1)).toBeLessThan(0.1);
  });
});
