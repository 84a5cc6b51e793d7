/** A report and pictures of recorded runs (test/fixtures/runs) as text. That a browser shows the page is tested in test/integration. */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exportHtml } from '../../../extension/export/report/exportHtml';
import { exportPng } from '../../../extension/export/report/exportPng';
import { exportSvg } from '../../../extension/export/report/exportSvg';
import { html } from '../../../extension/export/report/html';
import { PALETTES } from '../../../extension/export/report/palette';
import { decodePng } from './png';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/runs');
const folder = mkdtempSync(path.join(tmpdir(), 'orthant-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A recorded run under another name, with some settings. */
function writeRun(name: string, recorded: string, alpha: number): string {
  const run = path.join(folder, 'runs', name);
  mkdirSync(run, { recursive: true });
  const resolved = { network: { hidden: [64] }, method: { name: recorded, alpha } };
  const file = { id: name, variant: recorded, method: recorded, experiment: '/data/weather.orthant.json', resolved };
  writeFileSync(path.join(run, 'run.json'), JSON.stringify(file));
  copyFileSync(path.join(FIXTURES, `${recorded}.jsonl`), path.join(run, 'events.jsonl'));
  return run;
}

const BASELINE = writeRun('2026-1-baseline', 'baseline', 0);
const PENALTY = writeRun('2026-2-penalty', 'penalty', 10);
const AUGMENTED = writeRun('2026-3-augmented', 'augmented', 10);

async function report(...folders: string[]): Promise<string> {
  return String((await exportHtml(folders, '1.2.3')).content);
}

describe('A report', () => {
  test('allows the browser its own style and nothing else: no script, no file, no address', async () => {
    const page = await report(BASELINE, PENALTY);
    const [, style] = /<style>(.*?)<\/style>/s.exec(page)!;
    const hash = createHash('sha256').update(style!).digest('base64');
    expect(page).toContain(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
    expect(page.match(/<style>/g)).toHaveLength(1);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bstyle="|\bon\w+="|\bsrc=|\bhref=|@import/);
    // What is of the SVG format itself is an address that nobody loads.
    expect(new Set(page.match(/https?:[^"' ]+/g))).toEqual(new Set(['http://www.w3.org/2000/svg']));
  });

  test('says first which runs keep their bounds, and has a row for each', async () => {
    const page = await report(BASELINE, PENALTY, AUGMENTED);
    expect(page).toContain('<title>3 runs of weather.orthant.json</title>');
    const [, verdict] = /<p class="verdict">(.*?)<\/p>/s.exec(page)!;
    expect(verdict).toMatch(/^(\d of 3 runs keeps? all|None of the 3 runs keeps)/);
    for (const name of ['baseline', 'penalty', 'augmented']) {
      expect(page).toMatch(new RegExp(`<th scope="row"[^>]*><span class="swatch run-\\d"></span>${name}</th>`));
    }
    expect(page.indexOf('class="verdict"')).toBeLessThan(page.indexOf('<table>'));
  });

  test('has a table for every picture but those whose numbers stand in the outcome', async () => {
    const page = await report(BASELINE, PENALTY);
    const pictures = page.match(/<svg role="img"/g)!.length;
    const tables = page.match(/<details>/g)!.length;
    // Loss against violation, of rows trained on and of those held out.
    expect(pictures - tables).toBe(2);
    // Two targets and two splits, each as it is and over time, of two runs; and the curves.
    expect(pictures).toBeGreaterThanOrEqual(2 + 2 * 2 * 2 * 2 + 5);
  });

  test('gives every picture a name, and its hatching one of its own', async () => {
    const page = await report(PENALTY, AUGMENTED);
    const ids = [...page.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/aria-labelledby="([^"]+)"/g)) expect(ids).toContain(id);
    for (const [, id] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
    expect(page).toMatch(/url\(#picture-penalty-precipitation-train-hatch\)/);
  });

  test('tells settings in which runs differ from those in common', async () => {
    const page = await report(BASELINE, PENALTY);
    const differing = /What the runs differ in<\/caption>(.*?)<\/table>/s.exec(page)![1]!;
    expect(differing).toMatch(/method\.alpha/);
    expect(differing).not.toMatch(/network\.hidden/);
    const common = /What all have in common<\/caption>(.*?)<\/table>/s.exec(page)![1]!;
    expect(common).toMatch(/network\.hidden<\/th>\s*<td class="" title="">\[64\]<\/td>/);
  });

  test('of one run is called after it, and compares it with nothing', async () => {
    const page = await report(PENALTY);
    expect(page).toContain('<title>penalty, weather.orthant.json</title>');
    expect(page).not.toMatch(/Loss against violation|What the runs differ in/);
  });

  test('of a folder is of all its runs, one named twice once', async () => {
    expect(await report(path.join(folder, 'runs'), PENALTY)).toContain('<title>3 runs of weather.orthant.json</title>');
    await expect(report(folder)).rejects.toThrow(/is not a run folder, and there is none in it/);
  });

  test('of more runs than there are colors has pictures of the first eight, and all in its outcome', async () => {
    const runs = Array.from({ length: 10 }, (_, index) => writeRun(`many/2026-${index}`, 'penalty', index));
    const page = await report(...runs);
    expect(page).toContain('The first 8 runs have pictures and figures; 2 more stand in the outcome alone.');
    expect(page.match(/<h3>/g)).toHaveLength(8);
    const outcome = /<caption>Outcome.*?<\/table>/s.exec(page)![0];
    expect(outcome.match(/<th scope="row"/g)).toHaveLength(10);
    expect(outcome).not.toMatch(/shown/);
  });

  test('shows names as they are, whatever they hold', () => {
    const name = `<script>alert("1")</script> & 'x'`;
    expect(html`<b title="${name}">${name}</b>`.html).toBe(
      '<b title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</b>',
    );
  });
});

describe('Pictures as PNG', () => {
  async function pictures(theme: 'light' | 'dark'): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    for await (const { path: file, content } of (await exportPng([PENALTY, AUGMENTED], theme)).files()) {
      found.set(file, content);
    }
    return found;
  }

  test.for(['light', 'dark'] as const)(
    'are those of SVG with two pixels for one, in the colors of %s',
    async (theme) => {
      const pngs = await pictures(theme);
      const palette = PALETTES[theme];
      let nChecked = 0;
      for await (const { path: file, content } of (await exportSvg([PENALTY, AUGMENTED], theme)).files()) {
        if (!/^(penalty-precipitation-train|rmse-train|trade-off-train)/.test(file)) continue;
        const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(new TextDecoder().decode(content))!;
        const pixels = decodePng(pngs.get(file.replace(/svg$/, 'png'))!);
        expect([pixels.width, pixels.height], file).toEqual([2 * Number(width), 2 * Number(height)]);
        expect(pixels.at(0, 0), file).toBe(palette.background);
        nChecked += 1;
      }
      // A histogram, its history, a curve, and loss against violation.
      expect(nChecked).toBe(4);
    },
  );

  test('show bars in their color, what is outside hatched, and words', async () => {
    const pixels = decodePng((await pictures('light')).get('penalty-precipitation-train.png')!);
    const counts = new Map<string, number>();
    for (let y = 0; y < pixels.height; y++) {
      for (let x = 0; x < pixels.width; x++) counts.set(pixels.at(x, y), (counts.get(pixels.at(x, y)) ?? 0) + 1);
    }
    const { inside, outside } = PALETTES.light;
    expect(counts.get(inside)).toBeGreaterThan(1000);
    // The stripes; between them the same color shines through.
    expect(counts.get(outside)).toBeGreaterThan(10);
    // Words above the frame: without the font, the ground alone.
    const words = new Set<string>();
    for (let x = 0; x < 200; x++) for (let y = 0; y < 60; y++) words.add(pixels.at(x, y));
    expect(words.size).toBeGreaterThan(10);
  });
});

describe('Pictures as SVG', () => {
  async function pictures(theme: 'light' | 'dark', ...folders: string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for await (const { path: file, content } of (await exportSvg(folders, theme)).files()) {
      found.set(file, new TextDecoder().decode(content));
    }
    return found;
  }

  test('are a file each, called after run, target and split', async () => {
    const names = [...(await pictures('light', PENALTY)).keys()];
    expect(names).toContain('penalty-precipitation-train.svg');
    expect(names).toContain('penalty-wind-validation-history.svg');
    expect(names).toContain('rmse.svg');
    expect(names).not.toContain('trade-off-train.svg');
    expect([...(await pictures('light', PENALTY, AUGMENTED)).keys()]).toContain('trade-off-validation.svg');
  });

  test('say in words of which run, target and split they are, once', async () => {
    const found = await pictures('light', PENALTY);
    const textsOf = (file: string) =>
      [...found.get(file)!.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
    expect(textsOf('penalty-wind-validation.svg')).toContain('penalty: wind, validation set');
    expect(textsOf('rmse.svg').filter((text) => text === 'RMSE')).toHaveLength(1);
  });

  test.for(['light', 'dark'] as const)('stand by themselves, in the colors of the theme %s', async (theme) => {
    for (const [name, svg] of await pictures(theme, PENALTY)) {
      expect(svg, name).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+"/);
      expect(svg, name).toContain(`fill="${PALETTES[theme].background}"`);
      expect(svg, name).not.toMatch(/var\(--|href|NaN|undefined|Infinity/);
    }
  });
});
