/**
 * Asking a detached process to stop, pause or resume, without a port or a channel: whoever watches writes a request file
 * into the folder that the process writes, and the process looks at it. What comes of a request is told by the events
 * of the process, as everything else is.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, type FSWatcher, readFileSync, statSync, watch } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import {
  CONTROL_ACTIONS,
  CONTROL_FILE,
  type ControlAction,
  type ControlRequest,
  type ProcessIdentity,
} from '../protocol/control';
import { ownProcessStart, startSinceBoot } from './liveness';

/** The system tells of changes at once, but not on every file system; looking costs one question to the disk. */
const LOOK_INTERVAL_MS = 250;

/** The request can't be written; the message names the folder, the reason and what to do. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

let own: ProcessIdentity | null = null;

/**
 * Of this process, as it writes it into the file that others find it by: the same each time, though the start is computed
 * from a clock that may be set.
 */
export function ownIdentity(): ProcessIdentity {
  const sinceBoot = own === null ? startSinceBoot(process.pid) : null;
  own ??= {
    pid: process.pid,
    processStarted: ownProcessStart(),
    host: hostname(),
    ...(sinceBoot !== null && { sinceBoot }),
  };
  return own;
}

/**
 * Asks the process `to`, which writes `folder`. `to` stands in the file that the process left there (`run.json`).
 * @throws ControlError when the folder is gone or can't be written.
 */
export function requestControl(folder: string, to: ProcessIdentity, action: ControlAction): void {
  // Not with its parents: a folder that somebody deleted must not come back for this.
  if (!existsSync(folder)) throw new ControlError(`${folder} is gone, so nothing can be asked of its process.`);
  const { pid, processStarted, host } = to;
  const request: ControlRequest = { id: randomUUID(), action, to: { pid, processStarted, host }, time: Date.now() };
  try {
    writeFileAtomicSync(path.join(folder, CONTROL_FILE), `${JSON.stringify(request, null, 2)}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ControlError(
      `The request to ${action} can't be written to ${folder}: ${reason}. Make room or allow writing there, or end the process (pid ${pid} on ${host}) by hand.`,
    );
  }
}

export interface ControlWatch {
  /** Looks now, without waiting for the system or the clock. */
  look(): void;
  dispose(): void;
}

export interface ControlListener {
  /** A request to this process, each once, in the order in which they were seen. */
  obey(action: ControlAction): void;
  /** The folder was deleted or moved away, so nobody can ask anything any more; called once. */
  gone?(): void;
}

/**
 * Watches the folder that this process writes. Keeps no process alive: whoever waits for a request does so for itself.
 * A request that lies there already is obeyed when it is to this process.
 */
export function watchControl(folder: string, listener: ControlListener, self = ownIdentity()): ControlWatch {
  const file = path.join(folder, CONTROL_FILE);
  let lastSeen: string | null = null;
  let lastId: string | null = null;
  let isDisposed = false;
  const look = (): void => {
    if (isDisposed) return;
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined) {
      if (existsSync(folder)) return;
      dispose();
      listener.gone?.();
      return;
    }
    // A file that was replaced is another one, whatever the resolution of its times.
    const seen = `${stats.ino} ${stats.mtimeMs} ${stats.size}`;
    if (seen === lastSeen) return;
    const request = readRequest(file);
    // Replaced or taken away meanwhile, or not a request: what takes its place looks different.
    lastSeen = seen;
    if (request === null || request.id === lastId || !isSame(request.to, self)) return;
    lastId = request.id;
    listener.obey(request.action);
  };
  const watcher = tryToWatch(folder, look);
  const timer = setInterval(look, LOOK_INTERVAL_MS);
  timer.unref();
  const dispose = (): void => {
    isDisposed = true;
    clearInterval(timer);
    watcher?.close();
  };
  look();
  return { look, dispose };
}

/** The request that lies in a folder, whomever it is for; `null` where there is none that can be understood. */
export function readControl(folder: string): ControlRequest | null {
  return readRequest(path.join(folder, CONTROL_FILE));
}

function readRequest(file: string): ControlRequest | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRequest(value) ? value : null;
  } catch {
    return null;
  }
}

function isRequest(value: unknown): value is ControlRequest {
  if (typeof value !== 'object' || value === null) return false;
  const { id, action, to } = value as Partial<ControlRequest>;
  return (
    typeof id === 'string' && CONTROL_ACTIONS.includes(action as ControlAction) && typeof to === 'object' && to !== null
  );
}

function isSame(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.processStarted === other.processStarted && one.host === other.host;
}

/** `null` where the system has no watches left or the file system none to give: the clock does then. */
function tryToWatch(folder: string, look: () => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, (_kind, name) => {
      // The events beside it change ten times a second.
      if (name === null || name === CONTROL_FILE) look();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
