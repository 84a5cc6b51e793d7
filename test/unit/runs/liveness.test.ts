/** Whether a process is the one that a file names, where clocks are set and where the system tells little. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ownIdentity } from '../../../extension/runs/control';
import { isProcessThere, processPresence } from '../../../extension/runs/liveness';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, readFileSync: vi.fn(fs.readFileSync) };
});
afterEach(() => {
  vi.mocked(readFileSync).mockReset();
});

describe.runIf(process.platform === 'linux')('A process on Linux', () => {
  const { sinceBoot, ...wall } = ownIdentity();

  test('is known by its ticks since boot, whatever the clock was set to meanwhile', () => {
    const hourAgo = wall.processStarted - 3_600_000;
    expect(processPresence({ ...wall, processStarted: hourAgo, sinceBoot: sinceBoot! })).toBe('there');
    // 1 tick of 10 ms is another process, which the tolerance of wall clocks would let pass.
    const later = { ...sinceBoot!, ticks: sinceBoot!.ticks + 1 };
    expect(processPresence({ ...wall, sinceBoot: later })).toBe('gone');
    expect(processPresence({ ...wall, sinceBoot: { ...sinceBoot!, boot: 'before' } })).toBe('gone');
  });

  test('that an earlier version recorded is known by its time', () => {
    expect(processPresence(wall)).toBe('there');
    expect(processPresence({ ...wall, processStarted: wall.processStarted - 3_600_000 })).toBe('gone');
  });
});

test('Where the system does not tell when a process began, its number leaves open whether it is the one', () => {
  vi.mocked(readFileSync).mockImplementation(() => {
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  });
  const other = { pid: process.pid, processStarted: 0 };
  expect(processPresence(other)).toBe('unknown');
  expect(isProcessThere(other)).toBe(true);
  expect(processPresence({ pid: 2 ** 22 + 12345, processStarted: 0 })).toBe('gone');
});
