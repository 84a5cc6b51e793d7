import { describe, expect, test } from 'vitest';
import { comparisonTable, floorLines, snapshotLines } from '../../../extension/cli/comparison';
import type { RunSummary } from '../../../extension/protocol/events';
import type { Figures, SplitFigures } from '../../../extension/protocol/figures';

const TARGETS = [
  { name: 'rain', standardDeviation: 2 },
  { name: 'wind', standardDeviation: 10 },
];

/** Of `samples` rows `rows` are outside, all in rain and by up to `violation`: half as many of the outputs. */
function split(samples: number, rows: number, violation: number, loss: number): SplitFigures {
  const figures = (share: number, maxViolation: number): Figures =>
    ({ loss, negativeShare: share, maxViolation }) as Figures;
  return {
    samples,
    rowsOutside: rows,
    overall: figures(rows / samples / 2, violation),
    targets: { rain: figures(rows / samples, violation), wind: figures(0, 0) },
  };
}

function summary(variant: string, change: Partial<RunSummary> = {}): RunSummary {
  return {
    formatVersion: 1,
    run: 'r1',
    experiment: '/project/weather.orthant.json',
    variant,
    method: 'penalty',
    engine: 'onnx',
    status: 'finished',
    verdict: { kind: 'feasible', sinceStep: 40 },
    guarantee: 'G1',
    linearOutput: true,
    polishes: false,
    epochs: 50,
    steps: 500,
    durationMs: 1200,
    samplesPerSecond: 1000,
    targets: null,
    train: split(1000, 0, 0, 16.5),
    validation: split(292, 3, 0.5, 24),
    kkt: null,
    lastLayer: null,
    multipliers: null,
    diagnoses: [],
    snapshots: null,
    ...change,
  };
}

const baseline = summary('baseline', {
  method: 'unconstrained',
  verdict: { kind: 'infeasible', maxViolation: 1, negativeShare: 0.5, target: 'rain' },
  guarantee: 'G0',
  train: split(1000, 146, 1.32, 15),
  validation: split(292, 37, 0.6, 25),
});

/** The lines under the head, a blank between cells. */
const rows = (...summaries: RunSummary[]): string[] =>
  comparisonTable(summaries, TARGETS)
    .split('\n\n')[0]!
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/ {2,}/g, ' | '));

describe('The table that ends a training', () => {
  test('has two lines a variant: training rows over held-out ones, with what these say of new rows', () => {
    expect(rows(baseline, summary('lagrangian'))).toEqual([
      // 146 of 1000 rows are 7.3 % of two outputs each; 1.32 of 2 is 0.66 deviations.
      'baseline | infeasible | training | 7.3 % | 0.66 sd | 15 | –',
      // 37 of 292 rows: at most 16.33 % of new ones with 95 % confidence, rounded up.
      'G0, 1.2 s | held out | 6.3 % | ≤ 16.4 % | 0.30 sd | 25 | –',
      // 16.5 is 10 % above 15, 24 is 4 % below 25.
      'lagrangian | feasible | training | 0.0 % | 0 sd | 16.5 | +10.0 %',
      'G1, 1.2 s | held out | 0.5 % | ≤ 2.7 % | 0.25 sd | 24 | −4.0 %',
    ]);
  });

  test('without held-out rows has nothing in their line but guarantee and time', () => {
    expect(rows(summary('alone', { validation: null }))).toEqual([
      'alone | feasible | training | 0.0 % | 0 sd | 16.5 | –',
      'G1, 1.2 s',
    ]);
  });

  test('gives no price against an unconstrained variant that failed, and says of a run that did not finish how it ended', () => {
    const failed: RunSummary = { ...baseline, status: 'failed', verdict: { kind: 'unknown' } };
    const [first, , third] = rows(failed, summary('stopped', { status: 'stopped' }));
    expect(first).toBe('baseline | failed | training | 7.3 % | 0.66 sd | 15 | –');
    expect(third).toBe('stopped | stopped | training | 0.0 % | 0 sd | 16.5 | –');
  });

  test('has lines for a run that failed before anything was measured', () => {
    const failed = summary('early', { status: 'failed', verdict: { kind: 'unknown' }, train: null, validation: null });
    expect(rows(failed)[0]).toBe('early | failed | training | – | – | – | –');
  });

  test('marks a method that gave the plain linear layer up for its guarantee, and says what the mark means', () => {
    const softplus = summary('softplus', { guarantee: 'G3', linearOutput: false });
    expect(rows(softplus)[1]).toMatch(/^G3\*, 1\.2 s \| held out/);
    const legend = '*: the network no longer ends in a plain linear layer.';
    expect(comparisonTable([softplus, baseline], TARGETS)).toContain(legend);
    expect(comparisonTable([baseline], TARGETS)).not.toContain(legend);
  });

  test('fits into 80 columns with a name of 12 letters', () => {
    const long = summary('twelve-chars', {
      verdict: { kind: 'infeasible', maxViolation: 1, negativeShare: 0.5, target: 'rain' },
      train: split(1000, 999, 20, 123.45),
      validation: split(292, 292, 20, 123.45),
    });
    const widths = comparisonTable([baseline, long], TARGETS)
      .split('\n')
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  });
});

describe('The networks kept of other moments', () => {
  const at = (step: number) => ({ step, epoch: step / 10, train: split(10, 0, 0, 20), validation: null });

  test('stand under the table, a line each, with how to get them', () => {
    const snapshots = { final: at(500), best: at(500), mostFeasible: at(10) };
    expect(snapshotLines([summary('a', { snapshots }), summary('longer')], TARGETS)).toEqual([
      '',
      'Also kept, for "orthant export --snapshot best" or "most-feasible":',
      'a       most feasible: step 10, MSE 20, worst 0 sd',
    ]);
  });

  test('take no line when they are those of the end', () => {
    const snapshots = { final: at(500), best: at(500), mostFeasible: at(500) };
    expect(snapshotLines([summary('a', { snapshots }), summary('old')], TARGETS)).toEqual([]);
  });
});

describe('The floor of each last layer', () => {
  const floor = { loss: 12, dualityGap: 1e-14, active: 3, polished: false };

  test('stands beside what the run reached', () => {
    // 15/12 = 1.25; a run outside its bounds may be below: 9/12 = 0.75.
    expect(
      floorLines([
        summary('own', { lastLayer: floor, train: split(1000, 0, 0, 15) }),
        summary('below', { lastLayer: floor, train: split(1000, 90, 1, 9) }),
        summary('polished', { lastLayer: { ...floor, polished: true }, train: split(1000, 0, 0, 12) }),
        summary('wide'),
      ]).slice(2),
    ).toEqual([
      'own       MSE 12, its own layer +25.0 %',
      'below     MSE 12, its own layer −25.0 %',
      'polished  MSE 12, the layer it has',
    ]);
  });

  test('is left out where it is known of no run', () => {
    expect(floorLines([summary('wide')])).toEqual([]);
  });
});
