/**
 * How many threads this process may take, for reading data and in an engine. All the machine has, unless whoever started this process trains several at a time
 * and gave it its share.
 */
import { availableParallelism } from 'node:os';

/** Environment variable with a process's share of the cores. */
export const THREADS_VARIABLE = 'ORTHANT_THREADS';

export function availableThreads(): number {
  const share = Number(process.env[THREADS_VARIABLE]);
  return Number.isInteger(share) && share >= 1 ? Math.min(share, availableParallelism()) : availableParallelism();
}

/** The environment of a process with `threads` threads, for engines that ask nobody but their own variables too. */
export function threadEnvironment(threads: number): Record<string, string> {
  const share = String(threads);
  return {
    [THREADS_VARIABLE]: share,
    OMP_NUM_THREADS: share,
    TF_NUM_INTRAOP_THREADS: share,
    TF_NUM_INTEROP_THREADS: '1',
  };
}
