/**
 * A real VS Code from npm: code-server (VS Code's own server and workbench) with the Node it wants, installed into a
 * folder of its own that git ignores. No desktop, no download but from npm's registry and Debian's packages.
 *
 * What it needs, found by trying. Every install script is skipped: the packages that matter ship prebuilt binaries
 * (argon2, node-pty, @parcel/watcher, ripgrep), except two that are compiled here:
 * - @vscode/spdlog writes log files; without it no output channel of any extension can be created;
 * - @vscode/native-watchdog ends an extension host whose server was killed.
 * The rest (kerberos, sqlite3, deviceid, fs-copyfile) is loaded on demand for things no one does here: proxies with
 * Kerberos, chat sessions, telemetry. The headers for compiling come with the Node package itself.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findProgram, installDebianPackages } from './debian.mjs';
import { environmentForNpm, npmCli } from './npm.mjs';
import { cache } from './paths.mjs';
import { run, say, step } from './run.mjs';

const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';
const COMPILED = ['@vscode/spdlog', '@vscode/native-watchdog'];
const TOOLCHAIN = { python3: 'python3', make: 'make', 'g++': 'g++' };

const folder = path.join(cache, 'vscode-server');
const stampFile = path.join(folder, 'installation.json');
const logFile = path.join(cache, 'logs/vscode-server.log');

/**
 * @typedef {object} VsCodeServer
 * @property {string} version of code-server
 * @property {string} node path of the Node program that runs it
 * @property {string} nodeVersion
 * @property {string} entry path of code-server's main module
 */

/** The installation, or `undefined` when there is none (or an old or half-made one). @returns {VsCodeServer | undefined} */
export function findVsCodeServer() {
  if (!existsSync(stampFile)) return undefined;
  /** @type {VsCodeServer} */
  const server = JSON.parse(readFileSync(stampFile, 'utf8'));
  if (server.version !== CODE_SERVER || server.nodeVersion !== NODE) return undefined;
  return existsSync(server.node) && existsSync(server.entry) ? server : undefined;
}

/**
 * The installation, made first when there is none: about a minute, and then never again.
 * @returns {Promise<VsCodeServer>}
 */
export async function provideVsCodeServer() {
  const found = findVsCodeServer();
  if (found !== undefined) return found;
  if (process.platform === 'win32') {
    throw new Error('code-server does not run on Windows. Install VS Code itself, so that `code` is on PATH.');
  }
  await provideToolchain();
  const server = await step(`VS Code server ${CODE_SERVER} with Node ${NODE}, from npm`, install);
  say(`  in ${path.relative(process.cwd(), folder)}`);
  return server;
}

/** @returns {Promise<VsCodeServer>} */
async function install() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  // The package `node` only picks one of these, in an install script.
  const nodePackage = `node-${process.platform}-${process.arch}`;
  const nodeFolder = path.join(folder, 'node_modules', nodePackage);
  const server = {
    version: CODE_SERVER,
    node: path.join(nodeFolder, 'bin/node'),
    nodeVersion: NODE,
    entry: path.join(folder, 'node_modules/code-server/out/node/entry.js'),
  };
  const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
  const npm = npmWith(nodeFolder);

  await step('  packages', () =>
    npm(process.execPath, folder, [
      'install',
      '--save-exact',
      '--ignore-scripts',
      `code-server@${CODE_SERVER}`,
      `${nodePackage}@${NODE}`,
    ]),
  );
  await step('  modules of the workbench', () =>
    npm(server.node, vscode, ['install', '--omit=dev', '--ignore-scripts']),
  );
  await step('  modules of the built-in extensions', () =>
    npm(server.node, path.join(vscode, 'extensions'), ['install', '--omit=dev', '--ignore-scripts']),
  );
  await step(`  compiling ${COMPILED.join(' and ')}`, () => npm(server.node, vscode, ['rebuild', ...COMPILED]));
  await step('  first start', async () => {
    const load = COMPILED.map((name) => `require('${name}')`).join(';');
    await run(server.node, ['-e', load], { cwd: vscode, timeoutMs: 30_000, log: logFile });
    await run(server.node, [server.entry, '--version'], { timeoutMs: 30_000, log: logFile });
  });
  // Last, so that a broken-off installation is made anew.
  writeFileSync(stampFile, `${JSON.stringify(server, null, 2)}\n`);
  return server;
}

/**
 * npm run by a chosen Node, so that what is compiled is compiled for that Node.
 * @param {string} nodeFolder
 */
function npmWith(nodeFolder) {
  const cli = npmCli();
  const env = environmentForNpm();
  return (/** @type {string} */ node, /** @type {string} */ cwd, /** @type {string[]} */ args) =>
    run(node, [cli, ...args, '--no-audit', '--no-fund'], {
      cwd,
      env: {
        ...env,
        PATH: [path.dirname(node), env.PATH].join(path.delimiter),
        npm_config_nodedir: nodeFolder,
        npm_config_update_notifier: 'false',
      },
      timeoutMs: 420_000,
      log: logFile,
    });
}

async function provideToolchain() {
  const missing = Object.entries(TOOLCHAIN).filter(([program]) => findProgram(program) === undefined);
  if (missing.length === 0) return;
  await installDebianPackages(missing.map(([, name]) => name));
}
