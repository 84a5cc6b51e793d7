// Serves the run panel without VS Code on this machine only: recorded runs, in each theme, under the policy that the
// editor's page has. Shared by the gallery and the benchmark of the panel.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { webviewBuild } from '../webviewBuild.mjs';
import { root } from './paths.mjs';

const RUNS = path.join(root, 'test/fixtures/runs');
const ORDER = ['baseline', 'penalty', 'lagrangian', 'augmented'];
export const SCENES = [
  'single',
  'baseline',
  'diagnosed',
  'compare',
  'sweep',
  'many',
  'rows',
  'states',
  'live',
  'eight',
];
export const THEMES = ['light', 'dark', 'high-contrast', 'high-contrast-light'];
const NONCE = 'gallery';
const POLICY = `default-src 'none'; img-src 'self' data: blob:; style-src 'self' 'nonce-${NONCE}'; font-src 'self'; script-src 'nonce-${NONCE}'`;

/** @returns {Promise<Map<string, string>>} content by path */
async function bundle() {
  const options = { ...webviewBuild, absWorkingDir: root, outdir: root, write: false };
  const builds = await Promise.all([
    esbuild.build(options),
    esbuild.build({ ...options, format: 'iife', entryPoints: [{ in: 'webview/gallery/host.ts', out: 'host' }] }),
  ]);
  return new Map(
    builds.flatMap((build) => build.outputFiles ?? []).map((file) => [path.basename(file.path), file.text]),
  );
}

function recordedRuns() {
  const variants = readdirSync(RUNS).flatMap((name) =>
    name.endsWith('.jsonl') ? [path.basename(name, '.jsonl')] : [],
  );
  return variants
    .sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))
    .map((variant) => ({
      variant,
      events: readFileSync(path.join(RUNS, `${variant}.jsonl`), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    }));
}

function panelPage() {
  // Inside a script element only `<` could end it.
  const recorded = JSON.stringify(recordedRuns()).replaceAll('<', '\\u003c');
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Orthant gallery</title>
<meta property="csp-nonce" content="${NONCE}">
<link rel="stylesheet" href="panel.css"></head>
<body><main id="app"></main>
<script type="application/json" id="recorded">${recorded}</script>
<script nonce="${NONCE}" src="host.js"></script>
<script type="module" nonce="${NONCE}" src="panel.js"></script></body></html>`;
}

function indexPage() {
  const rows = SCENES.map((scene) => {
    const links = THEMES.map((theme) => `<a href="/panel?scene=${scene}&amp;theme=${theme}">${theme}</a>`);
    return `<tr><th>${scene}</th><td>${links.join(' · ')}</td></tr>`;
  });
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Orthant gallery</title></head>
<body><h1>Orthant gallery</h1><table>${rows.join('')}</table></body></html>`;
}

/** Builds the panel and serves it until the server is closed. */
export async function serveGallery() {
  const files = await bundle();
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
    const content = name === '' ? indexPage() : name === 'panel' ? panelPage() : files.get(name);
    if (content === undefined) {
      response.writeHead(name === 'favicon.ico' ? 204 : 404).end();
      return;
    }
    const type = name.endsWith('.js') ? 'text/javascript' : name.endsWith('.css') ? 'text/css' : 'text/html';
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': POLICY });
    response.end(content);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { server, url: `http://127.0.0.1:${address.port}` };
}
