/**
 * Whether the process that writes a run is still there: its pid, the start time of that process (pids are reused) and
 * the heartbeat, which is the modification time of `events.jsonl`.
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { RunFile } from '../protocol/runFiles';

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

export function isWriterAlive(run: Pick<RunFile, 'pid' | 'processStarted' | 'host'>, heartbeatMs: number): boolean {
  const age = Date.now() - heartbeatMs;
  if (run.host !== hostname()) return age < REMOTE_PATIENCE_MS;
  return isProcessThere(run) && age < HEARTBEAT_PATIENCE_MS;
}

/** Whether this very process of this machine still runs. */
export function isProcessThere({ pid, processStarted }: Pick<RunFile, 'pid' | 'processStarted'>): boolean {
  if (!isProcessAlive(pid)) return false;
  const started = processStart(pid);
  return started === null || Math.abs(started - processStarted) <= START_TOLERANCE_MS;
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

/** Milliseconds since the epoch, −∞ of one that is over; `null` where the system doesn't tell (no /proc) and pid and heartbeat must do. */
function processStart(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 3: one that is over and whom nobody has asked for its end yet, as happens to those whose window is gone.
    if (/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))) return Number.NEGATIVE_INFINITY;
    // Field 22, in clock ticks of 10 ms since boot; the command in field 2 may hold spaces, so count from its bracket.
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    const boot = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'));
    return boot === null ? null : Number(boot[1]) * 1000 + ticks * 10;
  } catch {
    return null;
  }
}
