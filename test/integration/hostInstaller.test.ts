/** The host's side of installing an engine, with a real child process that only speaks the protocol. */
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { InstallerProcess, type InstallProgress } from '../../extension/host/installerProcess';

const MODULE = path.resolve(import.meta.dirname, '../fixtures/installer/fakeInstaller.cjs');

afterEach(() => vi.unstubAllEnvs());

function start(behavior: string) {
  vi.stubEnv('ORTHANT_FAKE_INSTALLER', behavior);
  const lines: string[] = [];
  const progress: InstallProgress[] = [];
  const write = (line: string): void => void lines.push(line);
  const log = { trace: write, debug: write, info: write, warn: write, error: write };
  const onProgress = (message: InstallProgress): void => void progress.push(message);
  const installer = new InstallerProcess({ module: MODULE, log, onProgress, cancelGraceMs: 300 });
  return {
    installer,
    lines,
    progress,
    working: () => vi.waitFor(() => expect(progress).toHaveLength(2), { timeout: 20_000 }),
  };
}

describe('an installation', () => {
  test('goes from its steps to what is installed', async () => {
    const { installer, lines, progress } = start('install');
    expect(await installer.ended).toEqual({ type: 'installed', version: '4.22.0', folder: '/engines/1', bytes: 7 });
    expect(progress).toEqual([
      { type: 'step', step: 'packages' },
      { type: 'bytes', done: 5, total: null },
    ]);
    expect(lines).toContain('the first way failed');
  });

  test('that fails says why in its own words', async () => {
    expect(await start('fail').installer.ended).toEqual({ type: 'failed', message: 'npm is not on PATH.' });
  });

  test('that crashes is a failure with its last words', async () => {
    const end = await start('crash').installer.ended;
    expect(end).toEqual({ type: 'failed', message: 'The installer ended with code 3. out of luck' });
  });

  test.for(['wait', 'deaf'])('that is cancelled ends, and is killed when it does not answer: %s', async (behavior) => {
    const { installer, working } = start(behavior);
    await working();
    installer.cancel();
    expect(await installer.ended).toEqual({ type: 'cancelled' });
  });
});
