// Shows the run panel without VS Code: recorded runs, in each theme, under the policy the editor's page has.
// `npm run gallery` serves it on this machine only, until interrupted; `npm run gallery -- --screenshot DIR` writes PNGs
// of scenes × themes × widths instead, fails if the page reports an error, and ends by itself.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { SCENES, serveGallery, THEMES } from './lib/galleryServer.mjs';

const WIDTHS = [600, 1000, 1600];

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

const { server, url } = await serveGallery();
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
