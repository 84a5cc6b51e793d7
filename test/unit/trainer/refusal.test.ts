import { expect, test } from 'vitest';
import { CheckpointError } from '../../../extension/runs/checkpoint';
import { RunTakenError } from '../../../extension/runs/takeOver';
import { RunFolderError } from '../../../extension/runs/writeRun';
import { refusalOf } from '../../../extension/trainer/refusal';
import { ResumeError } from '../../../extension/trainer/resumeRun';

test('What a person can mend is told as a problem in its own words; a fault of Orthant itself is not', () => {
  const codeOf = (error: Error): string | undefined => refusalOf(error)?.code;
  expect(codeOf(new RunFolderError('full'))).toBe('runs.not-writable');
  for (const kind of [ResumeError, CheckpointError, RunTakenError]) {
    expect(codeOf(new kind('no'))).toBe('runs.not-resumable');
  }
  expect(refusalOf(new RunFolderError('full'))).toMatchObject({ severity: 'error', message: 'full' });
  expect(refusalOf(new TypeError('x is undefined'))).toBeNull();
});
