/** `orthant export --format html` in a real browser: it shows with nothing loaded and nothing refused, in both themes. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportHtml } from '../../extension/export/report/exportHtml';
import { findChromium } from '../../scripts/lib/chromium.mjs';
import { ROOT } from './cli';

const EXECUTABLE = findChromium();
if (EXECUTABLE === undefined) {
  console.error('SKIPPED: reports in a browser, because there is no Chromium. ORTHANT_CHROMIUM names one.');
}

const folder = mkdtempSync(path.join(tmpdir(), 'orthant-page-'));
const page = path.join(folder, 'report.html');
/** What a name may hold; it must not become markup. */
const HOSTILE = '<img src=x onerror="document.title=1">';

function writeRun(name: string, variant: string, recorded: string): string {
  const run = path.join(folder, name);
  mkdirSync(run);
  const resolved = { method: { name: recorded }, note: HOSTILE };
  const file = { id: name, variant, method: recorded, experiment: '/data/weather.orthant.json', resolved };
  writeFileSync(path.join(run, 'run.json'), JSON.stringify(file));
  copyFileSync(path.join(ROOT, `test/fixtures/runs/${recorded}.jsonl`), path.join(run, 'events.jsonl'));
  return run;
}

// Skipped where there is no browser, which was said.
describe.skipIf(EXECUTABLE === undefined)('A report in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    const runs = ['baseline', 'penalty', 'lagrangian', 'augmented'].map((name) => writeRun(name, name, name));
    const { content } = await exportHtml(runs, '1.2.3');
    writeFileSync(page, content);
    browser = await chromium.launch({ executablePath: EXECUTABLE!, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(colorScheme: 'light' | 'dark') {
    const context = await browser.newContext({ colorScheme, viewport: { width: 1200, height: 900 } });
    const tab = await context.newPage();
    const told: string[] = [];
    tab.on('console', (message) => told.push(message.text()));
    tab.on('pageerror', (error) => told.push(String(error)));
    tab.on('request', (request) => told.push(request.url()));
    await tab.goto(pathToFileURL(page).href);
    return { tab, told, close: () => context.close() };
  }

  test.for([
    ['light', 'rgb(255, 255, 255)'],
    ['dark', 'rgb(31, 31, 31)'],
  ] as const)('shows itself in %s, loads nothing else and has nothing to complain of', async ([theme, ground]) => {
    const { tab, told, close } = await open(theme);
    expect(told).toEqual([pathToFileURL(page).href]);
    expect(await tab.title()).toBe('4 runs of weather.orthant.json');
    expect(await tab.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(ground);
    // What is outside is hatched: a bar is painted with the pattern beside it.
    const hatched = 'document.querySelectorAll(`rect[fill^="url(#picture-baseline-precipitation-train-hatch"]`).length';
    expect(await tab.evaluate(hatched)).toBeGreaterThan(0);
    expect(await tab.evaluate('document.querySelectorAll("img").length')).toBe(0);
    await tab.screenshot({ path: path.join(ROOT, `test-results/report-${theme}.png`), fullPage: true });
    await close();
  });

  test('reads as headings, tables and pictures with names', async () => {
    const { tab, close } = await open('light');
    const headings = await tab.getByRole('heading', { level: 2 }).allTextContents();
    expect(headings).toEqual(['Outcome', 'What is guaranteed', 'Outputs', 'Curves', 'Figures', 'Settings']);
    const outcome = tab.getByRole('table', { name: /^Outcome, training set/ });
    expect(await outcome.getByRole('rowheader').allTextContents()).toEqual([
      ...['baseline', 'penalty', 'lagrangian', 'augmented'],
    ]);
    expect(await tab.getByRole('img', { name: /^Histogram of precipitation, training set/ }).count()).toBe(4);
    expect(await tab.getByText(HOSTILE).count()).toBe(1);
    await close();
  });

  test('opens the table behind a picture at a key', async () => {
    const { tab, close } = await open('light');
    const summary = tab.locator('summary').first();
    const table = tab.locator('details').first().getByRole('table');
    expect(await table.isVisible()).toBe(false);
    await summary.focus();
    await tab.keyboard.press('Enter');
    expect(await table.isVisible()).toBe(true);
    await close();
  });

  test('is as wide as a phone there, but for tables, which move by themselves', async () => {
    const { tab, close } = await open('light');
    await tab.setViewportSize({ width: 380, height: 800 });
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(380);
    await close();
  });

  test('prints in light, whatever the theme', async () => {
    const { tab, close } = await open('dark');
    await tab.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await tab.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    const pdf = await tab.pdf();
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await close();
  });
});
