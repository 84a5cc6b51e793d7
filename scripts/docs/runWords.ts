/** What a method's runs reached, as the page writes it: the shown run's figures, and what all seeds say together. Pure. */

import { typeset } from '../../extension/pictures/words';
import { NEW_ROWS, outsideUpperBound } from '../../extension/protocol/confidence';
import { formatShare, formatVerdict, formatWorstViolation, worstViolation } from '../../extension/protocol/figures';
import { formatRelativePrice, priceOf } from '../../extension/protocol/price';
import type { RunState } from '../../extension/protocol/runState';

export interface RunWords {
  /** Of the run shown, or why it failed. */
  readonly verdict: string;
  /** `5 of 5` seeds ended with a feasible verdict. */
  readonly feasible: string;
  readonly worst: string;
  readonly outside: string;
  readonly heldOut: string;
  /** Upper bound for rows like those held out. */
  readonly newRows: string;
  /** Median over the seeds, each beside the unconstrained run of its own. */
  readonly price: string;
  /** `−1.9 % to +3.5 %`, lowest and highest price of the seeds. */
  readonly prices: string;
  /** Of an epoch over that of plain training, to a quarter. */
  readonly time: number;
}

/** What machines and moments differ by: a change below it is none. */
const TIME_NOISE = 0.2;

/** `runs` and `baselines` by seed, the one shown first. */
export function runWords(
  runs: readonly RunState[],
  baselines: readonly RunState[],
  time: { readonly ratio: number; readonly before: number | undefined },
): RunWords {
  const [shown] = runs;
  const { train, validation } = shown!.measured.at(-1)!;
  const verdicts = runs.map(({ ended }) => ended!.summary.verdict);
  const prices = runs === baselines ? [] : pricesOf(runs, baselines);
  const price = (value: number | undefined): string => typeset(formatRelativePrice(value ?? null));
  return {
    verdict: shown!.error ?? formatVerdict(verdicts[0]!),
    feasible: `${verdicts.filter(({ kind }) => kind === 'feasible').length} of ${runs.length}`,
    worst: formatWorstViolation(worstViolation(train, shown!.started!.targets)),
    outside: formatShare(train.overall.negativeShare),
    heldOut: formatShare(validation?.overall.negativeShare ?? null),
    newRows: NEW_ROWS.format(outsideUpperBound(validation)),
    price: price(prices[Math.floor(prices.length / 2)]),
    prices: prices.length === 0 ? price(undefined) : `${price(prices[0])} to ${price(prices.at(-1))}`,
    time: steadyTime(time.ratio, time.before),
  };
}

/** Relative, ascending; of seeds with which both runs finished. */
function pricesOf(runs: readonly RunState[], baselines: readonly RunState[]): number[] {
  const loss = (run: RunState | undefined) =>
    run?.status === 'finished' ? run.ended!.summary.train?.overall.loss : null;
  return runs.flatMap((run, seed) => priceOf(loss(run), loss(baselines[seed]))?.relative ?? []).sort((a, b) => a - b);
}

/** To a quarter, and as it was before where it is no more than the noise away from that. */
export function steadyTime(ratio: number, before: number | undefined): number {
  return before !== undefined && Math.abs(ratio - before) <= TIME_NOISE ? before : Math.round(ratio * 4) / 4;
}
