/**
 * Other people's programs: where they are, and running one so that it can be cancelled, is bounded in time, never
 * outlives us and says how far it is. Nothing of a workspace gets in: programs are taken from absolute places on PATH
 * only, and run in a folder of ours.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, lstatSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

export interface RunOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** After this it is ended in any case. */
  readonly limitMs: number;
  /** A folder whose growth is the progress: bytes are told, and when it stands still and nothing is said it is ended. */
  readonly grows?: { readonly folder: string; readonly quietMs: number; readonly onBytes: (bytes: number) => void };
  readonly onOutput?: (text: string) => void;
}

export type Run = (command: Command, options: RunOptions) => Promise<void>;

/** The person, or the window that asked, doesn't want it any more. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

/** A program did not do its work; the message is one line that says why, as far as it said so itself. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}

const LOOK_MS = 1000;
const KEPT_CHARACTERS = 20_000;

export const runProgram: Run = async ({ file, args }, options) => {
  const { cwd, environment = process.env, signal, limitMs, grows, onOutput } = options;
  if (signal.aborted) throw new CancelledError();
  const name = path.basename(file);
  let output = '';
  let ending: Error | null = null;
  await new Promise<void>((resolve, reject) => {
    // Windows starts `npm.cmd` by a shell only. The arguments are ours and hold nothing that a shell would take apart.
    const shell = process.platform === 'win32' && !file.endsWith('.exe');
    const child = spawn(shell ? `"${file}"` : file, args, {
      cwd,
      env: environment as NodeJS.ProcessEnv,
      shell,
      windowsHide: true,
      // A group of its own, so that what it starts in turn is ended with it.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = (error: Error): void => {
      ending ??= error;
      endTree(child.pid);
    };
    let lastChange = Date.now();
    let bytes = 0;
    const look = setInterval(() => {
      if (grows === undefined) return;
      const now = sizeOf(grows.folder);
      if (now !== bytes) {
        bytes = now;
        lastChange = Date.now();
        grows.onBytes(now);
      } else if (Date.now() - lastChange > grows.quietMs) {
        end(new ProgramError(`${name} made no progress for ${Math.round(grows.quietMs / 1000)} s`));
      }
    }, LOOK_MS);
    const limit = setTimeout(
      () => end(new ProgramError(`${name} took longer than ${Math.round(limitMs / 60_000)} minutes`)),
      limitMs,
    );
    const cancel = (): void => end(new CancelledError());
    signal.addEventListener('abort', cancel, { once: true });
    const over = (): void => {
      clearInterval(look);
      clearTimeout(limit);
      signal.removeEventListener('abort', cancel);
    };
    const hear = (data: Buffer): void => {
      lastChange = Date.now();
      output = (output + String(data)).slice(-KEPT_CHARACTERS);
      onOutput?.(String(data));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', (error) => {
      over();
      reject(new ProgramError(`${name} could not be started: ${error.message}`));
    });
    // Not before its output has ended, and so everything it started that could still write.
    child.once('close', (code, by) => {
      over();
      if (ending !== null) reject(ending);
      else if (code === 0) resolve();
      else if (by !== null) reject(new ProgramError(`${name} was ended by ${by}`));
      else reject(new ProgramError(`${name}: ${reasonIn(output) ?? `ended with code ${code}`}`));
    });
  });
};

/** The line in which a program says what went wrong; `null` when it said nothing. */
export function reasonIn(output: string): string | null {
  const lines = output
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const named = lines.filter((line) =>
    /^(fatal )?error[: ]|^\w*Error: |: (fatal )?error: |ERR!|^npm error /i.test(line),
  );
  // npm says a code first and the reason after it; pip and compilers the reason first.
  const reason = named.find((line) => !/^npm (error|ERR!) (code|errno|syscall) /.test(line)) ?? lines.at(-1);
  return reason?.slice(0, 300) ?? null;
}

/** Path of a program; a relative entry of PATH, which would mean the folder we happen to be in, is passed over. */
export function findProgram(name: string): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .flatMap((folder) => endings.map((ending) => path.join(folder, name + ending)))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function endTree(pid: number | undefined): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    const system = process.env.SystemRoot ?? 'C:\\Windows';
    spawn(path.join(system, 'System32', 'taskkill.exe'), ['/PID', String(pid), '/T', '/F'], {
      stdio: 'ignore',
      windowsHide: true,
    });
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Bytes of all files in a folder, while others change it. */
export function sizeOf(folder: string): number {
  let bytes = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) bytes += sizeOf(file);
      else bytes += lstatSync(file, { throwIfNoEntry: false })?.size ?? 0;
    }
  } catch {
    // It was there a moment ago.
  }
  return bytes;
}
