/** Runs as version 0.1.0 recorded them before violation rates, rows outside and snapshots came to be. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { completeEvent, completeSummary } from '../../../extension/protocol/earlierVersions';
import type {
  EndedEvent,
  MeasuredEvent,
  RunSummary,
  StartedEvent,
  TrainingEvent,
} from '../../../extension/protocol/events';

const recorded = readFileSync(path.join(import.meta.dirname, '../../fixtures/earlierRuns/violationRates.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as TrainingEvent);
const measured = recorded.find((event): event is MeasuredEvent => event.type === 'measured')!;
const started = recorded.find((event): event is StartedEvent => event.type === 'started')!;
const ended = recorded.find((event): event is EndedEvent => event.type === 'ended')!;
const RATES = { 'violationRate1e-4': null, 'violationRate1e-3': null, 'violationRate1e-2': null };

describe('A run that an earlier version recorded', () => {
  test('did not hold what was not measured then', () => {
    expect(measured.train).not.toHaveProperty('rowsOutside');
    expect(measured.train.overall).not.toHaveProperty('violationRate1e-4');
    expect(ended.summary).not.toHaveProperty('snapshots');
  });

  test('is read with null for that, and else as it was', () => {
    const { train, validation, ...rest } = completeEvent(measured) as MeasuredEvent;
    expect(rest).toEqual({ ...measured, train: undefined, validation: undefined });
    for (const [now, then] of [
      [train, measured.train],
      [validation!, measured.validation!],
    ] as const) {
      expect(now).toMatchObject({ ...then, rowsOutside: null });
      expect(now.overall).toEqual({ ...then.overall, ...RATES });
      expect(Object.keys(now.targets)).toEqual(['precipitation', 'wind']);
      expect(now.targets.wind).toEqual({ ...then.targets.wind, ...RATES });
    }
    const { summary } = completeEvent(ended) as EndedEvent;
    expect([summary.snapshots, summary.targets]).toEqual([null, null]);
    expect(summary.train!.targets.wind).toEqual({ ...ended.summary.train!.targets.wind, ...RATES });
  });

  test('had a plain linear last layer: there was no method yet that gave it up', () => {
    expect(started).not.toHaveProperty('linearOutput');
    expect(completeEvent(started)).toEqual({ ...started, linearOutput: true, polishes: false });
    expect((completeEvent(ended) as EndedEvent).summary.linearOutput).toBe(true);
  });

  test('without held-out rows, or that failed before any measure, still has no figures of them', () => {
    expect((completeEvent({ ...measured, validation: null }) as MeasuredEvent).validation).toBeNull();
    const { train, validation } = completeSummary({ ...ended.summary, train: null, validation: null });
    expect([train, validation]).toEqual([null, null]);
  });
});

test('what this version recorded is read as it is', () => {
  const whole = completeEvent(ended) as EndedEvent;
  const summary: RunSummary = {
    ...whole.summary,
    train: { ...whole.summary.train!, rowsOutside: 3 },
    snapshots: { final: null, best: null, mostFeasible: null },
  };
  expect(completeEvent({ ...ended, summary })).toEqual({ ...ended, summary });
  for (const event of recorded) {
    if (event.type === 'progress') expect(completeEvent(event)).toBe(event);
  }
  const headed = { ...started, linearOutput: false };
  expect(completeEvent(headed)).toBe(headed);
});

test('rows that are not told whole are read as far as they are', () => {
  const row = { row: 3, output: -1, target: 2, violation: 1, multiplier: null };
  const rows = { type: 'rows', time: 0, epoch: 1, step: 7, targets: { rain: { train: [row] }, wind: null } };
  expect(completeEvent(rows as unknown as TrainingEvent)).toEqual({
    ...rows,
    targets: {
      rain: { train: [row], validation: [], multipliers: [] },
      wind: { train: [], validation: [], multipliers: [] },
    },
  });
  const nothing = { type: 'rows', time: 0, epoch: 1, step: 7 } as unknown as TrainingEvent;
  expect(completeEvent(nothing)).toMatchObject({ targets: {} });
});
