/** Exit codes of the command line (design: 0 done, 1 training failed, 2 wrong input, 130 interrupted). */
export const EXIT = {
  done: 0,
  /** Diverged or out of memory; what was recorded stays. */
  failed: 1,
  /** The experiment, the data or the arguments are wrong; nothing was written. */
  wrongInput: 2,
  /** Ctrl+C; the last checkpoint is kept. */
  interrupted: 130,
} as const;
