import { describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../../extension/protocol/diagnosis';
import type { MeasuredEvent, StartedEvent, TargetDescription, TrainingEvent } from '../../../extension/protocol/events';
import type { Figures } from '../../../extension/protocol/figures';
import { applyEvent, initialRunState, type RunState, verdictOf } from '../../../extension/protocol/runState';

const bounded = (name: string, fields: Partial<TargetDescription> = {}): TargetDescription => ({
  name,
  bounds: { min: 0, max: null },
  mean: 0,
  standardDeviation: 1,
  tolerance: 0.001,
  edges: [-1, 0, 1],
  ...fields,
});

const started = (...targets: TargetDescription[]): StartedEvent => ({
  type: 'started',
  time: 1,
  formatVersion: 1,
  run: 'run-1',
  experiment: '/x/line.orthant.json',
  variant: 'plain',
  method: 'penalty',
  guarantee: 'G0',
  linearOutput: true,
  polishes: false,
  engine: { name: 'wasm', version: '0', reason: 'a test' },
  seed: 0,
  epochs: 4,
  stepsPerEpoch: 10,
  batchSize: 1,
  samples: { train: 10, validation: 0 },
  layers: [1, 1],
  parameters: 2,
  targets,
});

/** `violations` by target name. */
function measured(step: number, violations: Record<string, number>): MeasuredEvent {
  const figures = (maxViolation: number): Figures => ({
    loss: 0,
    rmse: 0,
    mae: 0,
    r2: null,
    negativeShare: maxViolation > 0 ? 0.25 : 0,
    'violationRate1e-4': null,
    'violationRate1e-3': null,
    'violationRate1e-2': null,
    minOutput: -maxViolation,
    maxViolation,
    meanViolation: maxViolation / 4,
  });
  return {
    type: 'measured',
    time: step,
    epoch: step / 10,
    step,
    elapsedMs: step,
    batchLoss: null,
    penalty: null,
    train: {
      samples: 10,
      rowsOutside: null,
      overall: figures(Math.max(0, ...Object.values(violations))),
      targets: Object.fromEntries(Object.entries(violations).map(([name, value]) => [name, figures(value)])),
    },
    validation: null,
    multipliers: null,
    histograms: { train: {}, validation: null },
  };
}

describe('The verdict', () => {
  const run = started(bounded('y'));

  test('tolerates a violation of up to the tolerance and not more', () => {
    expect(verdictOf(run, [measured(0, { y: 0.001 })]).kind).toBe('feasible');
    expect(verdictOf(run, [measured(0, { y: 0.0011 })])).toEqual({
      kind: 'infeasible',
      target: 'y',
      maxViolation: 0.0011,
      negativeShare: 0.25,
    });
  });

  test('is feasible since the first step after the last measure outside', () => {
    const measures = [
      measured(0, { y: 0 }),
      measured(10, { y: 0.5 }),
      measured(20, { y: 0.0005 }),
      measured(30, { y: 0 }),
    ];
    expect(verdictOf(run, measures)).toEqual({ kind: 'feasible', sinceStep: 20 });
    expect(verdictOf(run, measures.slice(2))).toEqual({ kind: 'feasible', sinceStep: 20 });
    expect(verdictOf(run, measures.slice(0, 1))).toEqual({ kind: 'feasible', sinceStep: 0 });
  });

  test('is infeasible when the last measure is, whatever came before', () => {
    expect(verdictOf(run, [measured(0, { y: 0 }), measured(10, { y: 0.5 })]).kind).toBe('infeasible');
  });

  test('names the target furthest outside in its own standard deviations', () => {
    // wide: 0.5 of 10 is 0.05 deviations; narrow: 0.1 of 1 is 0.1.
    const two = started(bounded('wide', { standardDeviation: 10 }), bounded('narrow'));
    expect(verdictOf(two, [measured(0, { wide: 0.5, narrow: 0.1 })])).toMatchObject({ target: 'narrow' });
    expect(verdictOf(two, [measured(0, { wide: 2, narrow: 0.1 })])).toMatchObject({ target: 'wide' });
  });

  test('holds a target with a maximum alone to it', () => {
    const above = started(bounded('y', { bounds: { min: null, max: 1 } }));
    expect(verdictOf(above, [measured(0, { y: 0.5 })]).kind).toBe('infeasible');
  });

  test('is unknown before the first measure and without bounds', () => {
    expect(verdictOf(run, [])).toEqual({ kind: 'unknown' });
    const free = started(bounded('y', { bounds: { min: null, max: null } }));
    expect(verdictOf(free, [measured(0, { y: 0.5 })])).toEqual({ kind: 'unknown' });
  });
});

describe('A run that was asked to stop', () => {
  const stopping: RunState = {
    ...initialRunState({ run: 'run-1', experiment: '/x/line.orthant.json', variant: 'plain' }),
    status: 'stopping',
  };
  const EARLIER: readonly TrainingEvent[] = [
    started(bounded('y')),
    { type: 'paused', time: 2, step: 1 },
    { type: 'resumed', time: 3, step: 1 },
    {
      type: 'progress',
      time: 4,
      epoch: 1,
      step: 10,
      elapsedMs: 1,
      samplesPerSecond: 1,
      batchLoss: null,
      penalty: null,
    },
    measured(10, { y: 0 }),
    { type: 'log', time: 5, level: 'info', message: 'a line' },
  ];

  test.for(EARLIER)('stays "stopping" on $type, which was on its way before', (event) => {
    expect(applyEvent(stopping, event).status).toBe('stopping');
  });

  test.for(['stopped', 'finished', 'failed'] as const)('is %s once it ended so', (status) => {
    const ended = applyEvent(stopping, {
      type: 'ended',
      time: 9,
      status,
      error: status === 'failed' ? 'why' : null,
      summary: {} as never,
    });
    expect(ended.status).toBe(status);
    expect(ended.error).toBe(status === 'failed' ? 'why' : null);
  });
});

describe('A run that nobody stopped', () => {
  test('goes from queued over running and paused back to running', () => {
    const queued = initialRunState({ run: 'r', experiment: 'e', variant: 'v' });
    const running = applyEvent(queued, started(bounded('y')));
    const paused = applyEvent(running, { type: 'paused', time: 2, step: 1 });
    const resumed = applyEvent(paused, { type: 'resumed', time: 3, step: 1 });
    expect([queued, running, paused, resumed].map(({ status }) => status)).toEqual([
      'queued',
      'running',
      'paused',
      'running',
    ]);
  });
});

describe('What the failure doctor tells', () => {
  const diagnosis = (code: string): Diagnosis => ({ code, severity: 'warning', title: code, message: '', fixes: [] });
  const told = (...codes: string[]): TrainingEvent => {
    return { type: 'diagnosed', time: 2, epoch: 1, step: 10, diagnoses: codes.map(diagnosis) };
  };
  const codesOf = ({ diagnoses }: RunState): string[] => diagnoses.map(({ code }) => code);
  const queued = initialRunState({ run: 'r', experiment: 'e', variant: 'v' });

  test('takes the place of what it told before, so that what is over is taken back', () => {
    const both = applyEvent(applyEvent(queued, told('a')), told('a', 'b'));
    expect(codesOf(both)).toEqual(['a', 'b']);
    expect(codesOf(applyEvent(both, told('b')))).toEqual(['b']);
  });

  test('is at the end what the summary says', () => {
    const ended = applyEvent(applyEvent(queued, told('a')), {
      type: 'ended',
      time: 3,
      status: 'finished',
      error: null,
      summary: { diagnoses: [diagnosis('c')] } as never,
    });
    expect(codesOf(ended)).toEqual(['c']);
  });
});

describe('The rows behind a run', () => {
  const rows = (step: number): TrainingEvent => ({ type: 'rows', time: step, epoch: step / 10, step, targets: {} });
  const queued = (): RunState => initialRunState({ run: 'r', experiment: 'e', variant: 'v' });

  test('are kept for every moment that they were recorded at', () => {
    const state = [rows(0), rows(10)].reduce(applyEvent, queued());
    expect(state.rows.map(({ step }) => step)).toEqual([0, 10]);
  });

  test('beyond the checkpoint that a run goes on from are told again', () => {
    const state = [rows(0), rows(10), rows(20)].reduce(applyEvent, queued());
    const resumed = applyEvent(state, { type: 'resumed', time: 30, step: 10, fromCheckpoint: true });
    expect(resumed.rows.map(({ step }) => step)).toEqual([0, 10]);
  });
});

describe('A run that is resumed from its checkpoint', () => {
  const target = bounded('y');
  const resumed = (step: number): TrainingEvent => ({ type: 'resumed', time: 99, step, fromCheckpoint: true });
  const told = (...events: TrainingEvent[]): RunState =>
    events.reduce(applyEvent, initialRunState({ run: 'r', experiment: '/x', variant: 'v' }));
  const steps = (state: RunState): number[] => state.measured.map(({ step }) => step);

  test('forgets what was measured beyond it, which comes again', () => {
    const before = told(started(target), ...[0, 10, 20, 30].map((step) => measured(step, { y: 0 })));
    const after = [resumed(20), measured(30, { y: 0 }), measured(40, { y: 0 })].reduce(applyEvent, before);
    expect(steps(after)).toEqual([0, 10, 20, 30, 40]);
    // What was there belongs to whoever holds it.
    expect(steps(before)).toEqual([0, 10, 20, 30]);
  });

  test('is running, and has neither end nor error nor what a doctor found that is gone', () => {
    const summary = { diagnoses: [{ code: 'slack-trap' }] };
    const ended = {
      type: 'ended',
      time: 5,
      status: 'failed',
      error: 'no space left',
      summary,
    } as unknown as TrainingEvent;
    const state = told(started(target), measured(10, { y: 0 }), ended);
    expect(state).toMatchObject({ status: 'failed', error: 'no space left' });
    expect(applyEvent(state, resumed(10))).toMatchObject({
      status: 'running',
      ended: null,
      error: null,
      diagnoses: [],
      progress: null,
    });
  });

  test('is not one that was paused: that keeps all it told', () => {
    const diagnosed = { type: 'diagnosed', time: 1, epoch: 1, step: 10, diagnoses: [{ code: 'slack-trap' }] };
    const state = told(started(target), measured(10, { y: 0 }), diagnosed as unknown as TrainingEvent, {
      type: 'paused',
      time: 2,
      step: 12,
    });
    expect(applyEvent(state, { type: 'resumed', time: 3, step: 12 })).toMatchObject({
      status: 'running',
      measured: [{ step: 10 }],
      diagnoses: [{ code: 'slack-trap' }],
    });
  });
});
