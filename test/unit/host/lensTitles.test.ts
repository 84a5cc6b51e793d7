import { describe, expect, test } from 'vitest';
import { lensStage, lensTitles } from '../../../extension/host/lensTitles';
import type { Run } from '../../../extension/host/runStore';
import { applyEvent } from '../../../extension/protocol/runState';
import { measured, NOW, run, started, summary } from './runFixture';

const URI = 'file:///project/weather.orthant.json';

function variantLenses(latest?: Run): string[] {
  const subject = { kind: 'variant', variant: 'penalty', method: 'penalty' } as const;
  return lensTitles(subject, { uri: URI, latest: () => latest, now: NOW }).map(
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
    expect(variantLenses(run({ status: 'running', isOwned: false }))).toEqual([
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
          latest: (variant) => (trained.includes(variant) ? run({ status: 'finished', variant }) : undefined),
        },
      ).map(({ title }) => title);
    expect(titles([])).toEqual(['$(run-all) Train all']);
    expect(titles(['a'])).toEqual(['$(run-all) Train all']);
    expect(titles(['a', 'b'])).toEqual(['$(run-all) Train all', 'Compare']);
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
