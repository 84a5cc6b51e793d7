/**
 * From where a lens stands (the language server's word) and the runs (this window's) to what it says and does. The
 * number of lenses at a place changes only when a run starts or ends, never while somebody types.
 */
import { t } from '@vscode/l10n';
import type { LensSubject } from '../protocol/languageMessages';
import { isLive, progressShare } from '../protocol/runState';
import { isSweepLive, type SweepProgress } from '../protocol/sweepState';
import type { Run } from './runStore';
import { figuresText, progressText, runAge, statusLook } from './runText';
import type { Sweep } from './sweeps';
import { sweepDescription } from './sweepText';

export interface LensTitle {
  title: string;
  tooltip: string;
  command: string;
  arguments: unknown[];
}

/** What a lens needs to know of the runs: the latest of each variant of the file it stands in. */
export interface LensRuns {
  /** As a string: arguments of a lens must survive the way through the editor. */
  uri: string;
  latest(variant: string): Run | undefined;
  /** The latest sweep of the file, and how far it is. */
  sweep(): { sweep: Sweep; progress: SweepProgress } | null;
  now: number;
}

export function lensTitles(subject: LensSubject, runs: LensRuns): LensTitle[] {
  switch (subject.kind) {
    case 'experiment':
      return experimentLenses(subject.variants, runs);
    case 'variant':
      return variantLenses(subject.variant, runs);
    case 'sweep':
      return sweepLenses(subject.runs, runs);
  }
}

function experimentLenses(variants: readonly string[], { uri, latest }: LensRuns): LensTitle[] {
  const lenses: LensTitle[] = [
    {
      title: `$(run-all) ${t('Train all')}`,
      tooltip: t('Train every variant of this experiment and compare them'),
      command: 'orthant.trainAll',
      arguments: [uri],
    },
  ];
  if (variants.filter((variant) => latest(variant) !== undefined).length > 1) {
    lenses.push({
      title: t('Compare'),
      tooltip: t('Show the latest run of each variant side by side'),
      command: 'orthant.compareRuns',
      arguments: [uri],
    });
  }
  return lenses;
}

function variantLenses(variant: string, { uri, latest, now }: LensRuns): LensTitle[] {
  const run = latest(variant);
  const train: LensTitle = {
    title: `$(play) ${t('Train')}`,
    tooltip: t('Train the variant {0} and watch the signs of its outputs', variant),
    command: 'orthant.train',
    arguments: [uri, variant],
  };
  if (run === undefined) return [train];
  const open = { tooltip: t('Open this run'), command: 'orthant.openRun', arguments: [run.key] };
  if (!isLive(run.state.status)) return [train, { ...open, title: resultTitle(run, now) }];
  const title = `$(${statusLook(run.state.status).icon}) ${progressText(run) || statusLook(run.state.status).word}`;
  const stop = { title: `$(debug-stop) ${t('Stop')}`, tooltip: t('Stop this run'), command: 'orthant.stop' };
  return [
    { ...open, title },
    { ...stop, arguments: [run.key] },
  ];
}

/** `runs` is how many the sweep has as it stands there; `null` while the file is wrong. */
function sweepLenses(runs: number | null, { uri, sweep, now }: LensRuns): LensTitle[] {
  const count = runs === null ? '' : runs === 1 ? t('1 run') : t('{0} runs', runs);
  const begin: LensTitle = {
    title: `$(run-all) ${count === '' ? t('Run sweep') : t('Run sweep: {0}', count)}`,
    tooltip: t('Train every combination of these values, several at a time'),
    command: 'orthant.runSweep',
    arguments: [uri],
  };
  const latest = sweep();
  if (latest === null) return [begin];
  const { id, status } = latest.sweep;
  const words = sweepDescription(latest.sweep, latest.progress, now);
  const show: LensTitle = {
    title: isSweepLive(status) ? `$(${statusLook(status).icon}) ${words}` : t('last: {0}', words),
    tooltip: t('Compare the runs of this sweep'),
    command: 'orthant.compareSweep',
    arguments: [id],
  };
  const asking = (title: string, tooltip: string, command: string): LensTitle => {
    return { title, tooltip, command: `orthant.${command}`, arguments: [id] };
  };
  const stop = asking(`$(debug-stop) ${t('Stop')}`, t('Stop this sweep; finished runs stay'), 'stopSweep');
  const pause = asking(`$(debug-pause) ${t('Pause')}`, t('Pause this sweep'), 'pauseSweep');
  const resume = asking(`$(debug-continue) ${t('Resume')}`, t('Train the runs that are missing'), 'resumeSweep');
  switch (status) {
    case 'running':
      return [show, pause, stop];
    case 'paused':
      return [show, resume, stop];
    case 'stopping':
      return [show];
    case 'finished':
      return [begin, show];
    default:
      return [begin, show, resume];
  }
}

function resultTitle(run: Run, now: number): string {
  const { status } = run.state;
  const word = status === 'finished' ? '' : statusLook(status).word;
  return [word, figuresText(run), runAge(run, now)].filter((part) => part !== '').join(', ');
}

/** Changes only as often as lenses should be drawn again: with the status, and with each tenth of the training. */
export function lensStage(run: Run): string {
  return `${run.state.status} ${Math.floor((progressShare(run.state) ?? 0) * 10)}`;
}
