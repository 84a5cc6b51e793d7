import { describe, expect, test } from 'vitest';
import { lensStage, lensTitles } from '../../../extension/host/lensTitles';
import type { Run } from '../../../extension/host/runStore';
import type { Sweep } from '../../../extension/host/sweeps';
import { applyEvent } from '../../../extension/protocol/runState';
import type { SweepStatus } from '../../../extension/protocol/sweepState';
import { measured, NOW, run, started, summary } from './runFixture';

const URI = 'file:///project/weather.orthant.json';
const SWEEP: Omit<Sweep, 'status'> = {
  id: 's',
  folder: '/project/.orthant/sweeps/s',
  experiment: '/project/weather.orthant.json',
  points: [],
  since: NOW - 3 * 60_000,
  conductor: null,
  failures: [],
};

function variantLenses(latest?: Run): string[] {
  const subject = { kind: 'variant', variant: 'penalty', method: 'penalty' } as const;
  return lensTitles(subject, { uri: URI, latest: () => latest, sweep: () => null, now: NOW }).map(
    ({ title, command }) => `${title} → ${command}`,
  );
}

describe('above a variant', () => {
  test('there is only Train before its first run', () => {
    expect(variantLenses()).toEqual(['$(play) Train → orthant.train']);
  });

  test('the last result opens its run', () => {
    expect(variantLenses(run({ status: 'finished', summary: summary() }))).toEqual([
      '$(play) Train → orthant.train',
      'held out: 0.0 % outside, RMSE 2.311, 2 min ago → orthant.openRun',
    ]);
  });

  test('a live run shows its progress and can be stopped', () => {
    const it = run({ status: 'running' });
    it.state = applyEvent(applyEvent(it.state, started('r1')), measured(12, 0.3));
    expect(variantLenses(it)).toEqual([
      '$(sync~spin) 12 of 50 epochs → orthant.openRun',
      '$(debug-stop) Stop → orthant.stop',
    ]);
  });

  test('a run of a terminal shows its progress and can be stopped too', () => {
    expect(variantLenses(run({ status: 'running', isInMemory: false }))).toEqual([
      '$(sync~spin) running → orthant.openRun',
      '$(debug-stop) Stop → orthant.stop',
    ]);
  });

  test('a run that failed says so', () => {
    expect(variantLenses(run({ status: 'failed' }))[1]).toBe('failed, 2 min ago → orthant.openRun');
  });
});

describe('above the variants', () => {
  const subject = { kind: 'experiment', variants: ['a', 'b'] } as const;

  test('all can be trained, and compared once two have runs', () => {
    const titles = (trained: string[]): string[] =>
      lensTitles(
        { ...subject, variants: ['a', 'b'] },
        {
          uri: URI,
          now: NOW,
          sweep: () => null,
          latest: (variant) => (trained.includes(variant) ? run({ status: 'finished', variant }) : undefined),
        },
      ).map(({ title }) => title);
    expect(titles([])).toEqual(['$(run-all) Train all']);
    expect(titles(['a'])).toEqual(['$(run-all) Train all']);
    expect(titles(['a', 'b'])).toEqual(['$(run-all) Train all', 'Compare']);
  });
});

describe('above a sweep', () => {
  const sweepLenses = (runs: number | null, status?: SweepStatus, done = 12, failed = 0): string[] => {
    const sweep = status === undefined ? null : { ...SWEEP, status };
    const latest = sweep && { sweep, progress: { total: 12, done, failed, live: 0 } };
    const all = { uri: URI, latest: () => undefined, sweep: () => latest, now: NOW };
    return lensTitles({ kind: 'sweep', runs }, all).map(({ title, command }) => `${title} → ${command}`);
  };

  test('it can be run, and says how many runs it has while the file is right', () => {
    expect(sweepLenses(12)).toEqual(['$(run-all) Run sweep: 12 runs → orthant.runSweep']);
    expect(sweepLenses(1)).toEqual(['$(run-all) Run sweep: 1 run → orthant.runSweep']);
    expect(sweepLenses(null)).toEqual(['$(run-all) Run sweep → orthant.runSweep']);
  });

  test('what came of the last one opens its comparison', () => {
    expect(sweepLenses(12, 'finished')).toEqual([
      '$(run-all) Run sweep: 12 runs → orthant.runSweep',
      'last: 12 of 12 runs, 3 min ago → orthant.compareSweep',
    ]);
    expect(sweepLenses(12, 'finished', 12, 2)[1]).toBe(
      'last: 12 of 12 runs, 2 failed, 3 min ago → orthant.compareSweep',
    );
  });

  test('a live one shows how far it is, and can be paused and stopped', () => {
    expect(sweepLenses(12, 'running', 5)).toEqual([
      '$(sync~spin) 5 of 12 runs → orthant.compareSweep',
      '$(debug-pause) Pause → orthant.pauseSweep',
      '$(debug-stop) Stop → orthant.stopSweep',
    ]);
    expect(sweepLenses(12, 'paused', 5)).toEqual([
      '$(debug-pause) 5 of 12 runs, paused → orthant.compareSweep',
      '$(debug-continue) Resume → orthant.resumeSweep',
      '$(debug-stop) Stop → orthant.stopSweep',
    ]);
    expect(sweepLenses(12, 'stopping', 5)).toEqual(['$(loading~spin) 5 of 12 runs, stopping → orthant.compareSweep']);
  });

  test('one that was interrupted can go on', () => {
    expect(sweepLenses(12, 'lost', 5).slice(1)).toEqual([
      'last: 5 of 12 runs, lost, 3 min ago → orthant.compareSweep',
      '$(debug-continue) Resume → orthant.resumeSweep',
    ]);
  });
});

test('lenses are drawn anew with the status and ten times in a training, not at every step', () => {
  const it = run({ status: 'running' });
  it.state = applyEvent(it.state, started('r1'));
  const stages = new Set<string>();
  for (let epoch = 0; epoch <= 50; epoch++) {
    it.state = applyEvent(it.state, measured(epoch, 0));
    stages.add(lensStage(it));
  }
  expect(stages.size).toBe(11);
});
