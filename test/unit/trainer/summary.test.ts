import { expect, test } from 'vitest';
import type { MeasuredEvent, StartedEvent } from '../../../extension/protocol/events';
import { worstViolation } from '../../../extension/protocol/figures';
import { summarize } from '../../../extension/trainer/summary';
import { recordedEvents } from '../webview/recordedRuns';

test('A summary has what its violations are compared by: they come to the standard deviations that the events give', () => {
  const events = recordedEvents('penalty');
  const started = events.find((event): event is StartedEvent => event.type === 'started')!;
  const measured = events.filter((event): event is MeasuredEvent => event.type === 'measured');
  const { targets, train } = summarize(started, measured, {
    status: 'finished',
    epochs: started.epochs,
    steps: measured.at(-1)!.step,
    durationMs: 1000,
    samplesPerSecond: 1000,
    kkt: null,
    lastLayer: null,
    diagnoses: [],
    snapshots: { best: null, mostFeasible: null },
  });
  const worst = worstViolation(measured.at(-1)!.train, started.targets);
  expect(worst).toBeGreaterThan(0);
  expect(worstViolation(train!, targets!)).toBe(worst);
});
