/**
 * How many trainers a machine takes at a time, and how many threads each: together never more than it has cores, or they
 * wait for each other. Small networks gain nothing from a second thread, so trainers come first. Pure.
 */
import { availableParallelism, totalmem } from 'node:os';

/** A trainer with its engine and a table of some hundred thousand rows; as many as fit into half of the memory. */
const TRAINER_BYTES = 400 * 2 ** 20;

export interface Pool {
  readonly jobs: number;
  /** Of each trainer. */
  readonly threads: number;
}

export interface Machine {
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
}

/** `wanted` trainers, or as many as the machine takes; never more than there are points left. */
export function poolFor(left: number, wanted: number | null, machine: Machine = thisMachine()): Pool {
  const { cores, memory } = machine;
  const most = Math.min(cores, Math.max(1, Math.floor(memory / 2 / TRAINER_BYTES)));
  const jobs = Math.max(1, Math.min(left, wanted ?? most));
  return { jobs, threads: Math.max(1, Math.floor(cores / jobs)) };
}

function thisMachine(): Machine {
  return { cores: availableParallelism(), memory: totalmem() };
}
