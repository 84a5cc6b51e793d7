/** `orthant sweep`: trains the points of an experiment's sweep, several at a time, and compares what they came to. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { TrainingEvent, WantedEngine } from '../protocol/events';
import { printable } from '../protocol/printable';
import { hasErrors } from '../protocol/problems';
import { RUNS_FOLDER } from '../protocol/runFiles';
import type { SweepFile } from '../protocol/sweepFiles';
import { bestRow, type SweepRow, sweepRows } from '../protocol/sweepRows';
import { isSweepLive, type PointOutcome, pointOutcomes, type SweepRun, sweepProgress } from '../protocol/sweepState';
import { readRun } from '../runs/readRuns';
import { listSweeps, type SweepListing, sweepsFolderOf } from '../runs/sweepFolders';
import { RunTakenError } from '../runs/takeOver';
import { RunFolderError } from '../runs/writeRun';
import { createSweep } from '../runs/writeSweep';
import { conductSweep, outcomesOf, type RunOfSweep, type SweepListener } from '../sweeps/conduct';
import { SweepControl } from '../sweeps/control';
import { checkResumed, planSweep } from '../sweeps/plan';
import type { PointEnd } from '../sweeps/workerProcess';
import { EXIT } from './exit';
import { interruptible } from './interruptible';
import { printProblems, readExperiment } from './readExperiment';
import { applySettings, type Setting } from './settings';
import { createSweepProgress } from './sweepProgress';
import { sweepTable } from './sweepTable';

export interface SweepCommandOptions {
  /** Only these of those that the sweep trains; empty for all. */
  readonly variants: readonly string[];
  /** In place of what the experiment says. */
  readonly engine?: WantedEngine;
  readonly settings: readonly Setting[];
  readonly runs?: string;
  /** Trainers at a time. */
  readonly jobs?: number;
  /** An interrupted sweep by its id or the beginning of it; `true` for the latest. */
  readonly resume?: string | true;
  readonly retryFailed: boolean;
  readonly json: boolean;
}

interface Found {
  readonly folder: string;
  readonly file: SweepFile;
}

export async function sweepCommand(file: string, options: SweepCommandOptions): Promise<number> {
  const read = readExperiment(file);
  if (read === null) return EXIT.wrongInput;
  const runsFolder =
    options.runs === undefined ? path.join(path.dirname(read.experimentPath), RUNS_FOLDER) : path.resolve(options.runs);
  try {
    const found =
      options.resume === undefined
        ? await begin(file, { ...read, runsFolder }, options)
        : await findInterrupted(file, { ...read, runsFolder }, options);
    return found === null ? EXIT.wrongInput : await train(file, found, options);
  } catch (error) {
    if (!(error instanceof RunFolderError || error instanceof RunTakenError)) throw error;
    console.error(error.message);
    return EXIT.wrongInput;
  }
}

interface Place {
  readonly experimentPath: string;
  readonly text: string;
  readonly runsFolder: string;
}

/** A new sweep; `null` after the reason was printed. */
async function begin(file: string, place: Place, options: SweepCommandOptions): Promise<Found | null> {
  const text = applySettings(place.text, options.settings);
  if (text === null) return null;
  const { plan, problems } = await planSweep({
    ...place,
    text,
    ...(options.engine !== undefined && { engine: options.engine }),
    ...(options.variants.length > 0 && { variants: [...new Set(options.variants)] }),
  });
  printProblems(
    file,
    problems.filter(({ severity }) => severity === 'error' || severity === 'warning'),
    console.error,
  );
  return plan === null ? null : createSweep(plan);
}

/** A sweep that was begun and not finished; `null` after the reason was printed. */
async function findInterrupted(file: string, place: Place, options: SweepCommandOptions): Promise<Found | null> {
  const changed = [
    options.variants.length > 0 && '--variant',
    options.engine !== undefined && '--engine',
    options.settings.length > 0 && '--set',
  ].find((option) => option !== false);
  if (changed !== undefined) {
    console.error(
      `${changed} can't go with --resume: a sweep goes on as it began. Leave it out, or begin a new sweep.`,
    );
    return null;
  }
  const sweepsFolder = sweepsFolderOf(place.runsFolder);
  const own = listSweeps(sweepsFolder).filter(({ file }) => isOf(file, place));
  const chosen = choose(own, options);
  if (typeof chosen === 'string') {
    console.error(`${file}: ${chosen}`);
    return null;
  }
  if (isSweepLive(chosen.status)) {
    const { pid, host } = chosen.conductor!;
    console.error(
      `The sweep ${chosen.file.id} is being trained by the process ${pid} on ${host}. Stop that one first, or wait for it.`,
    );
    return null;
  }
  const found = { folder: chosen.folder, file: { ...chosen.file, experiment: place.experimentPath } };
  const problems = await checkResumed(found.file);
  printProblems(
    file,
    problems.filter(({ severity }) => severity === 'error'),
    console.error,
  );
  return hasErrors(problems) ? null : found;
}

/** In a project that was moved or copied, a sweep names the experiment where it was: the one of that name is meant. */
function isOf({ experiment }: SweepFile, { experimentPath, runsFolder }: Place): boolean {
  if (experiment === experimentPath) return true;
  if (path.basename(experiment) !== path.basename(experimentPath)) return false;
  // A folder elsewhere may hold those of another project too.
  const isBeside = runsFolder === path.join(path.dirname(experimentPath), RUNS_FOLDER);
  return isBeside || !existsSync(experiment);
}

