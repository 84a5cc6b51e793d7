/** Learning rate over time, computed in double precision outside the step. */
export type ScheduleName = 'constant' | 'cosine';

/**
 * The learning rate of step `step` (from 0) of `steps` in all. `cosine`: `½(1 + cos(π·step/steps))` of the initial one,
 * so it starts at the full rate and comes down to 0. Source: Loshchilov & Hutter, arXiv 1608.03983, eq. 5, one cycle.
 */
export function scheduledLearningRate(schedule: ScheduleName, initial: number, step: number, steps: number): number {
  return schedule === 'constant' ? initial : initial * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}
