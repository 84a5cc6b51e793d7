/**
 * The Pareto front of loss against violation: the choices that no other beats in one without losing in the other.
 * Everything else is dominated, and nobody who minds only these two would take it. Pure.
 */

/** Both are better the smaller they are; `null` where unknown. */
export interface TradeOff {
  readonly loss: number | null;
  readonly violation: number | null;
}

/**
 * For each, whether it is on the front: no other has at most its loss and at most its violation and less of one. Equal
 * ones are on it together; one with an unknown figure never is. `O(n log n)`.
 */
export function onParetoFront(choices: readonly TradeOff[]): boolean[] {
  const onFront = choices.map(() => false);
  const known = choices.flatMap(({ loss, violation }, index) =>
    isNumber(loss) && isNumber(violation) ? [{ loss, violation, index }] : [],
  );
  known.sort((a, b) => a.loss - b.loss || a.violation - b.violation);
  let least = Number.POSITIVE_INFINITY;
  let lossOfLeast = Number.NaN;
  for (const { loss, violation, index } of known) {
    // Of those before, all of at most this loss, one has the least violation: only that can beat this one.
    const isEqual = violation === least && loss === lossOfLeast;
    if (violation >= least && !isEqual) continue;
    onFront[index] = true;
    least = violation;
    lossOfLeast = loss;
  }
  return onFront;
}

function isNumber(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}
