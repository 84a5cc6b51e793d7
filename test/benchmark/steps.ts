/**
 * Times training steps: every contestant trains the same case, all stay alive, and they take turns round by round, one
 * at work and the others idle. Who does not compute the same losses is reported as wrong and not timed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makePool, writePool } from './cases';
import { Contestant, ContestantError } from './contestant';
import type { StepEntry } from './entries';
import type { Case, PrepareRequest, ReadyAnswer } from './protocol';
import { median, type Spread, spreadOf } from './statistics';

/**
 * How far the loss of a step may lie from the contestants' median, relative: float32 sums in another order, carried
 * through Adam, whose first steps have the size of the rate whatever the gradient's.
 */
const LOSS_TOLERANCE = 5e-3;
const PREPARE_MS = 300_000;
const ROUND_MS = 120_000;
/** Thread pools that spin a little while after their work are at rest by then. */
const REST_MS = 60;
/** Somebody who computes more than this share of the time while the others are timed disturbs them. */
const IDLE_SHARE = 0.02;

export interface StepResult {
  readonly entry: StepEntry;
  readonly ready: ReadyAnswer;
  readonly milliseconds: Spread;
  /** Time over that of the first of our engines, in the same round: the median. 1 for that engine itself. */
  readonly ratio: number;
  readonly stepsPerRound: number;
  /** Greatest relative distance of a loss from the contestants' median. */
  readonly lossDistance: number;
  readonly peakBytes: number | null;
}

export interface CaseResult {
  readonly case: Case;
  readonly rounds: number;
  readonly results: readonly StepResult[];
  /** Who was left out, and what disturbed. */
  readonly notes: readonly string[];
}

interface Running {
  readonly entry: StepEntry;
  readonly contestant: Contestant;
  readonly ready: ReadyAnswer;
  lossDistance: number;
  steps: number;
  readonly seconds: number[];
}

export interface StepOptions {
  readonly rounds: number;
  /** What a round of one contestant should last; slow ones take at least one call. */
  readonly roundSeconds: number;
  readonly threads: number;
  say(text: string): void;
}

