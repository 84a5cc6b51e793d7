/** Runs the built installer of the engine `tensorflow` as a person does in a terminal, bounded in time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './cli';

export interface InstallerResult {
  code: number | null;
  output: string;
}

export interface RunningInstaller {
  readonly process: ChildProcess;
  readonly ended: Promise<InstallerResult>;
  /** Once this was said, or everything was. */
  said(text: string): Promise<void>;
}

/** The package's own download, sent where nothing listens: the other way is what must be tested everywhere. */
const NO_DOWNLOAD = { TFJS_NODE_CDN_STORAGE: 'https://127.0.0.1:9/' };

export function startInstaller(data: string, environment: Record<string, string> = {}): RunningInstaller {
  const child = spawn(process.execPath, ['scripts/engineTensorflow.mjs'], {
    cwd: ROOT,
    env: { ...process.env, ...NO_DOWNLOAD, ORTHANT_DATA: data, ...environment },
    timeout: 480_000,
  });
  let output = '';
  let listeners: (() => void)[] = [];
  const hear = (data: Buffer): void => {
    output += String(data);
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<InstallerResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!output.includes(text)) return;
        listeners = listeners.filter((listener) => listener !== look);
        resolve();
      };
      listeners.push(look);
      look();
      void ended.then(() => resolve());
    });
  return { process: child, ended, said };
}

/** A PATH that leads to these programs and no others. */
export function pathOf(folder: string, programs: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  for (const name of programs) {
    const file = (process.env.PATH ?? '')
      .split(path.delimiter)
      .map((each) => path.join(each, name))
      .find((each) => existsSync(each));
    if (file !== undefined && !existsSync(path.join(folder, name))) symlinkSync(file, path.join(folder, name));
  }
  return folder;
}

export const enginesIn = (data: string): string => path.join(data, 'engines/tensorflow');

/** What lies in the folder of installations. */
export function installationsIn(data: string): string[] {
  const folder = enginesIn(data);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/**
 * Why this machine can't have the engine; `null` when it can, and a failure is ours. Network and toolchain are the
 * machine's; unpacking, compiling and computing are not.
 */
export function whyUnavailable({ code, output }: InstallerResult): string | null {
  if (code === 0) return null;
  const isOfTheMachine =
    /^✗ (npm packages|TensorFlow, by pip) /m.test(output) ||
    /no C\+\+ compiler|no Python with pip|npm is not on PATH|must be free|there is no Python package|GNU C library|Linux and macOS only/.test(
      output,
    );
  return isOfTheMachine ? (output.trim().split('\n').at(-1) ?? '') : null;
}
