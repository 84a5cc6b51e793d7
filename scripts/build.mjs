// Bundles every entry into dist/, or the folder after `--out`. `--watch` rebuilds on change, `--minify` is what the
// package ships.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { webviewBuild } from './webviewBuild.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const watch = process.argv.includes('--watch');
const minify = process.argv.includes('--minify');
const outArgument = process.argv.includes('--out') ? process.argv[process.argv.indexOf('--out') + 1] : undefined;
const out = path.resolve(root, outArgument ?? 'dist');
const require = createRequire(import.meta.url);

/** Node processes: the extension host, the language server, the trainer child and the command line. @type {esbuild.BuildOptions} */
const node = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // tfjs and the language client have an ES build that can be tree-shaken.
  mainFields: ['module', 'main'],
  // Native code stays a package; 'vscode' is given by the editor.
  external: ['vscode', '@duckdb/node-bindings', 'onnxruntime-node', '@tensorflow/tfjs-node'],
  sourcemap: !minify,
  minify,
  logLevel: 'warning',
  absWorkingDir: root,
};

/** @type {esbuild.BuildOptions[]} */
const builds = [
  // The extension host: registration, views, processes.
  { ...node, entryPoints: { extension: 'extension/host/main.ts' }, outdir: out },
  // The language server process.
  { ...node, entryPoints: { server: 'extension/language/server.ts' }, outdir: out },
  // The child process that trains one variant.
  { ...node, entryPoints: { trainer: 'extension/trainer/main.ts' }, outdir: out },
  // The processes of a sweep: who conducts it, and who trains its points.
  { ...node, entryPoints: { sweep: 'extension/sweeps/main.ts' }, outdir: out },
  // The process that installs the engine `tensorflow`.
  { ...node, entryPoints: { tensorflow: 'extension/engines/tensorflow/main.ts' }, outdir: out },
  // The command line.
  { ...node, entryPoints: { cli: 'extension/cli/main.ts' }, outdir: out, banner: { js: '#!/usr/bin/env node' } },
  // The JSON Schema that `contributes.jsonValidation` names, run once below.
  { ...node, entryPoints: { jsonSchema: 'extension/experiment/jsonSchema.ts' }, outdir: path.join(out, 'build') },
  // The run panel, in the browser.
  { ...webviewBuild, outdir: path.join(out, 'webview'), sourcemap: !minify, minify, absWorkingDir: root },
];

/** What draws PNG pictures: resvg, and a font so that they look alike everywhere. */
function copyRasterizer() {
  const font = path.dirname(require.resolve('dejavu-fonts-ttf/package.json'));
  mkdirSync(path.join(out, 'fonts'), { recursive: true });
  copyFileSync(path.join(font, 'ttf/DejaVuSans.ttf'), path.join(out, 'fonts/DejaVuSans.ttf'));
  copyFileSync(path.join(font, 'LICENSE'), path.join(out, 'fonts/LICENSE'));
  copyFileSync(require.resolve('@resvg/resvg-wasm/index_bg.wasm'), path.join(out, 'wasm/resvg.wasm'));
}

function copyWasm() {
  const from = path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist');
  mkdirSync(path.join(out, 'wasm'), { recursive: true });
  for (const file of [
    'tfjs-backend-wasm.wasm',
    'tfjs-backend-wasm-simd.wasm',
    'tfjs-backend-wasm-threaded-simd.wasm',
  ]) {
    copyFileSync(path.join(from, file), path.join(out, 'wasm', file));
  }
}

/** What `Create sample experiment` puts into a folder: the weather example, with its source and licence. */
function copySample() {
  mkdirSync(path.join(out, 'sample'), { recursive: true });
  for (const file of ['weather.orthant.json', 'seattle-weather.csv', 'README.md']) {
    copyFileSync(path.join(root, 'examples/weather', file), path.join(out, 'sample', file));
  }
}

function writeSchema() {
  const { experimentJsonSchema } = require(path.join(out, 'build/jsonSchema.js'));
  writeFileSync(path.join(out, 'orthant.schema.json'), `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`);
  rmSync(path.join(out, 'build'), { recursive: true });
}

if (watch) {
  for (const options of builds) await (await esbuild.context({ ...options, logLevel: 'info' })).watch();
} else {
  rmSync(out, { recursive: true, force: true });
  await Promise.all(builds.map((options) => esbuild.build(options)));
  writeSchema();
}
copyWasm();
copyRasterizer();
copySample();
