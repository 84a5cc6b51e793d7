/** Runs the built command line as a user does, bounded in time. */
import { spawn } from 'node:child_process';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');
const CLI = path.join(ROOT, 'dist/cli.js');

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  cwd?: string;
  /** What it reads from its input; nothing when absent. */
  input?: string;
  /** Ends the process with SIGINT once this is on stdout. */
  interruptAt?: RegExp;
  /** Closes its stdout once this is on it, as `| head` does. */
  hangUpAt?: RegExp;
}

export function orthant(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { cwd: options.cwd ?? ROOT, timeout: 90_000 });
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    let stdout = '';
    let stderr = '';
    let interrupted = false;
    child.stdout.on('data', (data) => {
      stdout += String(data);
      if (!interrupted && options.interruptAt?.test(stdout)) {
        interrupted = true;
        child.kill('SIGINT');
      }
    });
    if (options.hangUpAt !== undefined) {
      child.stdout.on('data', () => options.hangUpAt?.test(stdout) && child.stdout.destroy());
    }
    child.stderr.on('data', (data) => {
      stderr += String(data);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
