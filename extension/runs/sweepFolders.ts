/** Reading sweep folders: what a sweep is, and who trains it. They lie beside the runs folder, so no list of runs meets them. */
import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import {
  type ConductorFile,
  type PointFailure,
  SWEEP_FILES,
  type SweepFile,
  type SweepPlace,
} from '../protocol/sweepFiles';
import type { SweepStatus } from '../protocol/sweepState';
import { isProcessThere, isWriterAlive } from './liveness';
import { namesIn } from './namesIn';
import { readJson } from './readJson';

/** `.orthant/sweeps` for `.orthant/runs`; a folder of another name gets one of its own beside it. */
export function sweepsFolderOf(runsFolder: string): string {
  const name = path.basename(runsFolder);
  return path.join(path.dirname(runsFolder), name === 'runs' ? 'sweeps' : `${name}-sweeps`);
}

/** Of the sweep in `folder`, where it lies now; `null` where that is in no folder of sweeps. */
function runsFolderOf(folder: string): string | null {
  const sweepsFolder = path.dirname(folder);
  const name = path.basename(sweepsFolder);
  const runs = name === 'sweeps' ? 'runs' : /^(.+)-sweeps$/.exec(name)?.[1];
  return runs === undefined ? null : path.join(path.dirname(sweepsFolder), runs);
}

/** A sweep as it lies on disk; how far it is, its runs say (`protocol/sweepState.ts`). */
export interface SweepListing {
  folder: string;
  file: SweepFile;
  status: SweepStatus;
  /** `null` where nobody has begun to train it. */
  conductor: ConductorFile | null;
  /** Points that failed before they had a run. */
  failures: PointFailure[];
}

/** `null` when the folder is no sweep, or half of one. */
export function readSweep(folder: string): SweepListing | null {
  const file = readSweepFile(folder);
  return file === null ? null : { folder, file, ...readSweepState(folder) };
}

/**
 * What never changes of a sweep; `null` when the folder is none. Of one that was moved or copied, its runs are those beside
 * it now, and never again those it had.
 */
export function readSweepFile(folder: string): SweepFile | null {
  const file = readJson<SweepFile>(path.join(folder, SWEEP_FILES.sweep));
  const isWhole =
    typeof file?.id === 'string' &&
    typeof file.experiment === 'string' &&
    typeof file.text === 'string' &&
    Array.isArray(file.points);
  return isWhole ? { ...file, runsFolder: runsFolderOf(folder) ?? file.runsFolder } : null;
}

/** What changes while somebody trains it. */
export function readSweepState(folder: string): Pick<SweepListing, 'status' | 'conductor' | 'failures'> {
  const conductor = readJson<ConductorFile>(path.join(folder, SWEEP_FILES.conductor));
  return { conductor, status: statusOf(folder, conductor), failures: readFailures(folder) };
}

/** Newest first; an absent folder has none. */
export function listSweeps(sweepsFolder: string): SweepListing[] {
  return sweepFoldersIn(sweepsFolder).flatMap((folder) => readSweep(folder) ?? []);
}

/** Newest first, by their names; what else lies there is among them. */
export function sweepFoldersIn(sweepsFolder: string): string[] {
  const names = namesIn(sweepsFolder).filter((name) => !name.startsWith('.'));
  return names.reverse().map((name) => path.join(sweepsFolder, name));
}

function statusOf(folder: string, conductor: ConductorFile | null): SweepStatus {
  if (conductor === null) return 'lost';
  const { status } = conductor;
  if (status === 'finished' || status === 'stopped' || status === 'failed') return status;
  // On this machine its process can be asked for: a heart that did not beat may only mean that the machine slept.
  if (conductor.host === hostname()) return isProcessThere(conductor) ? status : 'lost';
  try {
    const heartbeat = statSync(path.join(folder, SWEEP_FILES.conductor)).mtimeMs;
    return isWriterAlive(conductor, heartbeat) ? status : 'lost';
  } catch {
    return 'lost';
  }
}

/** The last line may be half of one. */
function readFailures(folder: string): PointFailure[] {
  let text: string;
  try {
    text = readFileSync(path.join(folder, SWEEP_FILES.failures), 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      const { point, time, error }: Partial<PointFailure> = JSON.parse(line);
      return Number.isInteger(point) && typeof error === 'string' ? [{ point: point!, time: time ?? 0, error }] : [];
    } catch {
      return [];
    }
  });
}

/** What another program wrote into a `run.json` counts as none. */
export function asSweepPlace(value: unknown): SweepPlace | null {
  if (typeof value !== 'object' || value === null) return null;
  const { id, point, assignments } = value as Partial<SweepPlace>;
  const isWhole = typeof id === 'string' && Number.isInteger(point) && typeof assignments === 'object';
  return isWhole && assignments !== null ? (value as SweepPlace) : null;
}
