/**
 * From where a lens stands (the language server's word) and the runs (this window's) to what it says and does. The
 * number of lenses at a place changes only when a run starts or ends, never while somebody types.
 */
import { t } from '@vscode/l10n';
import type { LensSubject } from '../protocol/languageMessages';
import { isLive, progressShare } from '../protocol/runState';
import type { Run } from './runStore';
import { figuresText, progressText, runAge, statusLook } from './runText';

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
  now: number;
}

export function lensTitles(subject: LensSubject, runs: LensRuns): LensTitle[] {
  return subject.kind === 'experiment'
    ? experimentLenses(subject.variants, runs)
    : variantLenses(subject.variant, runs);
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

function resultTitle(run: Run, now: number): string {
  const { status } = run.state;
  const word = status === 'finished' ? '' : statusLook(status).word;
  return [word, figuresText(run), runAge(run, now)].filter((part) => part !== '').join(', ');
}

/** Changes only as often as lenses should be drawn again: with the status, and with each tenth of the training. */
export function lensStage(run: Run): string {
  return `${run.state.status} ${Math.floor((progressShare(run.state) ?? 0) * 10)}`;
}
