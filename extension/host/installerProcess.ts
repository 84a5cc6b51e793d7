/**
 * The child process that installs an engine, behind a handle. It ends in exactly one way, which `ended` tells, and the
 * process then is gone. Knows no editor.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { t } from '@vscode/l10n';
import { INSTALL_STEPS, type InstallMessage, type InstallStep } from '../protocol/engineInstall';
import type { Disposable } from './emitter';
import type { Log } from './log';

/** Ending its programs and deleting up to two gigabytes takes a moment. */
const CANCEL_GRACE_MS = 30_000;
/** After `exit`, its last words may still be on their way. */
const OUTPUT_GRACE_MS = 500;

export type InstallEnd = Extract<InstallMessage, { type: 'installed' | 'failed' | 'cancelled' }>;
export type InstallProgress = Extract<InstallMessage, { type: 'step' | 'bytes' }>;

export interface InstallerOptions {
  /** Path of the installer's bundle. */
  module: string;
  log: Log;
  onProgress: (message: InstallProgress) => void;
  cancelGraceMs?: number;
}

export class InstallerProcess implements Disposable {
  readonly ended: Promise<InstallEnd>;
  readonly #child: ChildProcess;
  #isCancelled = false;

  /** @throws Error when the system can't even try to start a process. */
  constructor(private readonly options: InstallerOptions) {
    const { module, log, onProgress } = options;
    const child = fork(module, ['install'], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    this.#child = child;
    let last: InstallEnd | null = null;
    let errorLine = '';
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => log.debug(line));
    if (child.stderr !== null) {
      createInterface({ input: child.stderr }).on('line', (line) => {
        log.warn(line);
        errorLine = line;
      });
    }
    child.on('message', (message) => {
      const said = message as InstallMessage;
      switch (said.type) {
        case 'step':
        case 'bytes':
          onProgress(said);
          return;
        case 'note':
          log.warn(said.text);
          return;
        case 'installed':
        case 'failed':
        case 'cancelled':
          last = said;
          return;
        default:
          log.warn(`The installer sent an unknown message: ${JSON.stringify(message)}`);
      }
    });
    this.ended = new Promise((resolve) => {
      child.once('error', (error) =>
        resolve({ type: 'failed', message: t('The installer did not start: {0}', error.message) }),
      );
      const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
        const how = signal ?? `code ${code}`;
        const lost: InstallEnd = this.#isCancelled
          ? { type: 'cancelled' }
          : { type: 'failed', message: t('The installer ended with {0}. {1}', how, errorLine) };
        resolve(last ?? lost);
      };
      // `close` comes after the last message, but not always when it was we who closed the channel.
      child.once('close', finish);
      child.once('exit', (code, signal) => setTimeout(finish, OUTPUT_GRACE_MS, code, signal));
    });
  }

  /** It takes back what it did and ends; when it doesn't answer it is killed. */
  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), this.options.cancelGraceMs ?? CANCEL_GRACE_MS);
    timer.unref();
    void this.ended.then(() => clearTimeout(timer));
  }

  dispose(): void {
    this.cancel();
  }
}

/** Of a hundred, about how much of the time a step takes where both ways are gone and the download is not slow. */
const WEIGHTS: Readonly<Record<InstallStep, number>> = {
  packages: 20,
  binary: 5,
  wheel: 45,
  unpack: 10,
  compile: 15,
  check: 5,
};

/** Percent of the installation when a share of a step is done. */
export function percentAt(step: InstallStep, share = 0): number {
  const before = INSTALL_STEPS.slice(0, INSTALL_STEPS.indexOf(step)).reduce((sum, each) => sum + WEIGHTS[each], 0);
  return before + WEIGHTS[step] * Math.min(1, share);
}

/** What is being done, for the line under a progress bar. */
export function stepText(step: InstallStep, bytes?: { done: number; total: number | null }): string {
  const title = stepTitle(step);
  if (bytes === undefined) return title;
  const done = Math.round(bytes.done / 1e6);
  return bytes.total === null
    ? t('{0}: {1} MB', title, done)
    : t('{0}: {1} of {2} MB', title, done, Math.round(bytes.total / 1e6));
}

function stepTitle(step: InstallStep): string {
  switch (step) {
    case 'packages':
      return t('fetching packages with npm');
    case 'binary':
      return t('downloading its native part');
    case 'wheel':
      return t('fetching TensorFlow with pip');
    case 'unpack':
      return t('unpacking TensorFlow');
    case 'compile':
      return t('compiling its native part');
    case 'check':
      return t('computing with it');
  }
}
