/**
 * Stands in for VS Code and the extension host in the gallery: sets a theme, defines `acquireVsCodeApi`, and answers
 * the panel with recorded runs. `?theme=…&scene=…` says which. Not part of the extension.
 */
import type { Diagnosis } from '../../extension/protocol/diagnosis';
import { completeEvent } from '../../extension/protocol/earlierVersions';
import type { TrainingEvent } from '../../extension/protocol/events';
import type { Figures, SplitFigures } from '../../extension/protocol/figures';
import type { FromPanel, ToPanel } from '../../extension/protocol/panel';
import type { RowOutput, TargetRows } from '../../extension/protocol/rows';
import { applyEvent, initialRunState, type RunState } from '../../extension/protocol/runState';
import type { RunSettings } from '../../extension/protocol/settings';
import { applyTheme, type ThemeName } from './themes';

interface Recorded {
  variant: string;
  events: TrainingEvent[];
}

// As the extension host reads them: the recordings may be older than the newest figures.
const recorded = (JSON.parse(document.getElementById('recorded')!.textContent!) as Recorded[]).map(
  ({ variant, events }) => ({ variant, events: events.map(completeEvent) }),
);
const parameters = new URLSearchParams(location.search);
const scene = parameters.get('scene') ?? 'single';
applyTheme((parameters.get('theme') ?? 'dark') as ThemeName);

function post(message: ToPanel): void {
  window.postMessage(message, '*');
}

function record(variant: string): Recorded {
  return recorded.find((run) => run.variant === variant) ?? recorded[0]!;
}

/** The state after the first `share` of the events. */
function stateOf(run: Recorded, share = 1, id = run.variant): RunState {
  const initial = initialRunState({
    run: id,
    experiment: '/workspace/examples/weather/weather.orthant.json',
    variant: id,
    folder: `/workspace/runs/${id}`,
  });
  const state = run.events.slice(0, Math.ceil(run.events.length * share)).reduce(applyEvent, initial);
  return { ...state, run: id, variant: id };
}

const ERROR = `Training diverged at step 812: the loss is not finite any more.
The largest gradient before was 3.1e+21, in the weights of the second layer.

Try a smaller training.learningRate than 0.5 (weather.orthant.json, line 14).`;

const DIAGNOSES: Diagnosis[] = [
  {
    code: 'doctor.slack-trap',
    severity: 'warning',
    title: 'Slack trap',
    message:
      "312 of 2,338 training outputs are held exactly at the bound by a slack of 0 (at most 0.001) and a multiplier of the wrong sign, λ down to -4.1 where λ ≥ 0 is wanted. A slack of 0 can't move, so such an output never leaves its bound, though the loss (1.5) would fall if it did.",
    fixes: [
      {
        label: 'Start the slacks above 0',
        edits: [{ path: ['variants', 'lagrangian', 'slackNudge'], value: 0.1 }],
      },
      {
        label: 'Use the augmented Lagrangian',
        edits: [{ path: ['variants', 'lagrangian', 'method'], value: 'augmented-lagrangian' }],
      },
    ],
  },
  {
    code: 'doctor.held-out-violations',
    severity: 'information',
    title: 'Violations on held-out rows',
    message: '12 rows of 292 held out (4.1 %) have an output outside, against 0 of 1,169 training rows.',
    fixes: [],
  },
];

/** A run of a sweep, in deterministic variations of the recorded ones: figures scaled, three seeds of each setting. */
function sweptRun(index: number): RunState {
  const run = stateOf(recorded[index % recorded.length]!, 1, `point ${index}`);
  const setting = Math.floor(index / 3);
  const scale = 1 + (((setting * 37) % 101) / 101) * 0.4 + (index % 3) * 0.01;
  const outside = ((setting * 53) % 97) / 97 < 0.3 ? 0 : 10 ** -(((setting * 29) % 89) / 30) * (1 + (index % 3) * 0.2);
  const scaled = (figures: Figures): Figures => ({
    ...figures,
    loss: figures.loss * scale,
    maxViolation: figures.maxViolation === 0 ? outside * 0.1 : figures.maxViolation * outside,
  });
  const scaledSplit = (split: SplitFigures): SplitFigures => ({
    ...split,
    overall: scaled(split.overall),
    targets: Object.fromEntries(Object.entries(split.targets).map(([name, each]) => [name, scaled(each)])),
  });
  const measured = run.measured.map((measure) => ({
    ...measure,
    train: scaledSplit(measure.train),
    validation: measure.validation && scaledSplit(measure.validation),
  }));
  const started = run.started && { ...run.started, seed: index % 3, configuration: `setting ${setting}` };
  return { ...run, variant: run.started!.method, started, measured };
}

