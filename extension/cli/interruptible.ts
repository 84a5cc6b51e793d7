/** What a terminal may do to a training: Ctrl+C, closing, and a reader that goes away. */
import { EXIT } from './exit';

/** Of one run or of a sweep. */
export interface Stoppable {
  readonly stopRequested: boolean;
  stop(): void;
}

/** `timeout` and some shells pass one press of a key on twice, to the process and to its group. */
const SAME_PRESS_MS = 300;

/** Runs `work` with a control that a first interruption stops; the second one ends the process. */
export async function interruptible<Control extends Stoppable>(
  control: Control,
  work: (control: Control) => Promise<number>,
): Promise<number> {
  let interruptedAt = Number.NEGATIVE_INFINITY;
  const interrupt = (): void => {
    const now = performance.now();
    // The second time the person means it; the bar had hidden the cursor.
    if (control.stopRequested && now - interruptedAt > SAME_PRESS_MS) {
      if (process.stdout.isTTY) process.stdout.write('\x1b[?25h');
      process.exit(EXIT.interrupted);
    }
    if (!control.stopRequested) interruptedAt = now;
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
