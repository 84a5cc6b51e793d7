/** How long a person waits for a sign of life: from the start of the process to its first line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TrainingEvent } from '../../extension/protocol/events';
import { type Spread, spreadOf } from './statistics';

export interface FirstEventResult {
  readonly rounds: number;
  readonly engine: string;
  /** `started`: data read, network built. */
  readonly first: Spread;
  /** The first measure after training began, all figures and histograms included. */
  readonly trained: Spread;
  /** The loss of the first step, printed; `null` without PyTorch. */
  readonly pytorch: Spread | null;
}

const EXPERIMENT = 'examples/weather/weather.orthant.json';
const DATA = 'examples/weather/seattle-weather.csv';
const LONGEST_MS = 60_000;

export async function timeFirstEvent(options: {
  readonly root: string;
  /** The built command line. */
  readonly cli: string;
  readonly sources: string;
  readonly pytorch: string | null;
  readonly rounds: number;
}): Promise<FirstEventResult> {
  const { root, pytorch } = options;
  const runs = mkdtempSync(path.join(tmpdir(), 'orthant-benchmark-runs-'));
  const first: number[] = [];
  const trained: number[] = [];
  const peer: number[] = [];
  let engine = '';
  try {
    const ours = [options.cli, 'train', EXPERIMENT, '--variant', 'penalty', '--json', '--runs', runs];
    const theirs = [path.join(options.sources, 'peers/train.py'), DATA];
    // The first round fills the system's file cache, and is not counted.
    for (let round = 0; round <= options.rounds; round++) {
      let firstMs = Number.NaN;
      const trainedMs = await timeTo(process.execPath, ours, root, (line, elapsedMs) => {
        const event = JSON.parse(line) as TrainingEvent;
        if (event.type === 'started') {
          firstMs = elapsedMs;
          engine = event.engine.name;
        }
        return (event.type === 'measured' || event.type === 'progress') && event.step > 0;
      });
      const peerMs = pytorch === null ? null : await timeTo(pytorch, theirs, root, () => true);
      if (round === 0) continue;
      first.push(firstMs);
      trained.push(trainedMs);
      if (peerMs !== null) peer.push(peerMs);
    }
  } finally {
    rmSync(runs, { recursive: true, force: true });
  }
  return {
    rounds: options.rounds,
    engine,
    first: spreadOf(first),
    trained: spreadOf(trained),
    pytorch: pytorch === null ? null : spreadOf(peer),
  };
}

/** Milliseconds from the start to the first line that `isEnough`; the process is ended then. */
async function timeTo(
  command: string,
  args: readonly string[],
  cwd: string,
  isEnough: (line: string, elapsedMs: number) => boolean,
): Promise<number> {
  const begin = performance.now();
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const elapsedMs = performance.now() - begin;
      if (isEnough(line, elapsedMs)) return elapsedMs;
    }
    throw new Error(`${path.basename(args[0]!)} ended or was ended without the line that was waited for`);
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    await closed;
  }
}
