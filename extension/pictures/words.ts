/**
 * Figures and states in words, as the panel writes them. Every number goes through `QUANTITIES` and its formatters; this
 * file only joins them to sentences and sets a real minus sign.
 */
import { type Figures, formatDuration, formatNumber, formatShare, QUANTITIES } from '../protocol/figures';
import type { Bounds } from '../protocol/histogram';
import { isLive, progressShare, type RunState, type RunStatus } from '../protocol/runState';

export type Split = 'train' | 'validation';

export const SPLIT_WORDS: Record<Split, string> = { train: 'Training', validation: 'Validation' };

export const STATUS_WORDS: Record<RunStatus, string> = {
  queued: 'Queued',
  starting: 'Starting',
  running: 'Running',
  paused: 'Paused',
  stopping: 'Stopping',
  finished: 'Finished',
  stopped: 'Stopped',
  failed: 'Failed',
  lost: 'Lost',
};

/** `-` as a minus sign, as wide as `+` and the digits. */
export function typeset(text: string): string {
  return text.replace(/-(?=\d)/g, '−');
}

export function number(value: number | null): string {
  return typeset(formatNumber(value));
}

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function count(value: number): string {
  return WHOLE.format(value);
}

export function figure(name: keyof Figures, value: number | null): string {
  return typeset(QUANTITIES[name].format(value));
}

/** `3.1 % of training outputs outside`: a share is never without the set it was measured on. */
export function shareWords(figures: Figures, split: Split): string {
  return `${formatShare(figures.negativeShare)} of ${SPLIT_WORDS[split].toLowerCase()} outputs outside`;
}

/**
 * `3.1 % of training outputs outside, min −0.042`; an upper bound adds how far the worst output is off, since the minimum
 * can't show it.
 */
export function outsideWords(figures: Figures, bounds: Bounds, split: Split): string {
  const words = `${shareWords(figures, split)}, min ${figure('minOutput', figures.minOutput)}`;
  if (bounds.max === null || figures.maxViolation === 0) return words;
  return `${words}, off by up to ${figure('maxViolation', figures.maxViolation)}`;
}

/** `≥ 0`, `0 to 60`, `≤ 5`, or nothing. */
export function boundsWords(bounds: Bounds): string {
  if (bounds.min !== null && bounds.max !== null) return `${number(bounds.min)} to ${number(bounds.max)}`;
  if (bounds.min !== null) return `≥ ${number(bounds.min)}`;
  if (bounds.max !== null) return `≤ ${number(bounds.max)}`;
  return 'no bounds';
}

/** A completed epoch plainly, a point within one with a decimal. */
export function epochWords(epoch: number): string {
  return Number.isInteger(epoch) ? count(epoch) : epoch.toFixed(1);
}

/** Where the training is: `epoch 12.3 of 50 · step 1,230 · 54,321 samples/s · 12 s left`. */
export function progressWords(run: RunState): string {
  const { started, progress, ended } = run;
  if (started === null) return run.status === 'queued' ? 'waits for its turn' : '';
  const last = run.measured.at(-1);
  const epoch = ended?.summary.epochs ?? Math.max(progress?.epoch ?? 0, last?.epoch ?? 0);
  const step = ended?.summary.steps ?? Math.max(progress?.step ?? 0, last?.step ?? 0);
  const samplesPerSecond = ended?.summary.samplesPerSecond ?? progress?.samplesPerSecond ?? 0;
  const words = [`epoch ${epochWords(epoch)} of ${count(started.epochs)}`, `step ${count(step)}`];
  if (samplesPerSecond > 0) words.push(`${count(samplesPerSecond)} samples/s`);
  const remainingMs = remainingTime(run, samplesPerSecond);
  if (remainingMs !== null) words.push(`${formatDuration(remainingMs)} left`);
  else if (ended !== null) words.push(`took ${formatDuration(ended.summary.durationMs)}`);
  return words.join(' · ');
}

function remainingTime(run: RunState, samplesPerSecond: number): number | null {
  const share = progressShare(run);
  if (!isLive(run.status) || run.status === 'stopping' || share === null || run.started === null) return null;
  if (!(samplesPerSecond > 0)) return null;
  return ((1 - share) * run.started.epochs * run.started.samples.train * 1000) / samplesPerSecond;
}
