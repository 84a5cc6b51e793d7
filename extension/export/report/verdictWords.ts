/** What a comparison came to, in sentences. Pure. */

import { type ComparedRun, comparedRuns } from '../../pictures/compared';
import { latestVerdict, type Model, shownMeasure } from '../../pictures/model';
import { count, figure, typeset } from '../../pictures/words';
import { formatUpperBound, outsideUpperBound, rowsOutside } from '../../protocol/confidence';
import { formatVerdict, GUARANTEE_WORDS, type Guarantee } from '../../protocol/figures';
import type { RunState } from '../../protocol/runState';

/** More names would be a list. */
const MOST_NAMED = 6;

/** Which runs keep the bounds on the rows trained on, and the best of them. */
export function verdictWords(model: Model): string {
  const runs = comparedRuns(model);
  if (runs.length === 1) {
    return `${runs[0]!.label} is ${typeset(formatVerdict(latestVerdict(model.runs[0]!)))}.`;
  }
  const feasible = runs.filter(({ isFeasible }) => isFeasible);
  if (feasible.length === 0) {
    return `None of the ${runs.length} runs keeps all outputs of the training rows inside their bounds, within the tolerance.`;
  }
  const [best] = byLoss(feasible);
  const names = feasible.length <= MOST_NAMED ? `: ${feasible.map(({ label }) => label).join(', ')}` : '';
  const some = `${feasible.length} of ${runs.length} runs ${feasible.length === 1 ? 'keeps' : 'keep'} all outputs of the training rows inside their bounds, within the tolerance${names}.`;
  if (best === undefined) return some;
  const loss = figure('loss', best.loss);
  return feasible.length === 1
    ? `${some} Its training MSE is ${loss}.`
    : `${some} The least training MSE among them is that of ${best.label}, ${loss}.`;
}

function byLoss(runs: readonly ComparedRun[]): ComparedRun[] {
  return runs.filter(({ loss }) => loss !== null).sort((a, b) => a.loss! - b.loss!);
}

/** What is known of one run's outputs: on the rows trained on, on those held out, on new ones, and for any input. */
export function knownWords(run: RunState): string {
  const { started } = run;
  const held = shownMeasure(run, null)?.validation ?? null;
  const outside = held === null ? null : rowsOutside(held, null);
  const heldOut =
    held === null
      ? 'No rows were held out, so nothing is known of new ones'
      : outside === null
        ? 'Rows outside were not counted among those held out'
        : `Of ${count(held.samples)} held-out rows ${count(outside)} have an output outside; of new rows like them, with 95 % confidence, ${formatUpperBound(outsideUpperBound(held))}`;
  const promise = started === null ? '' : ` ${promiseOf(started.guarantee)}.`;
  const head = started !== null && !started.linearOutput ? ' Its last layer is no longer plain linear.' : '';
  return `${capitalized(typeset(formatVerdict(latestVerdict(run))))}. ${heldOut}.${promise}${head}`;
}

function promiseOf(guarantee: Guarantee): string {
  if (guarantee === 'G0') return 'The method promises nothing of the bounds (G0)';
  return `The method promises outputs inside their bounds ${GUARANTEE_WORDS[guarantee]} (${guarantee})`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
