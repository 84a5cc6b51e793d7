import { describe, expect, test } from 'vitest';
import {
  ageText,
  escapeMarkdown,
  panelTitles,
  rejectedText,
  runContext,
  runDescription,
  runNames,
  runSpoken,
  runTooltip,
  statusLook,
  statusText,
} from '../../../extension/host/runText';
import type { RunSummary } from '../../../extension/protocol/events';
import { applyEvent } from '../../../extension/protocol/runState';
import { measured, NOW, run, started, summary } from './runFixture';

function training(): ReturnType<typeof run> {
  const it = run({ status: 'starting' });
  for (const event of [started('r1'), measured(0, 0.4), measured(12, 0.031)]) it.state = applyEvent(it.state, event);
  return it;
}

describe('the words beside a run', () => {
  test('say how far it is and what it has reached while it trains', () => {
    expect(runDescription(training(), NOW)).toBe('12 of 50 epochs · 3.1 % outside, RMSE 2.311');
  });

  test('say what came of it and when, from the held-out rows where there are any', () => {
    const it = run({ status: 'finished', summary: summary() });
    expect(runDescription(it, NOW)).toBe('held out: 0.0 % outside, RMSE 2.311 · 2 min ago');
  });

  test('name the status when it is not the usual one', () => {
    expect(runDescription(run({ status: 'queued' }), NOW)).toBe('queued');
    expect(runDescription(run({ status: 'lost' }), NOW)).toBe('lost · 2 min ago');
    expect(runDescription(run({ status: 'stopped', summary: summary({ status: 'stopped' }) }), NOW)).toBe(
      'stopped · held out: 0.0 % outside, RMSE 2.311 · 2 min ago',
    );
  });

  test('are one sentence for a screen reader', () => {
    expect(runSpoken(training(), NOW)).toBe('run of penalty, running, 12 of 50 epochs, 3.1 % outside, RMSE 2.311');
  });

  test('keep the verdict apart from the status in the tooltip', () => {
    const tooltip = runTooltip(run({ status: 'finished', summary: summary() }));
    expect(tooltip).toContain('Status: finished');
    expect(tooltip).toContain('Verdict: feasible on the training rows since step 40');
  });

  test('are still said of a run whose folder tells little', () => {
    const verdict = undefined as unknown as RunSummary['verdict'];
    const it = run({ status: 'finished', since: 0, summary: summary({ verdict }) });
    expect(runTooltip(it)).toContain('Verdict: unknown');
    expect(runDescription(it, NOW)).toBe('held out: 0.0 % outside, RMSE 2.311');
  });

  test('take nothing from a file for Markdown', () => {
    expect(escapeMarkdown('[x](command:evil) *a*')).toBe('\\[x\\]\\(command:evil\\) \\*a\\*');
  });
});

describe('two runs of one variant', () => {
  const at = (hours: number, change: Parameters<typeof run>[0] = {}) =>
    run({ since: new Date(2026, 0, 2, hours, 3, 7).getTime(), ...change });

  test('are told apart by the time of their start, and only they', () => {
    expect(runNames([at(9), at(14), run({ variant: 'baseline' })])).toEqual([
      'penalty 09:03:07',
      'penalty 14:03:07',
      'baseline',
    ]);
  });

  test('are told apart in the titles of their panels', () => {
    expect(panelTitles([[at(9)], [at(14)], [at(14), run({ variant: 'baseline' })]])).toEqual([
      'penalty · weather · 09:03:07',
      'penalty · weather · 14:03:07',
      'Compare: penalty, baseline',
    ]);
  });

  test('name the first runs of a comparison of many, and say how many more there are', () => {
    const runs = ['a', 'b', 'c', 'd', 'e'].map((variant) => run({ variant }));
    expect(panelTitles([runs.slice(0, 4)])).toEqual(['Compare: a, b, c, d']);
    expect(panelTitles([runs])).toEqual(['Compare: a, b, c and 2 more']);
  });
});

