/** Stopping a sweep whose folder takes no request any more: its process is told in another way. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { SweepCommands } from '../../../extension/host/sweepCommands';
import type { Sweep } from '../../../extension/host/sweeps';

const { showErrorMessage } = vi.hoisted(() => ({ showErrorMessage: vi.fn() }));
vi.mock('vscode', () => ({
  window: { showErrorMessage },
  workspace: {},
  commands: {},
  env: {},
  EventEmitter: class {},
  ThemeIcon: class {},
  TreeItem: class {},
  ViewColumn: {},
  ConfigurationTarget: {},
  Uri: {},
}));

let child: ChildProcess | null = null;
afterEach(() => {
  child?.kill('SIGKILL');
  showErrorMessage.mockReset();
});

/** A folder that is gone stands for a disk that is full: neither takes the request. */
function commandsFor(conductor: { pid: number; processStarted: number }): SweepCommands {
  const folder = path.join(import.meta.dirname, 'gone');
  const sweep = { id: 's', folder, status: 'running', conductor: { ...conductor, host: hostname() } } as Sweep;
  const sweeps = { get: () => sweep, refresh: () => {} };
  const log = { warn: () => {} };
  return new SweepCommands({ sweeps, log } as unknown as ConstructorParameters<typeof SweepCommands>[0]);
}

test('The process of a sweep whose folder takes no request to stop is asked by a signal', async () => {
  child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)']);
  await once(child.stdout!, 'data');
  const exit = once(child, 'exit');
  const commands = commandsFor({ pid: child.pid!, processStarted: Date.now() });
  await commands.pauseSweep('s');
  // There is no signal for a pause, so that is told.
  expect(showErrorMessage).toHaveBeenCalledOnce();
  expect(child.signalCode).toBe(null);
  await commands.stopSweep('s');
  expect(await exit).toEqual([null, 'SIGTERM']);
  expect(showErrorMessage).toHaveBeenCalledOnce();
});

test('What can be asked in neither way is told', async () => {
  await commandsFor({ pid: 2 ** 30, processStarted: 0 }).stopSweep('s');
  expect(showErrorMessage).toHaveBeenCalledWith(expect.stringContaining('gone'));
});