/** Newest first; a message where there is none to choose. */
function choose(sweeps: readonly SweepListing[], { resume, retryFailed }: SweepCommandOptions): SweepListing | string {
  if (resume === true) {
    const latest = sweeps.find(({ status }) => status !== 'finished' || retryFailed);
    return latest ?? 'no sweep of this experiment was interrupted. "orthant sweep <experiment>" begins one.';
  }
  const matching = sweeps.filter(({ file }) => file.id.startsWith(resume!));
  const exact = matching.find(({ file }) => file.id === resume) ?? (matching.length === 1 ? matching[0] : undefined);
  if (exact !== undefined) return exact;
  const ids = (matching.length > 0 ? matching : sweeps).slice(0, 5).map(({ file }) => file.id);
  const known = ids.length === 0 ? 'It has no sweeps.' : `Its latest are ${ids.join(', ')}.`;
  return matching.length > 0
    ? `several sweeps begin with "${resume}": ${ids.join(', ')}.`
    : `there is no sweep "${resume}" of this experiment. ${known}`;
}

async function train(file: string, { folder, file: sweep }: Found, options: SweepCommandOptions): Promise<number> {
  return interruptible(new SweepControl(), async (control) => {
    const { status, error } = await conductSweep({
      folder,
      file: sweep,
      module: path.join(__dirname, 'sweep.js'),
      control,
      retryFailed: options.retryFailed,
      listener: await listenerFor(file, folder, sweep, options),
      ...(options.jobs !== undefined && { jobs: options.jobs }),
    });
    if (error !== null) console.error(error);
    const outcomes = await outcomesOf(folder, sweep);
    await report(file, sweep, outcomes, options);
    if (status === 'failed') return EXIT.failed;
    if (control.stopRequested) return EXIT.interrupted;
    return sweepProgress(outcomes).failed > 0 ? EXIT.failed : EXIT.done;
  });
}

async function listenerFor(
  file: string,
  folder: string,
  sweep: SweepFile,
  options: SweepCommandOptions,
): Promise<SweepListener> {
  const { points } = sweep;
  if (options.json) {
    const event = (point: number, each: TrainingEvent): void => console.log(JSON.stringify({ ...each, point }));
    return { event };
  }
  const runs: SweepRun[] = (await outcomesOf(folder, sweep)).flatMap(({ run }) => run ?? []);
  const progress = createSweepProgress(points);
  const best = throttled(() => bestRow(sweepRows(points, pointOutcomes(points.length, runs))));
  return {
    begun: (count, { jobs, threads }) => {
      const each = threads === 1 ? 'one thread each' : `${threads} threads each`;
      console.log(`${path.basename(file)}: sweep ${sweep.id}, ${points.length} runs, ${jobs} at a time, ${each}`);
      if (count < points.length) console.log(`${points.length - count} of them are done already.`);
      progress.begun(points.length - count);
    },
    event: (point, event) => progress.event(point, event),
    ended: (point, end) => {
      if (end.kind === 'ended') {
        const { summary, status } = end.event;
        runs.push({ id: summary.run, status, summary, sweep: { id: sweep.id, point, ...points[point]! } });
      }
      progress.ended(point, outcomeWords(end), best());
    },
    over: () => progress.stop(),
  };
}

/** Going through thousands of points for each of them would take longer than some train. */
function throttled(compute: () => SweepRow | null): () => SweepRow | null {
  let last: { time: number; value: SweepRow | null } | null = null;
  return () => {
    const now = Date.now();
    if (last === null || now - last.time > 200) last = { time: now, value: compute() };
    return last.value;
  };
}

function outcomeWords(end: PointEnd): string {
  switch (end.kind) {
    case 'ended':
      return end.event.error === null ? end.event.status : `failed: ${end.event.error.split('\n')[0]}`;
    case 'rejected':
      return `failed: ${end.problems.find(({ severity }) => severity === 'error')?.message ?? 'refused'}`;
    case 'crashed':
      return `failed: ${end.error.split('\n')[0]}`;
    case 'stopped':
      return 'stopped';
  }
}

async function report(
  file: string,
  sweep: SweepFile,
  outcomes: readonly PointOutcome<RunOfSweep>[],
  { json }: SweepCommandOptions,
): Promise<void> {
  const rows = sweepRows(sweep.points, outcomes);
  const { done, total } = sweepProgress(outcomes);
  if (json) {
    console.log(JSON.stringify({ type: 'swept', time: Date.now(), sweep: sweep.id, done, total, rows }));
    return;
  }
  if (rows.some(({ finished }) => finished > 0)) console.log(`\n${sweepTable(rows)}`);
  for (const line of await failureLines(sweep, outcomes)) console.log(printable(line));
  const left = total - done;
  if (left > 0) {
    console.log(`\n${done} of ${total} done. Go on with: orthant sweep ${file} --resume ${sweep.id}`);
  }
  console.log(`\nRecorded in ${path.relative(process.cwd(), sweep.runsFolder) || '.'}`);
}

const MOST_FAILURES = 5;

async function failureLines(sweep: SweepFile, outcomes: readonly PointOutcome<RunOfSweep>[]): Promise<string[]> {
  const failed = outcomes.flatMap((outcome, point) => (outcome.state === 'failed' ? [{ ...outcome, point }] : []));
  const lines: string[] = [];
  for (const { point, run, error } of failed.slice(0, MOST_FAILURES)) {
    const reason = error ?? (run === null ? null : (await readRun(run.folder)).error) ?? 'for no known reason';
    const { variant, assignments } = sweep.points[point]!;
    lines.push(`${variant} ${JSON.stringify(assignments)} failed: ${reason.split('\n')[0]}`);
  }
  if (failed.length > MOST_FAILURES) lines.push(`and ${failed.length - MOST_FAILURES} more`);
  return lines.length === 0 ? [] : ['', ...lines, 'Train failed ones again with --resume … --retry-failed.'];
}