export async function timeSteps(shape: Case, entries: readonly StepEntry[], options: StepOptions): Promise<CaseResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'orthant-benchmark-'));
  const notes: string[] = [];
  const note = (text: string): void => {
    notes.push(text);
    options.say(`  ! ${text}`);
  };
  const running: Running[] = [];
  try {
    writePool(folder, makePool(shape));
    for (const entry of entries) {
      const started = await start(entry, {
        type: 'prepare',
        case: shape,
        folder,
        mode: entry.mode,
        threads: options.threads,
      });
      if (started instanceof ContestantError) {
        note(
          `${entry.title} ${started.unavailable ? 'can not run here' : 'failed'} and is left out: ${started.message}`,
        );
        continue;
      }
      const { threads } = started.ready;
      if (threads !== null && threads !== options.threads) note(`${entry.title} runs ${threads} threads`);
      running.push(started);
      options.say(
        `  ${entry.title}: first pass ${started.ready.losses[0]!.toFixed(5)} → ${started.ready.losses.at(-1)!.toFixed(5)}`,
      );
    }
    await leaveOutWrong(running, note);
    await play(running, options, note);
    const peaks = new Map<Running, number | null>();
    for (const one of running) peaks.set(one, await one.contestant.close());
    const ours = running.find(({ entry }) => entry.family === 'orthant');
    return {
      case: shape,
      rounds: options.rounds,
      notes,
      results: running.map((one) => {
        const milliseconds = one.seconds.map((seconds) => (seconds * 1000) / one.steps);
        const ratios = one.seconds.map(
          (seconds, round) =>
            seconds / one.steps / (ours === undefined ? Number.NaN : ours.seconds[round]! / ours.steps),
        );
        return {
          entry: one.entry,
          ready: one.ready,
          milliseconds: spreadOf(milliseconds),
          ratio: median(ratios),
          stepsPerRound: one.steps,
          lossDistance: one.lossDistance,
          peakBytes: peaks.get(one) ?? null,
        };
      }),
    };
  } finally {
    for (const { contestant } of running) await contestant.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(entry: StepEntry, request: PrepareRequest): Promise<Running | ContestantError> {
  const contestant = new Contestant(entry);
  try {
    const ready = await contestant.ask(request, 'ready', PREPARE_MS);
    return { entry, contestant, ready, lossDistance: 0, steps: 0, seconds: [] };
  } catch (error) {
    if (error instanceof ContestantError) return error;
    throw error;
  }
}

/** Same weights, same data: the losses of the first pass over the pool have to agree, step by step. */
async function leaveOutWrong(running: Running[], note: (text: string) => void): Promise<void> {
  const steps = Math.min(...running.map(({ ready }) => ready.losses.length));
  const middle = Array.from({ length: steps }, (_, step) => median(running.map(({ ready }) => ready.losses[step]!)));
  for (const one of [...running]) {
    const distances = middle.map((loss, step) => Math.abs(one.ready.losses[step]! / loss - 1));
    one.lossDistance = Math.max(...distances);
    if (one.lossDistance <= LOSS_TOLERANCE) continue;
    const first = distances.findIndex((distance) => !(distance <= LOSS_TOLERANCE));
    note(
      `${one.entry.title} is WRONG and is not timed: its loss at step ${first + 1} is ${one.ready.losses[first]} and the contestants' median ${middle[first]}`,
    );
    running.splice(running.indexOf(one), 1);
    await one.contestant.kill();
  }
}

/** The rounds. The first to go moves on by one each round, so that nobody always follows the same one. */
async function play(running: Running[], options: StepOptions, note: (text: string) => void): Promise<void> {
  const restless = new Map<Running, number>();
  const stepsPerCall = new Map(running.map((one) => [one, one.ready.stepsPerCall]));
  const take = async (one: Running, steps: number): Promise<number | null> => {
    await pause(REST_MS);
    try {
      const answer = await one.contestant.ask({ type: 'round', steps }, 'round', ROUND_MS);
      if (answer.loss === null || answer.loss > 2 * one.ready.losses[0]!) {
        throw new ContestantError({ unavailable: false, message: `its loss became ${answer.loss}` });
      }
      const idleShare = answer.idle.cpuSeconds / answer.idle.seconds;
      if (idleShare > IDLE_SHARE && answer.idle.seconds > 0.2) {
        restless.set(one, Math.max(idleShare, restless.get(one) ?? 0));
      }
      stepsPerCall.set(one, answer.stepsPerCall);
      return answer.seconds;
    } catch (error) {
      if (!(error instanceof ContestantError)) throw error;
      note(`${one.entry.title} failed and is left out: ${error.message}`);
      running.splice(running.indexOf(one), 1);
      await one.contestant.kill();
      return null;
    }
  };

  for (const one of [...running]) {
    const { stepsPerCall: call } = one.ready;
    const pool = one.ready.losses.length;
    let fastest = Number.POSITIVE_INFINITY;
    let steps = call;
    // Warms up, and finds out how many steps a round has.
    for (let trial = 0; trial < 4; trial++) {
      const seconds = await take(one, steps);
      if (seconds === null) break;
      fastest = Math.min(fastest, seconds / steps);
      steps = stepsFor(options.roundSeconds / fastest, call, pool);
      if (seconds > 4 * options.roundSeconds) break;
    }
    one.steps = steps;
  }
  restless.clear();
  for (let round = 0; round < options.rounds; round++) {
    const order = running.map((_, index) => running[(index + round) % running.length]!);
    for (const one of order) {
      const seconds = await take(one, one.steps);
      if (seconds !== null) one.seconds.push(seconds);
    }
    options.say(`  round ${round + 1} of ${options.rounds}`);
  }
  for (const one of running) {
    const [before, after] = [one.ready.stepsPerCall, stepsPerCall.get(one)!];
    if (before !== after) note(`${one.entry.title} went from ${before} to ${after} steps a call`);
  }
  for (const [{ entry }, share] of restless) {
    note(`${entry.title} computed while it was not its turn, at most ${(share * 100).toFixed(0)} % of one core`);
  }
}

/** About as many as wanted: whole passes over the pool, as whole epochs in the trainer, or at least whole calls. */
function stepsFor(wanted: number, call: number, pool: number): number {
  const unit = wanted >= pool ? pool : call;
  return unit * Math.max(1, Math.round(wanted / unit));
}
