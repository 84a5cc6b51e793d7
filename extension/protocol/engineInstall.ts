/**
 * What the process that installs the engine `tensorflow` says while it works. It takes no request: when the channel to
 * it closes, it cancels, takes back what it did and ends.
 */

/** In the order in which they are taken; the three in the middle only where the package's own download fails. */
export const INSTALL_STEPS = ['packages', 'binary', 'wheel', 'unpack', 'compile', 'check'] as const;

export type InstallStep = (typeof INSTALL_STEPS)[number];

export type InstallMessage =
  | { type: 'step'; step: InstallStep }
  /** Bytes of this step so far; `total` is `null` where nobody says it. */
  | { type: 'bytes'; done: number; total: number | null }
  /** Worth a line in the log: a way that failed before another is tried. */
  | { type: 'note'; text: string }
  /** It loads and computes here, and is what trainings use from now on. */
  | { type: 'installed'; version: string; folder: string; bytes: number }
  /** Nothing was changed. `message` names the cause and the remedy. */
  | { type: 'failed'; message: string }
  /** Nothing was changed. */
  | { type: 'cancelled' };
