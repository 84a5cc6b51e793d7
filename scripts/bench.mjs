// Times training against PyTorch and JAX: `npm run bench [-- --help]`. Bundles the benchmark of test/benchmark, gets the
// peers where they can be had, and starts it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { benchBundles } from './lib/benchBundles.mjs';
import { findProgram, installDebianPackages } from './lib/debian.mjs';
import { cache, root } from './lib/paths.mjs';
import { framed, run, say, step } from './lib/run.mjs';

const MINUTE = 60_000;
const bundles = path.join(cache, 'benchmark');
const ownPython = path.join(cache, 'python-bench');

const args = process.argv.slice(2);
// Before anything here makes a load of its own.
const [load] = loadavg();
const peers = args.includes('--help') ? {} : await findPeers();
await step('bundles', () =>
  benchBundles(
    ['main', 'engineContestant', 'runFolderContestant'].map((name) => `test/benchmark/${name}.ts`),
    bundles,
  ),
);

const runner = spawn(process.execPath, [path.join(bundles, 'main.js'), ...args], {
  stdio: 'inherit',
  env: {
    ...process.env,
    ORTHANT_BENCHMARK_ROOT: root,
    ORTHANT_BENCHMARK_LOAD: String(load),
    ORTHANT_BENCHMARK_PYTORCH: peers.torch ?? '',
    ORTHANT_BENCHMARK_JAX: peers.jax ?? '',
  },
});
process.on('SIGINT', () => {});
const [code] = await once(runner, 'close');
process.exitCode = code ?? 1;

/**
 * A Python for each peer, installed into a virtual environment of the benchmark's own when none here has it.
 * @returns {Promise<{ torch?: string, jax?: string }>}
 */
async function findPeers() {
  const own = path.join(ownPython, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const candidates = [process.env.ORTHANT_PYTHON, own, path.join(cache, 'python/bin/python'), 'python3'];
  const find = (/** @type {string} */ module) =>
    candidates.find(
      (python) =>
        python !== undefined &&
        !(path.isAbsolute(python) && !existsSync(python)) &&
        spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore', timeout: 2 * MINUTE }).status === 0,
    );
  const found = { torch: find('torch'), jax: find('jax') };
  if (found.torch === undefined || found.jax === undefined) {
    const log = path.join(cache, 'logs/python-bench.log');
    await step('PyTorch and JAX, from pip', async () => {
      await run('python3', ['-m', 'venv', ownPython], { timeoutMs: 2 * MINUTE, log });
      // One by one: where one of them can't be had, the other one still can.
      for (const name of ['torch', 'jax']) {
        await run(own, ['-m', 'pip', 'install', '--retries', '0', name], { timeoutMs: 15 * MINUTE, log }).catch(
          () => {},
        );
      }
    }).catch(() => {});
    found.torch ??= find('torch');
    found.jax ??= find('jax');
    const missing = Object.entries(found).filter(([, python]) => python === undefined);
    if (missing.length > 0) {
      const names = missing.map(([name]) => name).join(' and ');
      say(
        framed('PEERS LEFT OUT', [
          `No Python here has ${names}. "pip install ${names}" provides it,`,
          'and ORTHANT_PYTHON names the Python; what pip said is in .cache/logs/python-bench.log.',
        ]),
      );
    }
  }
  if (found.torch !== undefined && findProgram('g++') === undefined && findProgram('c++') === undefined) {
    await installDebianPackages(['g++']).catch((error) =>
      say(framed('NO C++ COMPILER', [`torch.compile needs one and will be left out. ${error.message}`])),
    );
  }
  return found;
}
