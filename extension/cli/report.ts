/** What is said of runs when they have ended: the table, what bounds the losses, what was kept, what is wrong. */
import path from 'node:path';
import type { RunSummary } from '../protocol/events';
import { comparisonTable, floorLines, snapshotLines } from './comparison';
import { diagnosisText } from './diagnoses';

/** `text` is the experiment that was trained, `targets` what its network gives. */
export function printReport(
  summaries: readonly RunSummary[],
  targets: Parameters<typeof comparisonTable>[1],
  text: string,
  runsFolder: string,
): void {
  const lines = [comparisonTable(summaries, targets), ...floorLines(summaries), ...snapshotLines(summaries, targets)];
  console.log(`\n${lines.join('\n')}`);
  const diagnoses = diagnosisText(summaries, text);
  if (diagnoses !== '') console.log(`\n${diagnoses}`);
  console.log(`\nRecorded in ${path.relative(process.cwd(), runsFolder) || '.'}`);
}
