/**
 * Makes the .vsix for this platform. The extension is laid out in a folder of its own and packed from there, so that
 * nothing of the checkout can slip in, and `dist/` of the checkout stays as it is.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cache, root } from './paths.mjs';
import { run } from './run.mjs';

const require = createRequire(import.meta.url);

/** What goes from the checkout as it is; `.vscodeignore` names files, this names where they are. */
const COPIED = [
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'package.nls.json',
  'l10n',
  'media',
  'docs/panel.png',
  '.vscodeignore',
];

/** What the bundles load at run time, in the packages that they leave out: no types, maps or documents. */
const RUNS = /\.(js|node|so(\.\d+)*|dylib|dll)$|(^|\/)(package\.json|LICENSE)$/;

/** The Marketplace's name of this platform. */
export function target() {
  return `${process.platform}-${process.arch}`;
}

/**
 * @param {string} [file] where to put the .vsix
 * @returns {Promise<string>} its path
 */
export async function packageExtension(file) {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const vsix = file ?? path.join(root, `${manifest.name}-${target()}-${manifest.version}.vsix`);
  const stage = path.join(cache, 'package', target());
  const log = path.join(cache, 'logs/package.log');
  rmSync(stage, { recursive: true, force: true });
  rmSync(log, { force: true });
  mkdirSync(stage, { recursive: true });

  for (const name of COPIED) {
    if (existsSync(path.join(root, name))) cpSync(path.join(root, name), path.join(stage, name), { recursive: true });
  }
  writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(shipped(manifest), null, 2)}\n`);
  const build = ['scripts/build.mjs', '--minify', '--out', path.join(stage, 'dist')];
  await run(process.execPath, build, { cwd: root, timeoutMs: 180_000, log });
  copyPackages(path.join(stage, 'dist/node_modules'));

  mkdirSync(path.dirname(vsix), { recursive: true });
  const vsce = path.join(path.dirname(require.resolve('@vscode/vsce/package.json')), 'vsce');
  const options = ['--no-dependencies', '--no-rewrite-relative-links', '--allow-missing-repository'];
  await run(process.execPath, [vsce, 'package', '--target', target(), '--out', vsix, ...options], {
    cwd: stage,
    timeoutMs: 300_000,
    log,
  });
  return vsix;
}

/**
 * The manifest without what only a checkout has a use for.
 * @param {Record<string, unknown>} manifest
 */
function shipped(manifest) {
  const { scripts, dependencies, devDependencies, optionalDependencies, allowScripts, bin, ...rest } = manifest;
  return rest;
}

/**
 * Native parts stay packages: where Node finds them from `dist/*.js`.
 * @param {string} modules
 */
function copyPackages(modules) {
  for (const name of ['@duckdb/node-bindings', `@duckdb/node-bindings-${target()}`]) copyPackage(modules, name);
  const onnx = 'onnxruntime-node';
  const binary = `bin/napi-v6/${process.platform}/${process.arch}`;
  // Where it has no binary for this platform, the engine says so and the next one is taken.
  if (!existsSync(path.join(root, 'node_modules', onnx, binary))) return;
  copyPackage(modules, onnx, (file) => /^(dist|package\.json)/.test(file) || file.startsWith(binary));
  copyPackage(modules, 'onnxruntime-common', (file) => /^(dist\/cjs|package\.json)/.test(file));
}

/**
 * @param {string} modules
 * @param {string} name
 * @param {(file: string) => boolean} wanted by its path in the package
 */
function copyPackage(modules, name, wanted = () => true) {
  const from = path.join(root, 'node_modules', name);
  if (!existsSync(from)) throw new Error(`The package ${name} for ${target()} is not installed.`);
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const source = path.join(entry.parentPath, entry.name);
    const file = path.relative(from, source).replaceAll('\\', '/');
    if (entry.isDirectory() || !RUNS.test(file) || !wanted(file)) continue;
    cpSync(source, path.join(modules, name, file));
  }
}

/** @param {string} file */
export function sizeInMegabytes(file) {
  return `${(statSync(file).size / 1e6).toFixed(1)} MB`;
}
