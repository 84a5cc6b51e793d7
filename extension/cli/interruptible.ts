/** What a terminal may do to a training: Ctrl+C, closing, and a reader that goes away. */
import { TrainingControl } from '../trainer/control';
import { EXIT } from './exit';

/** Runs `work` with a control that a first interruption stops; the second one ends the process. */
export async function interruptible(work: (control: TrainingControl) => Promise<number>): Promise<number> {
  const control = new TrainingControl();
  const interrupt = (): void => {
    // The second time the person means it; the bar had hidden the cursor.
    if (control.stopRequested) {
      if (process.stdout.isTTY) process.stdout.write('\x1b[?25h');
      process.exit(EXIT.interrupted);
    }
    control.stop();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  // Nobody reads on (`| head`): stop as if asked, with everything recorded.
  process.stdout.on('error', () => control.stop());
  try {
    return await work(control);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
