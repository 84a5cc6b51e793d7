// What both benchmarks are started from: their own bundles, and the state of the sources beside them.
import path from 'node:path';
import * as esbuild from 'esbuild';
import { root } from './paths.mjs';
import { run } from './run.mjs';

const MINUTE = 60_000;

/**
 * Bundles the entries into `out`, and the product itself into its `dist`: the one of the checkout may be in use.
 * @param {string[] | Record<string, string>} entryPoints
 * @param {string} out
 * @param {string[]} buildArguments more words for `scripts/build.mjs`
 */
export async function benchBundles(entryPoints, out, buildArguments = []) {
  await esbuild.build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['@duckdb/node-bindings', '@tensorflow/tfjs-node', 'onnxruntime-node'],
    logLevel: 'warning',
    entryPoints,
    outdir: out,
  });
  await run(process.execPath, ['scripts/build.mjs', ...buildArguments, '--out', path.join(out, 'dist')], {
    cwd: root,
    timeoutMs: 3 * MINUTE,
  });
}
