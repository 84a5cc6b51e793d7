/** Where the figures come from: the machine in words, and whether it had other things to do. */
import { readFileSync } from 'node:fs';
import os from 'node:os';

export interface Machine {
  readonly cpu: string;
  /** Cores that this process may use: `taskset` lowers them, for all contestants alike. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted to run in the minute before; `null` where the system doesn't say. */
  readonly loadBefore: number | null;
}

export function describeMachine(): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    system: `${distribution() ?? os.version()}, ${os.type()} ${os.release()}, ${os.arch()}`,
    node: process.versions.node,
    loadBefore: process.platform === 'win32' ? null : os.loadavg()[0]!,
  };
}

/** More than a quarter of a core was busy before anything of ours was. */
export function isBusy({ loadBefore }: Machine): boolean {
  return (loadBefore ?? 0) > 0.25;
}

function distribution(): string | null {
  try {
    return /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}
