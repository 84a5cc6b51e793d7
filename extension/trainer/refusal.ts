/** Why nothing is trained, where that is for a person to mend: errors as the problem that is told of them. */
import type { Problem } from '../protocol/problems';
import { CheckpointError } from '../runs/checkpoint';
import { RunTakenError } from '../runs/takeOver';
import { RunFolderError } from '../runs/writeRun';
import { ResumeError } from './resumeRun';

/** Of what lies in no place of the experiment. */
export const AT_START = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

const REFUSALS = [
  { kind: RunFolderError, code: 'runs.not-writable' },
  { kind: ResumeError, code: 'runs.not-resumable' },
  { kind: CheckpointError, code: 'runs.not-resumable' },
  { kind: RunTakenError, code: 'runs.not-resumable' },
] as const;

/** `null` when it is a fault of Orthant's own. */
export function refusalOf(error: unknown): Problem | null {
  const refusal = REFUSALS.find(({ kind }) => error instanceof kind);
  if (refusal === undefined) return null;
  return { code: refusal.code, severity: 'error', message: (error as Error).message, range: AT_START };
}
