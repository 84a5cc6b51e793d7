/** How a sweep is said in the tree, lenses and notices: pure words, no editor. */
import path from 'node:path';
import { t } from '@vscode/l10n';
import { isSweepLive, type SweepProgress } from '../protocol/sweepState';
import { ageText, statusLook } from './runText';
import type { Sweep } from './sweeps';

/** How a sweep looks in the tree. */
export interface SweepLook {
  label: string;
  description: string;
  /** Name of a codicon. */
  icon: string;
  /** Name of a theme colour. */
  color: string | null;
  /** For the `when` clauses of menus. */
  context: string;
}

export function sweepLook(sweep: Sweep, progress: SweepProgress, now: number): SweepLook {
  const { icon, color } = statusLook(sweep.status);
  return {
    label: path.basename(sweep.experiment, '.orthant.json'),
    description: sweepDescription(sweep, progress, now),
    icon,
    color,
    context: sweepContext(sweep, progress),
  };
}

/** `5 of 12 runs, 1 failed, paused`; a finished one says when it began: `12 of 12 runs, 3 min ago`. */
export function sweepDescription(sweep: Sweep, { done, total, failed }: SweepProgress, now: number): string {
  const { status } = sweep;
  const word = status === 'running' || status === 'finished' ? '' : statusLook(status).word;
  const age = isSweepLive(status) ? '' : ageText(now - sweep.since);
  const failures = failed === 0 ? '' : t('{0} failed', failed);
  return [t('{0} of {1} runs', done, total), failures, word, age].filter((part) => part !== '').join(', ');
}

/** For the `when` clauses of menus: what can be asked of it now. No word of a run's, so that no menu takes one for the other. */
export function sweepContext({ status }: Sweep, { done, total, failed }: SweepProgress): string {
  const parts = ['sweep'];
  if (status === 'running' || status === 'paused') parts.push('canStop');
  if (status === 'running') parts.push('canPause');
  if (status === 'paused' || (!isSweepLive(status) && (done < total || failed > 0))) parts.push('canResume');
  return parts.join('.');
}
