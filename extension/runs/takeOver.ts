/**
 * Taking over a run whose process is gone: one process only goes on from its checkpoint, however many windows ask for it.
 *
 * A run belongs to the process that `run.json` names. To follow it, a process makes `.after-<pid>-<start>` of the one
 * before; the file system lets one do that. A process that is killed between that and `run.json` is followed in the same
 * way, so nothing ever has to be taken from anybody, and no claim that was left behind bars the run. A sweep belongs to the
 * process that `conductor.json` names, and is taken up in the same way.
 */
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { ProcessIdentity } from '../protocol/control';
import { RUN_FILES, type RunFile } from '../protocol/runFiles';
import type { ConductorFile } from '../protocol/sweepFiles';
import { isProcessThere } from './liveness';
import { readSweepState } from './sweepFolders';
import { RunFolderError, reasonOf } from './writeRun';

/** From making a claim to filling it there is one call, unless its process is killed in between. */
const FILLING_MS = 10_000;

/** The run or sweep belongs to a process that is there; the message names it. */
export class RunTakenError extends Error {
  override readonly name = 'RunTakenError';
}

/**
 * Claims the run for `self`; `hasEnded` when the process that was `seen` there told its end. The claim ends with `release`, which is called once `run.json` names `self`, or when nothing
 * came of it.
 * @throws RunTakenError when another process trains the run or is about to, or when it was trained meanwhile.
 * @throws RunFolderError when the folder can't be written.
 */
export function claimRun(
  folder: string,
  { seen, hasEnded }: { seen: RunFile; hasEnded: boolean },
  self: ProcessIdentity,
): Claim {
  const now = (): ProcessIdentity => readIdentity(path.join(folder, RUN_FILES.run));
  return claim(folder, self, { what: 'run', seen, hasEnded, now });
}

/**
 * Claims the sweep for `self`; `seen` is who trained it last, `null` where nobody has. The claim ends with `release`, once
 * `conductor.json` names `self`, or when nothing came of it.
 * @throws RunTakenError when another process trains the sweep or is about to, or when it was trained meanwhile.
 * @throws RunFolderError when the folder can't be written.
 */
export function claimSweep(folder: string, seen: ConductorFile | null, self: ProcessIdentity): Claim {
  const hasEnded = seen !== null && ['finished', 'stopped', 'failed'].includes(seen.status);
  return claim(folder, self, {
    what: 'sweep',
    seen,
    hasEnded,
    now: () => readSweepState(folder).conductor,
  });
}

export interface Claim {
  release(): void;
}

interface Claimed {
  what: 'run' | 'sweep';
  /** Whom it belonged to when it was looked at. */
  seen: ProcessIdentity | null;
  /** That process told an end: it trains this no more, though it may still be there. */
  hasEnded: boolean;
  now(): ProcessIdentity | null;
}

function claim(folder: string, self: ProcessIdentity, claimed: Claimed): Claim {
  try {
    return tryToClaim(folder, self, claimed);
  } catch (error) {
    if (error instanceof RunTakenError) throw error;
    throw new RunFolderError(`The ${claimed.what} in ${folder} can't be resumed: ${reasonOf(error)}.`);
  }
}

function tryToClaim(folder: string, self: ProcessIdentity, { what, seen, hasEnded, now }: Claimed): Claim {
  const own = path.join(folder, `.claim-${self.pid}-${self.processStarted}`);
  const claims: string[] = [];
  const release = (): void => {
    for (const file of claims) rmSync(file, { force: true });
  };
  try {
    // Whole before it has a name that counts.
    writeFileSync(own, JSON.stringify(self));
    if (seen !== null && !hasEnded) refuseIfThere(seen, what);
    for (let name = nameAfter(seen); ; ) {
      const claim = path.join(folder, name);
      claims.push(claim);
      if (link(own, claim)) break;
      const holder = holderOf(claim, what);
      if (holder !== 'nobody') refuseIfThere(holder, what);
      // Never taken away, as two may find it so at the same moment, but followed as if its process were gone.
      name = holder === 'nobody' ? `${name}-empty` : nameAfter(holder);
    }
    // Who was faster may be through with it already, and its claim gone.
    const owner = now();
    if (owner?.pid !== seen?.pid || owner?.processStarted !== seen?.processStarted || owner?.host !== seen?.host) {
      rmSync(claims.pop()!, { force: true });
      const who = owner === null ? '' : ` (pid ${owner.pid} on ${owner.host})`;
      throw new RunTakenError(`The ${what} was resumed by another process${who} just now.`);
    }
    return { release };
  } finally {
    rmSync(own, { force: true });
  }
}

function nameAfter(before: ProcessIdentity | null): string {
  return before === null ? '.after-nobody' : `.after-${before.pid}-${before.processStarted}`;
}

function readIdentity(file: string): ProcessIdentity {
  return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
}

function refuseIfThere(identity: ProcessIdentity, what: string): void {
  const { pid, host } = identity;
  // Of a process elsewhere only its heartbeat tells, which whoever offers to resume has looked at.
  if (host !== hostname() || !isProcessThere(identity)) return;
  throw new RunTakenError(
    `The ${what} is being trained by another process (pid ${pid} on ${host}). Stop it there first.`,
  );
}

/** `false` when there is one already. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    return copyToFree(from, to);
  }
}

/** For disks without links (exFAT). Whoever looks between its making and its filling takes it for taken, which it is. */
function copyToFree(from: string, to: string): boolean {
  try {
    writeFileSync(to, readFileSync(from), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // Made, but there was no room to fill it.
    rmSync(to, { force: true });
    throw error;
  }
}

/** `nobody` where the one who made the claim was killed before it was filled. */
function holderOf(claim: string, what: string): ProcessIdentity | 'nobody' {
  try {
    return readIdentity(claim);
  } catch {
    const made = statSync(claim, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - made > FILLING_MS) return 'nobody';
    throw new RunTakenError(`The ${what} was resumed by another process just now.`);
  }
}
