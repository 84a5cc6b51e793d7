/** How the failure doctor's fixes are said in pickers, notices and tooltips: pure words, no editor. */
import path from 'node:path';
import { t } from '@vscode/l10n';
import type { FixOutcome } from '../experiment/applyFix';
import type { Diagnosis } from '../protocol/diagnosis';
import type { Run } from './runStore';

/** What is known of a run without reading its folder: a listed run has a summary, one of this window a state. */
export function diagnosesOf({ state, summary }: Run): readonly Diagnosis[] {
  return summary?.diagnoses ?? state.diagnoses;
}

export function hasFix(run: Run): boolean {
  return diagnosesOf(run).some(({ fixes }) => fixes.length > 0);
}

/** Why a fix was not made; for a fix that can be made there is nothing to say. */
export function refusedFixText(
  outcome: Exclude<FixOutcome, { kind: 'changed' }>,
  trained: { experiment: string; variant: string; method: string },
): string {
  const file = path.basename(trained.experiment);
  const { variant, method } = trained;
  switch (outcome.kind) {
    case 'unchanged':
      return t('{0} says so already. Train {1} again to see what it does.', file, variant);
    case 'no-json':
      return t('{0} is no valid JSON at the moment. Correct it first; nothing was changed.', file);
    case 'no-variant':
      return t('{0} has no variant {1} any more, so there is nothing to change.', file, variant);
    case 'other-method':
      return t(
        'In {0} the variant {1} has the method {2} by now, and the fix is for {3}. Nothing was changed.',
        file,
        variant,
        outcome.method ?? t('none'),
        method,
      );
  }
}
