/**
 * Begins a sweep, or goes on with one, in a process of its own that outlives this window. The channel to it is open only
 * until it says that it has begun; after that its folder tells everything, to this window and to any other.
 */
import { fork } from 'node:child_process';
import { t } from '@vscode/l10n';
import type { Problem } from '../protocol/problems';
import type { ConductorMessage, ConductorRequest } from '../protocol/sweepRequests';
import type { Log } from './log';

/** Reading a large data file takes as long as it takes; a process that says nothing for this long hangs. */
const BEGIN_TIMEOUT_MS = 120_000;

export type ConductorStart =
  | { kind: 'begun'; id: string; folder: string }
  /** Nothing was written. */
  | { kind: 'rejected'; problems: readonly Problem[] }
  | { kind: 'crashed'; error: string };

/** `module` is the path of the bundle of `sweeps/main.ts`. */
export function startConductor(module: string, request: ConductorRequest, log: Log): Promise<ConductorStart> {
  return new Promise((resolve) => {
    const child = fork(module, [], {
      // A group of its own: what ends this window's processes passes it by.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    let said = '';
    let timer: NodeJS.Timeout | null = null;
    const settle = (start: ConductorStart): void => {
      if (timer !== null) clearTimeout(timer);
      child.removeAllListeners();
      // Nothing of it may keep this process alive, or be kept from ending by it.
      child.on('error', (error) => log.debug(`Sweep: ${error.message}`));
      if (child.connected) child.disconnect();
      child.stderr?.destroy();
      child.unref();
      resolve(start);
    };
    timer = setTimeout(() => {
      child.kill('SIGKILL');
      settle({ kind: 'crashed', error: t('It did not begin within {0} s.', BEGIN_TIMEOUT_MS / 1000) });
    }, BEGIN_TIMEOUT_MS);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log.warn(text.trimEnd());
      said = `${said}${text}`.slice(-2000);
    });
    child.on('message', (message: ConductorMessage) => {
      if (message.type === 'begun') settle({ kind: 'begun', id: message.id, folder: message.folder });
      else settle({ kind: 'rejected', problems: message.problems });
    });
    child.on('error', (error) => settle({ kind: 'crashed', error: error.message }));
    child.on('close', (code, signal) => {
      const what = t('Its process ended unexpectedly ({0}).', signal ?? t('exit code {0}', code ?? '?'));
      settle({ kind: 'crashed', error: [what, said.trim()].join('\n').trim() });
    });
    child.send(request, (error) => {
      if (error !== null) log.debug(`Sweep: the request did not arrive: ${error.message}`);
    });
  });
}
