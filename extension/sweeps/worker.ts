/**
 * The process that trains points of a sweep, one after another: starting a process and an engine for each would take
 * longer than many a point trains. When the channel closes (the conductor is gone) it stops, keeps its checkpoint and
 * ends, so no orphan is left.
 */
import { constants, setPriority } from 'node:os';
import { TrainingControl } from '../trainer/control';
import { prepare } from '../trainer/prepare';
import { refusalOf } from '../trainer/refusal';
import { runVariant } from '../trainer/runVariant';
import type { FromWorker, PointOrder, ToWorker } from './messages';

/** Of the point in training; `null` between two. */
let control: TrainingControl | null = null;
let isPaused = false;
let isLeaving = false;

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

async function train(order: PointOrder): Promise<void> {
  control = new TrainingControl();
  if (isPaused) control.pause();
  try {
    const { variants, problems } = await prepare({
      experimentPath: order.experiment,
      text: order.text,
      variants: [order.variant],
      engine: order.engine,
      otherwise: order.otherwise,
    });
    const prepared = variants?.[0];
    if (prepared === undefined) {
      send({ type: 'rejected', problems });
      return;
    }
    // Stopped while it was read: nothing was trained, so nothing is recorded.
    if (control.stopRequested) return;
    const events = runVariant({
      prepared: { ...prepared, sweep: order.sweep },
      runsFolder: order.runsFolder,
      control,
    });
    for await (const event of events) send({ type: 'event', event });
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    send({ type: 'rejected', problems: [refusal] });
  } finally {
    control = null;
  }
}

function stop(): void {
  control?.stop();
}

/** After the point in training, which ends with its checkpoint. */
function leave(): void {
  isLeaving = true;
  stop();
  if (control === null) process.exit(0);
}

process.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'train':
      train(message).then(
        () => {
          send({ type: 'done' });
          if (isLeaving) process.exit(0);
        },
        (error: unknown) => {
          // The conductor tells the point's failure with these words, and starts another process.
          console.error(error);
          process.exit(1);
        },
      );
      break;
    case 'stop':
      stop();
      break;
    case 'pause':
      isPaused = true;
      control?.pause();
      break;
    case 'resume':
      isPaused = false;
      control?.resume();
      break;
  }
});

process.on('disconnect', leave);
// A terminal's Ctrl+C reaches the whole process group. The conductor hears it too and says what is to be done.
process.on('SIGINT', stop);
process.on('SIGTERM', leave);
process.on('SIGHUP', leave);

try {
  // Where cores are short, the person's typing goes first.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // Then all are equal.
}
send({ type: 'ready' });
