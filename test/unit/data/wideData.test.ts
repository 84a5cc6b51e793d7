/** Data with more columns than anybody names by hand. */
import { expect, test } from 'vitest';
import { inspectData } from '../../../extension/data/inspectData';
import { parseExperiment } from '../../../extension/experiment/parse';
import { folder } from './helpers';

test('Hundreds of misnamed inputs among thousands of columns are told without holding up the event loop', async () => {
  const columns = Array.from({ length: 1500 }, (_, index) => `pixel_v_${index}`);
  const directory = folder({
    'data.csv': `${columns.join()},y\n${columns.map((_, index) => index).join()},1\n${columns.map(() => 2).join()},3\n`,
  });
  const inputs = Array.from({ length: 784 }, (_, index) => `pixel${index}`);
  const text = JSON.stringify({
    data: { source: 'data.csv', inputs, targets: ['y'] },
    constraint: { min: 0 },
    variants: { penalty: { method: 'penalty' } },
  });
  const { experiment } = parseExperiment(text);
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const problems = await inspectData(experiment!, { directory });
  clearInterval(timer);
  expect(problems.map(({ code }) => code)).toEqual(inputs.map(() => 'data.missing-column'));
  expect(problems[0]!.message).toContain('Did you mean "pixel_v_0"');
  // The first say what is the matter with all.
  expect(problems.filter(({ fixes }) => fixes !== undefined)).toHaveLength(20);
  // Some 10 ms; when every name was looked for at once, it was seconds.
  expect(longest).toBeLessThan(250);
});
