/**
 * The child process that exports runs, behind a handle: the command line's bundle, so that the editor writes what
 * `orthant export` writes. It ends in exactly one way, which `ended` tells. Knows no editor.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Disposable } from './emitter';
import type { Log } from './log';
import { crashText } from './trainerProcess';

const KEPT_ERROR_LINES = 12;
/** What the command line says of each file. */
const WROTE = /^Wrote /;

export type ExportEnd =
  /** With what whoever takes it has to know, or nothing. */
  { kind: 'done'; note: string } | { kind: 'failed'; error: string } | { kind: 'cancelled' };

export interface ExportRequest {
  /** Run folders, absolute. */
  readonly folders: readonly string[];
  readonly format: string;
  /** File or folder, absolute. */
  readonly output: string;
  /** Further arguments of the command line. */
  readonly options: readonly string[];
}

export interface ExportProcessOptions {
  /** Path of the command line's bundle. */
  module: string;
  request: ExportRequest;
  log: Log;
}

export class ExportProcess implements Disposable {
  readonly ended: Promise<ExportEnd>;
  readonly #child: ChildProcess;
  #isCancelled = false;

  /** @throws Error when the system can't even try to start a process. */
  constructor({ module, request, log }: ExportProcessOptions) {
    const { folders, format, output, options } = request;
    const child = fork(module, ['export', '--format', format, '--output', output, ...options, '-'], {
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      // Not the debugger's port of the host; and on the desktop the host's executable is Electron.
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    this.#child = child;
    // Hundreds of folders are more than a system takes as arguments. A process that is gone already tells so by its end.
    child.stdin?.on('error', () => {});
    child.stdin?.end(folders.map((folder) => `${folder}\0`).join(''));
    const notes: string[] = [];
    const errorLines: string[] = [];
    eachLine(child.stdout, (line) => {
      log.debug(line);
      if (!WROTE.test(line)) notes.push(line);
    });
    eachLine(child.stderr, (line) => {
      log.warn(line);
      errorLines.push(line);
      if (errorLines.length > KEPT_ERROR_LINES) errorLines.shift();
    });
    this.ended = new Promise((resolve) => {
      const finish = (code: number | null, signal: NodeJS.Signals | null, error?: Error): void => {
        const end = this.#endOf(code, signal, notes, errorLines, error);
        log.info(`Export as ${format} to ${output}: ${end.kind}.`);
        resolve(end);
      };
      child.once('error', (error) => finish(null, null, error));
      // Comes after the last line of output.
      child.once('close', (code, signal) => finish(code, signal));
    });
  }

  /** A file that was written stays; one that is half written is of no use to anybody. */
  cancel(): void {
    this.#isCancelled = true;
    this.#child.kill('SIGKILL');
  }

  dispose(): void {
    this.cancel();
  }

  #endOf(
    code: number | null,
    signal: NodeJS.Signals | null,
    notes: readonly string[],
    errorLines: string[],
    error: Error | undefined,
  ): ExportEnd {
    if (code === 0) return { kind: 'done', note: notes.join(' ') };
    if (this.#isCancelled) return { kind: 'cancelled' };
    // The command line tells what is wrong in one line; what crashed has more to say, and a signal.
    const isTold = code === 2 && errorLines.length > 0;
    return { kind: 'failed', error: isTold ? errorLines.join(' ') : crashText(code, signal, errorLines, error) };
  }
}

function eachLine(stream: Readable | null, handle: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream }).on('line', handle);
}
