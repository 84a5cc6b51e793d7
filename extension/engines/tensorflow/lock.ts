/** Who may work in the folder of installations, and taking away what nobody needs there any more. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InstallError, TEXTS } from './texts';

/** Begins the name of a folder in which an installation is made; the number of the process that makes it follows. */
export const STAGING = '.installing-';
const LOCK = 'installing.json';
/** No installation takes so long; the number in a lock may be another process by now. */
const LOCK_MS = 3 * 60 * 60_000;
const JUST_BEGUN_MS = 5_000;

/** One installation at a time: two would fetch everything twice, though neither could harm the other. */
export function lock(base: string): () => void {
  const file = path.join(base, LOCK);
  for (const isLastTry of [false, true]) {
    try {
      writeFileSync(file, JSON.stringify({ pid: process.pid }), { flag: 'wx' });
      return () => remove(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new InstallError(TEXTS.noFolder(base, (error as Error).message));
      }
      const holder = lockHolder(file);
      if (holder !== null || isLastTry) throw new InstallError(TEXTS.underWay(base, holder));
      remove(file);
    }
  }
  throw new Error('internal: neither locked nor refused');
}

/** The process that installs; `null` when the one that wrote the lock is gone, and the lock is nobody's. */
function lockHolder(file: string): number | null {
  const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  try {
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number };
    return age < LOCK_MS && isAlive(pid) ? pid : null;
  } catch {
    // Gone by now, or not yet written by one that is just beginning.
    return age < JUST_BEGUN_MS ? 0 : null;
  }
}

/** What installers that were killed left behind. */
export function removeLeftovers(base: string): void {
  for (const name of readdirSync(base)) {
    const pid = new RegExp(`^\\${STAGING}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) remove(path.join(base, name));
  }
}

/** Installations that are no longer in force. Windows keeps what a training has open; the next time gets it. */
export function removeOthers(base: string, home: string): void {
  for (const entry of readdirSync(base, { withFileTypes: true })) {
    const file = path.join(base, entry.name);
    if (entry.isDirectory() && file !== home && !entry.name.startsWith(STAGING)) remove(file);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function remove(file: string): void {
  try {
    rmSync(file, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Still in use; it is taken away by the next installation.
  }
}