test.each([
  [59_000, 'just now'],
  [60_000, '1 min ago'],
  [59.9 * 60_000, '59 min ago'],
  [60 * 60_000, '1 h ago'],
  [24 * 3_600_000, '1 day ago'],
  [49 * 3_600_000, '2 days ago'],
])('%d ms ago is said as "%s"', (ageMs, text) => {
  expect(ageText(ageMs)).toBe(text);
});

test('only what spins is being worked on', () => {
  const spinning = (['queued', 'starting', 'running', 'paused', 'stopping', 'finished', 'lost'] as const).filter(
    (status) => statusLook(status).icon.endsWith('~spin'),
  );
  expect(spinning).toEqual(['starting', 'running', 'stopping']);
});

test('menus offer what a run can do now', () => {
  expect(runContext(run({ status: 'running' }))).toBe('run.running.live.stoppable.pausable');
  expect(runContext(run({ status: 'paused', folder: '/runs/a' }))).toBe(
    'run.paused.live.stoppable.resumable.stored.unstarred',
  );
  expect(runContext(run({ status: 'stopping' }))).toBe('run.stopping.live');
  expect(runContext(run({ status: 'running', isInMemory: false }))).toBe('run.running.live.stoppable.pausable');
  for (const status of ['stopped', 'lost', 'failed'] as const) {
    expect(runContext(run({ status, folder: '/runs/a' }))).toBe(`run.${status}.ended.interrupted.stored.unstarred`);
  }
  // Nothing was recorded that it could go on from.
  expect(runContext(run({ status: 'failed' }))).toBe('run.failed.ended');
  expect(runContext(run({ status: 'finished', folder: '/runs/a' }))).toBe('run.finished.ended.stored.unstarred');
});

test('the status bar says what trains and how far, and how many when there are several', () => {
  const half = training();
  half.state = applyEvent(half.state, measured(25, 0));
  expect(statusText([half])).toBe('$(sync~spin) penalty 50 %');
  expect(statusText([half, run({ status: 'queued' })])).toBe('$(sync~spin) 2 runs 25 %');
  expect(statusText([run({ status: 'paused' })])).toBe('$(debug-pause) penalty 0 %');
});

test('a variant that is named like an icon is no icon', () => {
  expect(statusText([run({ status: 'running', variant: '$(bomb)' })])).toBe('$(sync~spin) $ (bomb) 0 %');
});

test('what keeps a training from starting is said with its line, errors first', () => {
  const problem = (message: string, line: number, severity: 'error' | 'warning') => ({
    code: 'c',
    severity,
    message,
    range: { start: { line, character: 0 }, end: { line, character: 1 } },
  });
  const problems = [problem('Odd.', 0, 'warning'), problem('No column "rian".', 3, 'error')];
  expect(rejectedText('/project/weather.orthant.json', problems)).toBe(
    'weather.orthant.json, line 4: No column "rian". (and 1 more)',
  );
});

test('a run with a title is called by it, and still says of which variant it is and what was noted', () => {
  const notes = { title: 'the *good* one', note: 'smaller step\nand no noise', isStarred: true };
  const titled = run({ status: 'finished', folder: '/runs/a', summary: summary(), notes });
  expect(runDescription(titled, NOW)).toBe('penalty · held out: 0.0 % outside, RMSE 2.311 · 2 min ago · smaller step');
  expect(runSpoken(titled, NOW)).toMatch(/^the \*good\* one, run of penalty, finished, starred, .*smaller step$/);
  expect(runTooltip(titled)).toContain('**the \\*good\\* one** · /runs/a\n\nsmaller step  \nand no noise\n');
  expect(runContext(titled)).toBe('run.finished.ended.stored.starred');
  expect(runNames([titled, run()])).toEqual(['the *good* one', 'penalty']);
  const long = run({ notes: { ...notes, note: 'x'.repeat(41) } });
  expect(runDescription(long, NOW)).toMatch(/ x{39}…$/);
});

test('ten thousand runs are named in a moment', () => {
  const runs = Array.from({ length: 10_000 }, (_, index) => run({ variant: `v${index % 5000}` }));
  const start = performance.now();
  expect(new Set(runNames(runs)).size).toBe(5000);
  // 20 ms where nothing else runs; comparing each with each took 5 s.
  expect(performance.now() - start).toBeLessThan(1000);
});
