/** What the host needs of a log: VS Code's `LogOutputChannel` is one, and so is an array in a test. */
export interface Log {
  /** Every event of a run, and other things too many for the eye. */
  trace(message: string): void;
  /** What a process says by itself. */
  debug(message: string): void;
  /** Starts, ends and files. */
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
