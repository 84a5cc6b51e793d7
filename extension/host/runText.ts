/** How a run is said in the trees, lenses, pickers and the status bar: pure words, no editor. */
import path from 'node:path';
import { t } from '@vscode/l10n';
import { formatDuration, formatVerdict, QUANTITIES } from '../protocol/figures';
import { hasErrors, type Problem } from '../protocol/problems';
import { isLive, progressShare, type RunStatus, verdictOf } from '../protocol/runState';
import { diagnosesOf, hasFix } from './fixText';
import { headlineFigures, type Run, runName } from './runStore';

export interface StatusLook {
  /** Name of a codicon. */
  icon: string;
  /** Name of a theme colour. */
  color: string | null;
  word: string;
}

/** A function and not a table: translations are loaded after this file is. */
export function statusLook(status: RunStatus): StatusLook {
  switch (status) {
    case 'queued':
      return { icon: 'clock', color: null, word: t('queued') };
    case 'starting':
      return { icon: 'loading~spin', color: null, word: t('starting') };
    case 'running':
      return { icon: 'sync~spin', color: 'charts.blue', word: t('running') };
    case 'paused':
      return { icon: 'debug-pause', color: 'charts.yellow', word: t('paused') };
    case 'stopping':
      return { icon: 'loading~spin', color: null, word: t('stopping') };
    case 'finished':
      return { icon: 'pass', color: 'testing.iconPassed', word: t('finished') };
    case 'stopped':
      return { icon: 'circle-slash', color: null, word: t('stopped') };
    case 'failed':
      return { icon: 'error', color: 'testing.iconFailed', word: t('failed') };
    case 'lost':
      return { icon: 'question', color: 'problemsWarningIcon.foreground', word: t('lost') };
  }
}

/** `held out: 0.0 % outside, RMSE 2.31`, of the training rows without the first words; empty before any measure. */
export function figuresText(run: Run): string {
  const headline = headlineFigures(run);
  if (headline === null) return '';
  const { negativeShare, rmse } = QUANTITIES;
  const { figures, isHeldOut } = headline;
  const values = [negativeShare.format(figures.negativeShare), rmse.format(figures.rmse)];
  return isHeldOut ? t('held out: {0} outside, RMSE {1}', ...values) : t('{0} outside, RMSE {1}', ...values);
}

/** `12 of 50 epochs`; empty before training starts. */
export function progressText(run: Run): string {
  const share = progressShare(run.state);
  const epochs = run.state.started?.epochs;
  if (share === null || epochs === undefined) return '';
  return t('{0} of {1} epochs', Math.floor(share * epochs + 1e-9), epochs);
}

/** What stands beside a run's name: how far it is while it trains, what came of it afterwards. */
export function runDescription(run: Run, now: number): string {
  const { status } = run.state;
  const parts = isLive(status)
    ? [status === 'running' ? progressText(run) || statusLook(status).word : statusLook(status).word, figuresText(run)]
    : [...(status === 'finished' ? [] : [statusLook(status).word]), figuresText(run), runAge(run, now)];
  // Under a title of its own a run still is of a variant.
  const variant = run.notes.title === '' ? '' : run.state.variant;
  return [variant, ...parts, shortNote(run.notes.note)].filter((part) => part !== '').join(' · ');
}

/** The first line of a note, cut to what fits beside figures. */
function shortNote(note: string): string {
  const line = note.trim().split('\n')[0]!;
  return line.length > 40 ? `${line.slice(0, 39).trimEnd()}…` : line;
}

/** The run in one sentence, for a screen reader. */
export function runSpoken(run: Run, now: number): string {
  const status = statusLook(run.state.status).word;
  const name =
    run.notes.title === ''
      ? t('run of {0}, {1}', run.state.variant, status)
      : t('{0}, run of {1}, {2}', run.notes.title, run.state.variant, status);
  const progress = isLive(run.state.status) ? progressText(run) : runAge(run, now);
  const star = run.notes.isStarred ? t('starred') : '';
  return [name, star, progress, figuresText(run), shortNote(run.notes.note)].filter((part) => part !== '').join(', ');
}

/** Markdown; whatever came from a file is escaped. */
export function runTooltip(run: Run): string {
  const { state, summary } = run;
  const rows: [string, string | null | undefined][] = [
    [t('Status'), statusLook(state.status).word],
    [t('Verdict'), verdictText(run)],
    [
      t('Doctor'),
      diagnosesOf(run)
        .map(({ title }) => title)
        .join(', ') || null,
    ],
    [t('Variant'), run.notes.title === '' ? null : state.variant],
    [t('Method'), run.method],
    [t('Epochs'), summary === null ? progressText(run) || null : String(summary.epochs)],
    [t('Time'), summary === null ? null : formatDuration(summary.durationMs)],
    [t('Engine'), summary?.engine ?? state.started?.engine.name],
    [t('Training'), splitText(run, 'train')],
    [t('Validation'), splitText(run, 'validation')],
    [t('Folder'), state.folder],
  ];
  const lines = rows.flatMap(([name, value]) => (value == null ? [] : [`- ${name}: ${escapeMarkdown(value)}`]));
  const error = state.error === null ? [] : ['', escapeMarkdown(state.error.split('\n').slice(0, 6).join('  \n'))];
  const note = run.notes.note === '' ? [] : ['', escapeMarkdown(run.notes.note).replaceAll('\n', '  \n')];
  const title = `**${escapeMarkdown(runName(run))}** · ${escapeMarkdown(state.run)}`;
  return [title, ...note, '', ...lines, ...error].join('\n');
}

