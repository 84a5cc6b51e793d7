/** Starting an installed VS Code server on this machine only, with an extension in it, and ending it for good. */
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { killGroup, run } from './run.mjs';

const START_MS = 30_000;
/** How long the server may take to end by itself. */
const END_MS = 3_000;

/**
 * @typedef {object} StartOptions
 * @property {import('./vscodeServer.mjs').VsCodeServer} installed
 * @property {string} profile folder that holds the user's data and the extensions
 * @property {string} vsix the extension to install
 * @property {boolean} trusted whether every folder is trusted without a question
 *
 * @typedef {object} RunningServer
 * @property {(folder: string) => string} urlOf address that opens a folder
 * @property {Promise<void>} ended
 * @property {() => Promise<void>} close ends the server and everything it started
 */

/**
 * @param {StartOptions} options
 * @returns {Promise<RunningServer>}
 */
export async function startVsCodeServer({ installed, profile, vsix, trusted }) {
  mkdirSync(profile, { recursive: true });
  const log = path.join(profile, 'server.log');
  // Its own config file: the one in the user's home may say anything.
  const config = path.join(profile, 'config.yaml');
  writeFileSync(config, 'auth: none\n');
  const folders = [
    '--config',
    config,
    '--user-data-dir',
    profile,
    '--extensions-dir',
    path.join(profile, 'extensions'),
  ];
  await run(installed.node, [installed.entry, ...folders, '--install-extension', vsix, '--force'], {
    timeoutMs: 60_000,
    log,
    env: environment(),
  });

  const port = await freePort();
  const options = [
    '--auth',
    'none',
    '--bind-addr',
    `127.0.0.1:${port}`,
    '--disable-telemetry',
    '--disable-update-check',
  ];
  if (trusted) options.push('--disable-workspace-trust');
  const child = spawn(installed.node, [installed.entry, ...folders, ...options], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(),
  });
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => child.once('close', () => resolve()));
  const leftBehind = () => killGroup(child.pid);
  process.once('exit', leftBehind);
  ended.then(() => process.off('exit', leftBehind));
  const close = async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(child.pid, 'SIGTERM');
    await Promise.race([ended, setTimeout(END_MS, undefined, { ref: false })]);
    killGroup(child.pid);
    await ended;
  };

  try {
    await new Promise((resolve, reject) => {
      const timer = globalThis.setTimeout(
        () => reject(new Error(`The VS Code server did not start, see ${log}`)),
        START_MS,
      );
      const take = (/** @type {Buffer} */ data) => {
        appendFileSync(log, data);
        if (!data.toString().includes('HTTP server listening')) return;
        clearTimeout(timer);
        resolve(undefined);
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.once('error', reject);
      ended.then(() => {
        clearTimeout(timer);
        reject(new Error(`The VS Code server ended at once, see ${log}`));
      });
    });
  } catch (error) {
    await close();
    throw error;
  }
  // A webview's service worker wants a secure context, which http://localhost is and http://127.0.0.1 is not everywhere.
  return { urlOf: (folder) => `http://localhost:${port}/?folder=${encodeURIComponent(folder)}`, ended, close };
}

/** Without what a VS Code terminal around this process leaves behind: code-server would hand over to that one. */
function environment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VSCODE_|CODE_SERVER_|NODE_OPTIONS|VITEST)/.test(name)),
  );
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
