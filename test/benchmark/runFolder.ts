/** What a run folder and live events cost: the trainer as it is against the bare loop, by turns in one process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Contestant, ContestantError } from './contestant';
import { median, type Spread, spreadOf } from './statistics';

export interface RunFolderCase {
  readonly title: string;
  /** Relative to the checkout. */
  readonly experiment: string;
  readonly variant: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Instead, when it need only be shown to work. */
  readonly quick?: Readonly<Record<string, string>>;
}

export const RUN_FOLDER_CASES: readonly RunFolderCase[] = [
  {
    title: 'strokes example, 784-784-784-2, batch 32',
    experiment: 'examples/strokes/strokes.orthant.json',
    variant: 'penalty',
    settings: { 'training.batchSize': '32', 'training.epochs': '20' },
    quick: { 'training.epochs': '4' },
  },
  {
    title: 'weather example, 4-64-64-2, batch 128',
    experiment: 'examples/weather/weather.orthant.json',
    variant: 'penalty',
    settings: {},
  },
];

export interface RunFolderResult {
  readonly case: RunFolderCase;
  readonly engine: string;
  readonly steps: number;
  readonly rounds: number;
  readonly bareMs: Spread;
  readonly recordedMs: Spread;
  /** Of a training in seconds: bare, recorded from first to last step, and from `started` to `ended`. */
  readonly bareSeconds: number;
  readonly recordedSeconds: number;
  readonly wholeSeconds: number;
  /** Median over the rounds of recorded over bare, less 1. */
  readonly overhead: Spread;
  readonly events: number;
}

const TRAINING_MS = 400_000;
/** Both do the same arithmetic in the same order. */
const LOSS_TOLERANCE = 1e-3;

export async function timeRunFolder(
  shape: RunFolderCase,
  options: { rounds: number; root: string; bundles: string; quick: boolean; say(text: string): void },
): Promise<RunFolderResult> {
  const runsFolder = mkdtempSync(path.join(tmpdir(), 'orthant-benchmark-runs-'));
  const contestant = new Contestant({
    name: 'run folder',
    command: process.execPath,
    args: [path.join(options.bundles, 'runFolderContestant.js')],
    channel: true,
  });
  try {
    const request = {
      type: 'prepare',
      experiment: path.join(options.root, shape.experiment),
      variant: shape.variant,
      settings: { ...shape.settings, ...(options.quick ? shape.quick : {}) },
      engine: 'auto',
      runsFolder,
    };
    const first = await contestant.ask(request, 'trained', TRAINING_MS);
    const bare: number[] = [];
    const recorded: number[] = [];
    const whole: number[] = [];
    let events = 0;
    // The first round warms up the trainer, and is not counted.
    for (let round = 0; round <= options.rounds; round++) {
      const answers = { bare: first, recorded: first };
      for (const kind of round % 2 === 0 ? (['bare', 'recorded'] as const) : (['recorded', 'bare'] as const)) {
        answers[kind] = await contestant.ask({ type: kind }, 'trained', TRAINING_MS);
      }
      const distance = Math.abs(answers.recorded.loss / answers.bare.loss - 1);
      if (!(distance <= LOSS_TOLERANCE) || answers.recorded.steps !== answers.bare.steps) {
        throw new ContestantError({
          unavailable: false,
          message: `the bare loop does not train the same thing: loss ${answers.bare.loss} against ${answers.recorded.loss}`,
        });
      }
      options.say(
        `  ${round === 0 ? 'warm-up' : `round ${round}`}: bare ${answers.bare.seconds.toFixed(2)} s, with run folder ${answers.recorded.seconds.toFixed(2)} s`,
      );
      if (round === 0) continue;
      bare.push(answers.bare.seconds);
      recorded.push(answers.recorded.seconds);
      whole.push(answers.recorded.wholeSeconds!);
      events = answers.recorded.events;
    }
    const perStep = (seconds: readonly number[]): Spread => spreadOf(seconds.map((one) => (one * 1000) / first.steps));
    return {
      case: shape,
      engine: first.engine,
      steps: first.steps,
      rounds: options.rounds,
      bareMs: perStep(bare),
      recordedMs: perStep(recorded),
      bareSeconds: median(bare),
      recordedSeconds: median(recorded),
      wholeSeconds: median(whole),
      overhead: spreadOf(recorded.map((seconds, round) => seconds / bare[round]! - 1)),
      events,
    };
  } finally {
    await contestant.kill();
    rmSync(runsFolder, { recursive: true, force: true });
  }
}