/** What the trainer would have recorded of rows at the end, made up from the run's histograms. */
function withRows(run: RunState): RunState {
  const { started } = run;
  const last = run.measured.at(-1);
  if (started === null || last === undefined) return run;
  const targets = started.targets.map(({ name, standardDeviation }): [string, TargetRows] => {
    const { minOutput, negativeShare } = last.train.targets[name]!;
    const nRows = minOutput < 0 ? Math.min(20, Math.ceil(negativeShare * 40)) : 0;
    const rows = Array.from({ length: nRows }, (_, index): RowOutput => {
      const output = minOutput * 0.82 ** index;
      const multiplier = run.started!.method === 'unconstrained' ? null : -output / standardDeviation;
      return { row: 17 + ((index * 419) % 1461), output, target: (index * 7) % 5, violation: -output, multiplier };
    });
    const edges = Array.from({ length: 45 }, (_, index) => Number(((index - 5) * 0.05).toFixed(2)));
    const counts = [...edges, 0].map((_, index) => (index < 6 ? index % 2 : Math.round(900 / (index - 5) ** 2)));
    const multipliers = started.method === 'unconstrained' ? [] : [{ side: 'min' as const, edges, counts, rows }];
    return [
      name,
      { train: rows, validation: rows.slice(0, 3).map((row) => ({ ...row, multiplier: null })), multipliers },
    ];
  });
  const { time, epoch, step } = last;
  return { ...run, rows: [{ type: 'rows', time, epoch, step, targets: Object.fromEntries(targets) }] };
}

const SCENES: Record<string, () => RunState[]> = {
  rows: () => [withRows(stateOf(record('penalty')))],
  sweep: () => Array.from({ length: 12 }, (_, index) => sweptRun(index * 4 - (index % 3) * 3)),
  many: () => Array.from({ length: 300 }, (_, index) => sweptRun(index)),
  single: () => [stateOf(record('lagrangian'))],
  baseline: () => [stateOf(record('baseline'))],
  diagnosed: () => [{ ...stateOf(record('lagrangian')), diagnoses: DIAGNOSES }],
  compare: () => recorded.map((run) => stateOf(run)),
  live: () => recorded.slice(0, 1).map((run) => stateOf(run, 0)),
  stream: () =>
    [...recorded, ...recorded].map((run, index) => stateOf(run, 0, index < 4 ? run.variant : `${run.variant} again`)),
  eight: () =>
    [...recorded, ...recorded].map((run, index) => stateOf(run, 0, index < 4 ? run.variant : `${run.variant} again`)),
  states: () => [
    stateOf(record('baseline')),
    { ...stateOf(record('penalty'), 0.5), status: 'paused' },
    { ...stateOf(record('lagrangian'), 0.35), status: 'failed', error: ERROR, diagnoses: DIAGNOSES },
    {
      ...stateOf(record('augmented'), 0.2),
      status: 'lost',
      error: 'The trainer ended without a word (signal SIGKILL).',
    },
    stateOf(record('augmented'), 0, 'waiting'),
  ],
};

/** As if the runs had been trained with these, and a sweep with all the others. */
function settingsOf(runs: readonly RunState[]): Record<string, RunSettings> {
  return Object.fromEntries(
    runs.map(({ run, started }, index) => {
      const setting = Number(started?.configuration?.replace('setting ', '') ?? index);
      const alpha = [0.1, 1, 10, 100][setting % 4]!;
      const learningRate = [0.001, 0.003, 0.01][setting % 3]!;
      const method = started?.method ?? 'unknown';
      return [
        run,
        { method, 'method.alpha': alpha, 'training.learningRate': learningRate, 'training.seed': started?.seed ?? 0 },
      ];
    }),
  );
}

/** Plays the recorded events at about the pace they were recorded, all runs at once. */
function play(runs: RunState[]): void {
  for (const state of runs) {
    const { events } = record(state.variant.replace(' again', ''));
    events.forEach((event, index) => {
      const named = event.type === 'started' ? { ...event, run: state.run, variant: state.variant } : event;
      window.setTimeout(() => post({ type: 'events', run: state.run, events: [named] }), index * 150);
    });
  }
}

/**
 * Eight runs that measure ten times a second for as long as one looks: what the recorded runs measured, over and over, at
 * ever later steps.
 */
function stream(runs: RunState[]): void {
  const recordings = runs.map(({ variant }) => record(variant.replace(' again', '')).events);
  let tick = 0;
  window.setInterval(() => {
    for (const [index, state] of runs.entries()) {
      const events = recordings[index]!;
      const started = events.find((event) => event.type === 'started')!;
      const measured = events.filter((event) => event.type === 'measured');
      const { stepsPerEpoch } = started;
      const epoch = tick + 1;
      const event = { ...measured[tick % measured.length]!, epoch, step: epoch * stepsPerEpoch };
      const first = { ...started, run: state.run, variant: state.variant, epochs: 100_000 };
      post({ type: 'events', run: state.run, events: tick === 0 ? [first, event] : [event] });
    }
    tick += 1;
  }, 100);
}

function answer(message: FromPanel): void {
  if (message.type !== 'ready') {
    console.info('to the host', message);
    return;
  }
  const runs = SCENES[scene]!();
  const folders = runs.map((run) => run.folder!);
  post({ type: 'snapshot', identity: { version: 1, folders }, runs, settings: settingsOf(runs) });
  if (scene === 'live' || scene === 'eight') play(runs);
  if (scene === 'stream') stream(runs);
}

let kept: unknown;
Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: answer,
    getState: () => kept,
    setState: (state: unknown) => {
      kept = state;
    },
  }),
});
