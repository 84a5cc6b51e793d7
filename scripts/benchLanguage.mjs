// Times the language server over three million rows: `npm run bench:language`. Writes docs/language-server.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { cache, root } from './lib/paths.mjs';
import { run, step } from './lib/run.mjs';

const MINUTE = 60_000;
const bundles = path.join(cache, 'benchmark-language');

// Before anything here makes a load of its own.
const [load] = loadavg();
await step('bundles', async () => {
  await esbuild.build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
    entryPoints: { main: 'test/benchmark/language/main.ts' },
    outdir: bundles,
  });
  await run(process.execPath, ['scripts/build.mjs', '--minify', '--out', path.join(bundles, 'dist')], {
    cwd: root,
    timeoutMs: 3 * MINUTE,
  });
});

const runner = spawn(process.execPath, [path.join(bundles, 'main.js')], {
  stdio: 'inherit',
  env: { ...process.env, ORTHANT_BENCHMARK_ROOT: root, ORTHANT_BENCHMARK_LOAD: String(load) },
});
const [code] = await once(runner, 'close');
process.exitCode = code ?? 1;
