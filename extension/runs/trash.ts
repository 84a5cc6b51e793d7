/**
 * Where deleted runs wait until their deletion can't be undone any more: `.trash` in the runs folder, so that moving them
 * there and back is one rename on one disk, whatever they weigh. Lists pass over hidden entries.
 *
 *     .trash/<host>_<pid>_<start of the process>/<run>   deleted by that window, and can be put back; a second one of the
 *                                                        same name lies in a part whose name ends in _2
 *     .trash/.going-<…>                                  is being removed; what a kill leaves of it is removed next time
 *
 * A window that ends empties its part. One that is killed can't: its runs stay, and whoever looks next may put them back.
 */
import { existsSync, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { isProcessThere, ownProcessStart } from './liveness';
import { namesIn } from './namesIn';

const TRASH = '.trash';
const GOING = '.going-';
/** Computed from a clock that may be set: one name for as long as the window lives. */
const OWN_PART = `${hostname().replaceAll('_', '-')}_${process.pid}_${ownProcessStart()}`;

/** A run in the trash. */
export interface TrashedRun {
  /** Where the run was and goes back to. */
  readonly folder: string;
  /** Where it is. */
  readonly place: string;
}

/**
 * `null` when it is gone already.
 * @throws Error of the file system when it can't be moved, such as while another program has it open on Windows.
 */
export function moveToTrash(folder: string): TrashedRun | null {
  // Before the trash is made: a runs folder that somebody deleted must not come back for it.
  if (!existsSync(folder)) return null;
  const place = freePlace(path.join(path.dirname(folder), TRASH), path.basename(folder));
  mkdirSync(path.dirname(place), { recursive: true });
  renameSync(folder, place);
  return { folder, place };
}

/** A folder may be made again under the name of a deleted one, and be deleted too. */
function freePlace(trash: string, name: string): string {
  for (let count = 1; ; count++) {
    const place = path.join(trash, count === 1 ? OWN_PART : `${OWN_PART}_${count}`, name);
    if (!existsSync(place)) return place;
  }
}

/** @throws Error when something else is in its place by now, or it is gone from the trash. */
export function putBack({ folder, place }: TrashedRun): void {
  // A rename would silently replace an empty folder.
  if (existsSync(folder)) throw new Error(`${folder} exists again; the deleted run stays in ${place}.`);
  mkdirSync(path.dirname(folder), { recursive: true });
  renameSync(place, folder);
  removeEmpty(path.dirname(place));
}

/** What windows of this machine deleted and left behind when they were killed. */
export function abandonedRuns(runsFolder: string): TrashedRun[] {
  const trash = path.join(runsFolder, TRASH);
  return namesIn(trash)
    .filter(isAbandoned)
    .flatMap((part) =>
      namesIn(path.join(trash, part)).map((name) => ({
        folder: path.join(runsFolder, name),
        place: path.join(trash, part, name),
      })),
    );
}

/**
 * Removes runs from the trash for good. What can't be removed stays there, and the next window may try it.
 * @returns why, one message each
 */
export async function removeTrashed(runs: readonly TrashedRun[]): Promise<string[]> {
  const failures: string[] = [];
  const going = runs.flatMap(({ place }, index) => {
    const trash = path.resolve(place, '../..');
    const target = path.join(trash, `${GOING}${OWN_PART}-${Date.now()}-${index}`);
    try {
      // First out of the way, so that a kill leaves no half of a run that could be put back.
      renameSync(place, target);
      removeEmpty(path.dirname(place));
      return [target];
    } catch (error) {
      // Another window may have been faster.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') failures.push((error as Error).message);
      return [];
    }
  });
  failures.push(...(await removeAll(going)));
  for (const trash of new Set(going.map((target) => path.dirname(target)))) removeEmpty(trash);
  return failures;
}

async function removeAll(folders: readonly string[]): Promise<string[]> {
  const failures: string[] = [];
  for (const folder of folders) {
    try {
      await rm(folder, { recursive: true, force: true });
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  return failures;
}

/** What was on its way out when a window was killed. @returns why some of it still is there, one message each */
export async function finishRemovals(runsFolder: string): Promise<string[]> {
  const trash = path.join(runsFolder, TRASH);
  const going = namesIn(trash).filter((each) => each.startsWith(GOING));
  const failures = await removeAll(going.map((name) => path.join(trash, name)));
  removeEmpty(trash);
  return failures;
}

/** What is not of this form is somebody else's, and what another machine deleted only that machine can judge. */
function isAbandoned(part: string): boolean {
  const [host, pid, processStarted] = part.split('_');
  if (host !== OWN_PART.split('_')[0] || part.startsWith(OWN_PART)) return false;
  const owner = { pid: Number(pid), processStarted: Number(processStarted) };
  return Number.isInteger(owner.pid) && owner.pid > 0 && !isProcessThere(owner);
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not empty, or gone.
  }
}
