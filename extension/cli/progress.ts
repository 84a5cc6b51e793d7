/** How one run shows in a terminal while it trains: a bar, or a line now and then where output is no terminal. */
import { Format, SingleBar } from 'cli-progress';
import type { MeasuredEvent, TrainingEvent } from '../protocol/events';
import { formatDuration, formatNumber, formatShare } from '../protocol/figures';
import { printable } from '../protocol/printable';

export interface Progress {
  show(event: TrainingEvent): void;
}

const BAR_WIDTH = 20;
/** Without a terminal, a line this often says that training goes on. */
const LINE_INTERVAL_MS = 10_000;

export function createProgress(variant: string, nameWidth: number): Progress {
  const name = printable(variant);
  return process.stdout.isTTY ? barProgress(name, nameWidth) : lineProgress(name, nameWidth);
}

function barProgress(variant: string, nameWidth: number): Progress {
  const bar = new SingleBar({
    format: `${variant.padEnd(nameWidth)} {bar} {share} % | loss {loss} | {outside} outside | {eta}`,
    barsize: BAR_WIDTH,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    gracefulExit: false,
    // Drawn on events, about ten a second; a timer of its own would keep the process alive.
    fps: 20,
    formatBar: Format.BarFormat,
  });
  let epochs = 1;
  let last: MeasuredEvent | null = null;
  let loss: number | null = null;
  const payload = (epoch: number, elapsedMs: number) => ({
    share: String(Math.floor((epoch / epochs) * 100)).padStart(3),
    loss: formatNumber(loss),
    outside: formatShare(last?.train.overall.negativeShare ?? null),
    eta:
      epoch >= epochs
        ? formatDuration(elapsedMs)
        : epoch > 0
          ? `${formatDuration((elapsedMs / epoch) * (epochs - epoch))} left`
          : '',
  });
  return {
    show(event) {
      switch (event.type) {
        case 'started':
          epochs = event.epochs;
          bar.start(epochs, 0, payload(0, 0));
          break;
        case 'progress':
          loss = event.batchLoss;
          bar.update(event.epoch, payload(event.epoch, event.elapsedMs));
          break;
        case 'measured':
          last = event;
          loss = event.batchLoss ?? event.train.overall.loss;
          bar.update(event.epoch, payload(event.epoch, event.elapsedMs));
          break;
        case 'ended':
          bar.stop();
          break;
      }
    },
  };
}

function lineProgress(variant: string, nameWidth: number): Progress {
  const name = variant.padEnd(nameWidth);
  let epochs = 1;
  let lastLine = Date.now();
  return {
    show(event) {
      if (event.type === 'started') {
        epochs = event.epochs;
      } else if (event.type === 'measured' && event.time - lastLine >= LINE_INTERVAL_MS) {
        lastLine = event.time;
        const { loss, negativeShare } = event.train.overall;
        console.log(
          `${name} epoch ${event.epoch} of ${epochs}, MSE ${formatNumber(loss)}, ${formatShare(negativeShare)} outside`,
        );
      } else if (event.type === 'ended') {
        console.log(`${name} ${event.status} after ${formatDuration(event.summary.durationMs)}`);
      }
    },
  };
}
