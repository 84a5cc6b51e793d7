// Times the frames of the run panel while eight runs stream, ten measures a second each, in Chromium: `npm run bench:panel`.
// Prints the frame rate, the longest frames and how busy the page's one thread is; fails below 60 frames a second.
// Chromium without a window draws in software here, so a machine with a screen does better.
import { chromium } from 'playwright-core';
import { serveGallery } from './lib/galleryServer.mjs';

const WARM_UP_MS = 3_000;
const MEASURE_MS = Number(process.env.ORTHANT_BENCHMARK_MS ?? 15_000);
const SIZE = { width: 1600, height: 1000 };
/** A screen that shows 60 frames a second, less what a timer is off by. */
const WANTED = 59;

const { server, url } = await serveGallery();
const browser = await chromium.launch({
  executablePath: process.env.ORTHANT_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const page = await browser.newPage({ viewport: SIZE });
  await page.goto(`${url}/panel?scene=stream&theme=dark`);
  await page.waitForSelector('[data-test="run"]:nth-child(8)');
  await page.waitForTimeout(WARM_UP_MS);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const before = await busySeconds(session);
  const frames = await page.evaluate(
    (duration) =>
      /** @type {Promise<number[]>} */ (
        new Promise((resolve) => {
          /** @type {number[]} */
          const gaps = [];
          const begin = performance.now();
          let last = begin;
          const next = (/** @type {number} */ now) => {
            gaps.push(now - last);
            last = now;
            if (now - begin < duration) requestAnimationFrame(next);
            else resolve(gaps.slice(1));
          };
          requestAnimationFrame(next);
        })
      ),
    MEASURE_MS,
  );
  const busy = (await busySeconds(session)) - before;
  const seconds = frames.reduce((sum, gap) => sum + gap, 0) / 1000;
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const perSecond = frames.length / seconds;
  console.log(`eight runs, ten measures a second each, ${seconds.toFixed(1)} s, ${SIZE.width} × ${SIZE.height}`);
  console.log(`frames a second  ${perSecond.toFixed(1)}`);
  console.log(
    `frame times (ms) median ${at(0.5).toFixed(1)}, 95 % ${at(0.95).toFixed(1)}, 99 % ${at(0.99).toFixed(1)}, longest ${at(1).toFixed(1)}`,
  );
  console.log(`longer than 25 ms ${frames.filter((gap) => gap > 25).length} of ${frames.length}`);
  console.log(`page's thread busy ${((100 * busy) / seconds).toFixed(0)} %`);
  if (perSecond < WANTED) process.exitCode = 1;
} finally {
  await browser.close();
  server.close();
}

/** @param {import('playwright-core').CDPSession} session */
async function busySeconds(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
}
