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
  /** Processes that wanted to run in the minute before the benchmark; `null` where the system doesn't say. */
  readonly loadBefore: number | null;
}

/** `loadBefore`: as `npm run bench` found it when it began; its own bundling counts as load a little later. */
export function describeMachine(loadBefore: string | undefined): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    system: `${distribution() ?? os.version()}, ${os.type()} ${os.release()}, ${os.arch()}`,
    node: process.versions.node,
    loadBefore: loadBefore === undefined || process.platform === 'win32' ? null : Number(loadBefore),
  };
}

/** More than half a core was busy before anything of ours was. */
export function isBusy({ loadBefore }: Machine): boolean {
  return (loadBefore ?? 0) > 0.5;
}

function distribution(): string | null {
  try {
    return /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}
