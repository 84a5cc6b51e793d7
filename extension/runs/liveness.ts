/**
 * Whether the process that writes a run is still there: its pid, the start of that process (pids are reused) and
 * the heartbeat, which is the modification time of `events.jsonl`.
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessIdentity, StartSinceBoot } from '../protocol/control';

export const HEARTBEAT_INTERVAL_MS = 2_000;
/** A machine that was asleep or busy misses beats; a living pid is given this long. */
const HEARTBEAT_PATIENCE_MS = 30_000;
/** Without a pid to ask (another host wrote the run) three missed beats decide. */
const REMOTE_PATIENCE_MS = 3 * HEARTBEAT_INTERVAL_MS;
const START_TOLERANCE_MS = 3_000;

/** Start of this process, milliseconds since the epoch. */
export function ownProcessStart(): number {
  return Math.round(Date.now() - process.uptime() * 1000);
}

export function isWriterAlive(run: ProcessIdentity, heartbeatMs: number): boolean {
  const age = Date.now() - heartbeatMs;
  if (run.host !== hostname()) return age < REMOTE_PATIENCE_MS;
  return isProcessThere(run) && age < HEARTBEAT_PATIENCE_MS;
}

/** Whether this very process of this machine still runs, or may do so. */
export function isProcessThere(process: LocalProcess): boolean {
  return processPresence(process) !== 'gone';
}

/** What names a process of this machine, as its files do. */
export type LocalProcess = Pick<ProcessIdentity, 'pid' | 'processStarted' | 'sinceBoot'>;

/**
 * `unknown` where a process of that number runs and the system doesn't tell since when (no /proc): it may be another one,
 * which must not be killed.
 */
export function processPresence({ pid, processStarted, sinceBoot }: LocalProcess): 'there' | 'gone' | 'unknown' {
  if (!isProcessAlive(pid)) return 'gone';
  const ticks = startTicks(pid);
  if (ticks === 'over') return 'gone';
  const now = ticks === null ? null : bootOf(ticks);
  if (now !== null && sinceBoot !== undefined) {
    return now.boot === sinceBoot.boot && now.ticks === sinceBoot.ticks ? 'there' : 'gone';
  }
  const started = ticks === null ? null : timeOf(ticks);
  if (started === null) return 'unknown';
  return Math.abs(started - processStarted) <= START_TOLERANCE_MS ? 'there' : 'gone';
}

/** `null` where the system doesn't tell. */
export function startSinceBoot(pid: number): StartSinceBoot | null {
  const ticks = startTicks(pid);
  return ticks === null || ticks === 'over' ? null : bootOf(ticks);
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process exists but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** In clock ticks since boot; `null` where the system doesn't tell (no /proc). */
function startTicks(pid: number): number | 'over' | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command in field 2 may hold spaces, so count from its bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Field 3: one that is over and whom nobody has asked for its end yet, as happens to those whose window is gone.
    if (/^[ZX]/.test(fields[0]!)) return 'over';
    const ticks = Number(fields[19]);
    return Number.isFinite(ticks) ? ticks : null;
  } catch {
    return null;
  }
}

function bootOf(ticks: number): StartSinceBoot | null {
  try {
    return { boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), ticks };
  } catch {
    return null;
  }
}

/** Milliseconds since the epoch, a tick being 10 ms. The system moves its boot time when its clock is set. */
function timeOf(ticks: number): number | null {
  try {
    const boot = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'));
    return boot === null ? null : Number(boot[1]) * 1000 + ticks * 10;
  } catch {
    return null;
  }
}
