// Shows the run panel without VS Code: recorded runs, in each theme, under the policy the editor's page has.
// `npm run gallery` serves it on this machine only, until interrupted; `npm run gallery -- --screenshot DIR` writes PNGs
// of scenes × themes × widths instead, fails if the page reports an error, and ends by itself.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { webviewBuild } from './webviewBuild.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const RUNS = path.join(root, 'test/fixtures/runs');
const ORDER = ['baseline', 'penalty', 'lagrangian', 'augmented'];
const SCENES = ['single', 'baseline', 'diagnosed', 'compare', 'sweep', 'many', 'rows', 'states', 'live', 'eight'];
const THEMES = ['light', 'dark', 'high-contrast', 'high-contrast-light'];
const WIDTHS = [600, 1000, 1600];
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

/** @param {Map<string, string>} files */
async function serve(files) {
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

/**
 * @param {string} url
 * @param {string} folder
 * @param {string | undefined} only part of the names to take
 * @returns {Promise<string[]>} what the pages complained about
 */
async function takeScreenshots(url, folder, only) {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: process.env.ORTHANT_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  /** @type {string[]} */
  const complaints = [];
  mkdirSync(folder, { recursive: true });
  try {
    for (const scene of SCENES) {
      for (const theme of THEMES) {
        for (const width of WIDTHS) {
          const name = `${scene}-${theme}-${width}`;
          if (only !== undefined && !name.includes(only)) continue;
          const page = await browser.newPage({ viewport: { width, height: 900 } });
          page.on('console', (message) => {
            if (['error', 'warning'].includes(message.type())) complaints.push(`${name}: ${message.text()}`);
          });
          page.on('pageerror', (error) => complaints.push(`${name}: ${error.stack}`));
          await page.goto(`${url}/panel?scene=${scene}&theme=${theme}`);
          await page.waitForSelector('[data-test="run"]');
          await page.waitForTimeout(scene === 'live' || scene === 'eight' ? 1500 : 400);
          await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
          await page.close();
        }
      }
    }
  } finally {
    await browser.close();
  }
  return complaints;
}

const { server, url } = await serve(await bundle());
const screenshots = process.argv.indexOf('--screenshot');
if (screenshots < 0) {
  console.log(`Orthant gallery: ${url} (Ctrl+C ends it)`);
} else {
  const only = process.argv.indexOf('--only');
  const folder = path.resolve(process.argv[screenshots + 1] ?? 'test-results/gallery');
  const complaints = await takeScreenshots(url, folder, only < 0 ? undefined : process.argv[only + 1]);
  server.close();
  for (const complaint of complaints) console.error(complaint);
  console.log(`Pictures are in ${folder}`);
  if (complaints.length > 0) process.exitCode = 1;
}
