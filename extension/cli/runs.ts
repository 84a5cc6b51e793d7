/** `orthant runs`: the recorded runs of a folder, newest first. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { formatDuration, formatNumber, formatShare, formatVerdict } from '../protocol/figures';
import { RUNS_FOLDER } from '../protocol/runFiles';
import { listRuns } from '../runs/readRuns';
import { EXIT } from './exit';
import { seedTable } from './seedTable';
import { tableLines } from './table';

export async function runsCommand(directory: string): Promise<number> {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    console.error(`${directory}: there is no such folder. Give the folder of an experiment or of run folders.`);
    return EXIT.wrongInput;
  }
  const beside = path.join(directory, RUNS_FOLDER);
  const listings = await listRuns(existsSync(beside) ? beside : directory);
  if (listings.length === 0) {
    console.log(`No runs in ${directory}. "orthant train <experiment>" records one.`);
    return EXIT.done;
  }
  const rows = listings.map(({ id, status, summary }) => {
    const overall = summary?.train?.overall ?? null;
    return [
      id,
      status,
      formatShare(overall?.negativeShare ?? null),
      formatNumber(overall?.rmse ?? null),
      summary === null ? '–' : formatDuration(summary.durationMs),
      summary === null ? 'unknown' : formatVerdict(summary.verdict),
    ];
  });
  console.log(tableLines({ head: ['run', 'status', 'outside', 'RMSE', 'time', 'verdict'] }, rows).join('\n'));
  const seeds = seedTable(listings);
  if (seeds !== null) console.log(`\n${seeds}`);
  return EXIT.done;
}
