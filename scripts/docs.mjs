// Writes docs/methods.md, its pictures and the README's table of methods from the registry and from trainings of each
// method: `npm run docs`, some minutes. `-- --words` trains nothing and keeps pictures and figures.
import { createRequire } from 'node:module';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { cache, root } from './lib/paths.mjs';
import { say, step } from './lib/run.mjs';

const bundle = path.join(cache, 'docs/main.cjs');
try {
  await step('bundle', () =>
    esbuild.build({
      absWorkingDir: root,
      entryPoints: ['scripts/docs/main.ts'],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      mainFields: ['module', 'main'],
      external: ['@duckdb/node-bindings', '@tensorflow/tfjs-node', 'onnxruntime-node'],
      logLevel: 'warning',
    }),
  );
  const { writeRuns, writePage } = createRequire(import.meta.url)(bundle);
  if (!process.argv.includes('--words')) await step('trainings on the weather example', () => writeRuns(root));
  writePage(root);
  say('✓ docs/methods.md, README.md');
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
