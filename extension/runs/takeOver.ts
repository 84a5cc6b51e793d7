/**
 * Taking over a run whose process is gone: one process only goes on from its checkpoint, however many windows ask for it.
 *
 * A run belongs to the process that `run.json` names. To follow it, a process makes `.after-<pid>-<start>` of the one
 * before; the file system lets one do that. A process that is killed between that and `run.json` is followed in the same
 * way, so nothing ever has to be taken from anybody, and no claim that was left behind bars the run.
 */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { ProcessIdentity } from '../protocol/control';
import { RUN_FILES, type RunFile } from '../protocol/runFiles';
import { isProcessThere } from './liveness';

/** The run belongs to a process that is there; the message names it. */
export class RunTakenError extends Error {
  override readonly name = 'RunTakenError';
}

/**
 * Claims the run for `self`. The claim ends with `release`, which is called once `run.json` names `self`, or when nothing
 * came of it.
 * @throws RunTakenError when another process trains the run or is about to, or when it was trained meanwhile.
 * @throws Error of the file system when the folder can't be written.
 */
export function claimRun(folder: string, seen: RunFile, self: ProcessIdentity): { release(): void } {
  const own = path.join(folder, `.claim-${self.pid}-${self.processStarted}`);
  const claims: string[] = [];
  const release = (): void => {
    for (const file of claims) rmSync(file, { force: true });
  };
  // Whole before it has a name that counts.
  writeFileSync(own, JSON.stringify(self));
  try {
    for (let before: ProcessIdentity = seen; ; ) {
      refuseIfThere(before);
      const claim = path.join(folder, `.after-${before.pid}-${before.processStarted}`);
      claims.push(claim);
      if (link(own, claim)) break;
      before = holderOf(claim);
    }
    // Who was faster may be through with it already, and its claim gone.
    const now = JSON.parse(readFileSync(path.join(folder, RUN_FILES.run), 'utf8')) as RunFile;
    if (now.pid !== seen.pid || now.processStarted !== seen.processStarted || now.host !== seen.host) {
      rmSync(claims.pop()!, { force: true });
      throw new RunTakenError(`The run was resumed by another process (pid ${now.pid} on ${now.host}) just now.`);
    }
    return { release };
  } finally {
    rmSync(own, { force: true });
  }
}

function refuseIfThere(identity: ProcessIdentity): void {
  const { pid, host } = identity;
  // Of a process elsewhere only its heartbeat tells, which whoever offers to resume has looked at.
  if (host !== hostname() || !isProcessThere(identity)) return;
  throw new RunTakenError(`The run is being trained by another process (pid ${pid} on ${host}). Stop it there first.`);
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
    throw error;
  }
}

function holderOf(claim: string): ProcessIdentity {
  try {
    return JSON.parse(readFileSync(claim, 'utf8')) as ProcessIdentity;
  } catch {
    throw new RunTakenError('The run was resumed by another process just now.');
  }
}
