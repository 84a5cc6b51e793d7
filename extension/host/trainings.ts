/**
 * The runs this window trains: a queue, and one trainer process for each run at its head. Turns what processes say
 * into changes of the run store. Knows no editor.
 */
import { t } from '@vscode/l10n';
import type { Problem } from '../protocol/problems';
import type { StartRequest } from '../protocol/requests';
import { NO_NOTES } from '../protocol/runNotes';
import { initialRunState, isLive } from '../protocol/runState';
import { type Disposable, Emitter } from './emitter';
import type { Log } from './log';
import type { Run, RunStore } from './runStore';
import { crashText, type TrainerEnd, type TrainerListener, TrainerProcess } from './trainerProcess';

export type TrainingOrder = Omit<StartRequest, 'type'>;

/** A run that this window trained is over; `problems` when nothing was trained because of them. */
export interface TrainingEnd {
  run: Run;
  problems: readonly Problem[];
}

export interface TrainingsOptions {
  store: RunStore;
  /** Path of the trainer's bundle. */
  module: string;
  /** Asked each time a place in the queue may be free. */
  maximumParallel: () => number;
  log: Log;
  stopGraceMs?: number;
}

export class Trainings implements Disposable {
  readonly #queue: { run: Run; order: TrainingOrder }[] = [];
  readonly #processes = new Map<string, TrainerProcess>();
  readonly #ended = new Emitter<TrainingEnd>();
  #nStarted = 0;
  #isDisposed = false;

  readonly onDidEnd = this.#ended.event;

  constructor(private readonly options: TrainingsOptions) {}

  start(order: TrainingOrder): Run {
    const key = `${order.experiment}#${order.variant}#${++this.#nStarted}`;
    const run: Run = {
      key,
      isOwned: true,
      state: initialRunState({ run: key, experiment: order.experiment, variant: order.variant }),
      method: null,
      // Two runs of one millisecond keep their order.
      since: Date.now() + this.#nStarted / 1000,
      summary: null,
      notes: NO_NOTES,
    };
    this.options.store.add(run);
    this.#queue.push({ run, order });
    this.#advance();
    return run;
  }

  stop(run: Run): void {
    const place = this.#queue.findIndex((entry) => entry.run === run);
    if (place >= 0) {
      this.#queue.splice(place, 1);
      this.options.store.update(run, { status: 'stopped' });
      this.#ended.fire({ run, problems: [] });
      return;
    }
    const trainer = this.#processes.get(run.key);
    if (trainer === undefined || !isLive(run.state.status)) return;
    this.options.store.update(run, { status: 'stopping' });
    trainer.stop();
  }

  pause(run: Run): void {
    if (run.state.status === 'running') this.#processes.get(run.key)?.pause();
  }

  resume(run: Run): void {
    if (run.state.status === 'paused') this.#processes.get(run.key)?.resume();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#queue.length = 0;
    for (const trainer of this.#processes.values()) trainer.dispose();
    this.#ended.dispose();
  }

  #advance(): void {
    while (!this.#isDisposed && this.#queue.length > 0 && this.#processes.size < this.options.maximumParallel()) {
      const { run, order } = this.#queue.shift()!;
      this.#launch(run, order);
    }
  }

  #launch(run: Run, order: TrainingOrder): void {
    const { store, module, log, stopGraceMs } = this.options;
    log.info(`Training '${order.variant}' of ${order.experiment}.`);
    const listener: TrainerListener = {
      created: (id, folder) => store.update(run, { run: id, folder }),
      event: (event) => store.apply(run, event),
      ended: (end) => {
        this.#processes.delete(run.key);
        this.#finish(run, end);
        this.#advance();
      },
    };
    try {
      const request: StartRequest = { type: 'start', ...order };
      this.#processes.set(run.key, new TrainerProcess({ module, request, log, stopGraceMs, listener }));
      store.update(run, { status: 'starting' });
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      this.#finish(run, { kind: 'crashed', error: crashText(null, null, [], reason) });
    }
  }

  #finish(run: Run, end: TrainerEnd): void {
    const { store } = this.options;
    switch (end.kind) {
      case 'ended':
        break;
      case 'rejected':
        store.update(run, { status: 'failed', error: end.problems.map(({ message }) => message).join('\n') });
        break;
      case 'stopped': {
        store.update(run, { status: 'stopped', error: end.killed ? killedText(run) : null });
        break;
      }
      case 'crashed':
        store.update(run, { status: 'failed', error: end.error });
        break;
    }
    this.#ended.fire({ run, problems: end.kind === 'rejected' ? end.problems : [] });
  }
}

function killedText(run: Run): string {
  return run.state.folder === null
    ? t('The trainer did not answer and was killed. Nothing was recorded.')
    : t('The trainer did not answer and was killed. What it had recorded is in the run folder, without an end.');
}

/**
 * 0 is half the cores, since a training uses more than one and the editor needs some, but two at least: watching two
 * ways side by side is what people train several for, and two on two cores cost little more than one after the other.
 */
export function parallelRuns(setting: number, nCores: number): number {
  return setting >= 1 ? Math.floor(setting) : Math.max(2, Math.floor(nCores / 2));
}
