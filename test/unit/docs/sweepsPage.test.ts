/** The examples of docs/sweeps.md are right, and come to as many runs and values as the page says. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseExperiment } from '../../../extension/experiment/parse';
import { expandSweep } from '../../../extension/experiment/sweep/expand';
import { draw } from '../../../extension/sweeps/plan';

const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/sweeps.md'), 'utf8');

/** How many runs, and the values of the first key. */
function expanded(sweep: string) {
  const { experiment, problems } = parseExperiment(`{
    "data": { "source": "a.csv", "inputs": ["x"], "targets": ["y"] },
    "constraint": { "min": 0 },
    "variants": { "penalty": { "method": "penalty" } },
    ${sweep}
  }`);
  expect(problems).toEqual([]);
  const points = expandSweep(experiment!, experiment!.sweep!, draw);
  return { runs: points.length, values: points.map(({ assignments }) => Object.values(assignments)[0]) };
}

test('Whole sweeps have as many runs as the page says', () => {
  const sweeps = [...page.matchAll(/```jsonc\n([^`]+)```/g)].map(([, sweep]) => sweep!);
  expect(page).toContain('Run sweep: 12 runs');
  expect(page).toContain('// 60 runs');
  // 4 · 3, and 20 draws · 3.
  expect(sweeps.map((sweep) => expanded(sweep).runs)).toEqual([12, 60]);
});

test('Ranges have the values that stand beside them', () => {
  const rows = [...page.matchAll(/^\| `(\{ "from".*?\})` \| .*: ([\d., ]+) \|$/gm)];
  expect(rows).toHaveLength(2);
  for (const [, range, values] of rows) {
    const { values: found } = expanded(`"sweep": { "penalty.alpha": ${range} }`);
    expect(found).toEqual(values!.split(', ').map(Number));
  }
});
