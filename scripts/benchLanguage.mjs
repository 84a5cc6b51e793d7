// Times the language server over three million rows: `npm run bench:language`. Writes docs/language-server.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import path from 'node:path';
import { benchBundles } from './lib/benchBundles.mjs';
import { cache, root } from './lib/paths.mjs';
import { step } from './lib/run.mjs';

const bundles = path.join(cache, 'benchmark-language');

// Before anything here makes a load of its own.
const [load] = loadavg();
await step('bundles', () => benchBundles({ main: 'test/benchmark/language/main.ts' }, bundles, ['--minify']));

const runner = spawn(process.execPath, [path.join(bundles, 'main.js')], {
  stdio: 'inherit',
  env: { ...process.env, ORTHANT_BENCHMARK_ROOT: root, ORTHANT_BENCHMARK_LOAD: String(load) },
});
const [code] = await once(runner, 'close');
process.exitCode = code ?? 1;