export function verdictText(run: Run): string | null {
  // A summary that another version wrote may lack it.
  if (run.summary !== null) return formatVerdict(run.summary.verdict ?? { kind: 'unknown' });
  if (run.state.started === null) return null;
  return formatVerdict(verdictOf(run.state.started, run.state.measured));
}

/** Their names, with the time of the start where those of one experiment are called the same. */
export function runNames(runs: readonly Run[]): string[] {
  const places = runs.map((run) => JSON.stringify([run.state.experiment, runName(run)]));
  const counts = new Map<string, number>();
  for (const place of places) counts.set(place, (counts.get(place) ?? 0) + 1);
  return runs.map((run, index) =>
    counts.get(places[index]!)! > 1 && run.since !== 0 ? `${runName(run)} ${clockText(run.since)}` : runName(run),
  );
}

/** A tab is no longer than this many names. */
const MOST_IN_TITLE = 4;

/** `penalty · weather`, or `Compare: baseline, penalty`, or `Compare: a, b, c and 297 more`. */
export function panelTitle(runs: readonly Run[]): string {
  const names = runNames(runs);
  if (runs.length === 1) return `${names[0]} · ${path.basename(runs[0]!.state.experiment, '.orthant.json')}`;
  if (runs.length <= MOST_IN_TITLE) return t('Compare: {0}', names.join(', '));
  const shown = MOST_IN_TITLE - 1;
  return t('Compare: {0} and {1} more', names.slice(0, shown).join(', '), runs.length - shown);
}

/** Of panels that are open together, none of them empty: with the time of their first run's start where titles repeat. */
export function panelTitles(panels: readonly (readonly Run[])[]): string[] {
  const titles = panels.map(panelTitle);
  return titles.map((title, index) => {
    const isRepeated = titles.filter((other) => other === title).length > 1;
    const { since } = panels[index]![0]!;
    return isRepeated && since !== 0 ? `${title} · ${clockText(since)}` : title;
  });
}

/** `14:03:07`, as the clock on the wall had it. */
function clockText(time: number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** How long ago the run started; empty when nobody knows. */
export function runAge(run: Run, now: number): string {
  return run.since === 0 ? '' : ageText(now - run.since);
}

/** `just now`, `2 min ago`, `3 h ago`, `5 days ago`. */
export function ageText(ageMs: number): string {
  const minutes = Math.floor(ageMs / 60_000);
  if (minutes < 1) return t('just now');
  if (minutes < 60) return t('{0} min ago', minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t('{0} h ago', hours);
  const days = Math.floor(hours / 24);
  return days === 1 ? t('1 day ago') : t('{0} days ago', days);
}

/** Whoever trains it, it can be asked to stop. */
export function isStoppable({ state }: Run): boolean {
  return isLive(state.status) && state.status !== 'stopping';
}

/** It can go on from its checkpoint, or from its beginning where it has none yet. */
export function isInterrupted({ state }: Run): boolean {
  return state.folder !== null && ['stopped', 'lost', 'failed'].includes(state.status);
}

/** What menus are shown for, as a dotted list that `viewItem =~ /\.live\b/` can match. */
export function runContext(run: Run): string {
  const { status } = run.state;
  const parts = ['run', status, isLive(status) ? 'live' : 'ended'];
  if (isStoppable(run)) parts.push('stoppable');
  if (status === 'running') parts.push('pausable');
  if (status === 'paused') parts.push('resumable');
  if (isInterrupted(run)) parts.push('interrupted');
  if (run.state.folder !== null) parts.push('stored', run.notes.isStarred ? 'starred' : 'unstarred');
  if (hasFix(run)) parts.push('fixable');
  return parts.join('.');
}

/** `penalty 42 %`, or `3 runs 42 %` with the mean of what they have done. */
export function statusText(live: readonly Run[]): string {
  const share = live.reduce((sum, run) => sum + (progressShare(run.state) ?? 0), 0) / live.length;
  const name = live.length === 1 ? live[0]!.state.variant : t('{0} runs', live.length);
  const isWorking = live.some(({ state }) => state.status !== 'paused' && state.status !== 'queued');
  // Variant names are a person's: no icon of theirs is meant.
  return `$(${isWorking ? 'sync~spin' : 'debug-pause'}) ${name.replace(/\$\(/g, '$ (')} ${Math.floor(share * 100)} %`;
}

/** `weather.orthant.json, line 4: No column "rian". (and 2 more)` */
export function rejectedText(experiment: string, problems: readonly Problem[]): string {
  const first = firstProblem(problems);
  const place = t('{0}, line {1}', path.basename(experiment), (first?.range.start.line ?? 0) + 1);
  const nOthers = problems.length - 1;
  const others = nOthers > 0 ? ` ${t('(and {0} more)', nOthers)}` : '';
  return `${place}: ${first?.message ?? ''}${others}`;
}

/** An error before a warning. */
export function firstProblem(problems: readonly Problem[]): Problem | undefined {
  return problems.find((problem) => hasErrors([problem])) ?? problems[0];
}

function splitText(run: Run, split: 'train' | 'validation'): string | null {
  const figures = (run.summary ?? run.state.measured.at(-1))?.[split]?.overall;
  if (figures === undefined) return null;
  const { negativeShare, rmse, maxViolation } = QUANTITIES;
  return t(
    '{0} outside, RMSE {1}, worst violation {2}',
    negativeShare.format(figures.negativeShare),
    rmse.format(figures.rmse),
    maxViolation.format(figures.maxViolation),
  );
}

export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$]/g, '\\$&');
}
