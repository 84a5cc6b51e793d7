/**
 * The price of positivity: what a run's loss is above that of the unconstrained run, f(constrained) − f(unconstrained),
 * for the same rows and targets. An optimal constrained network pays at least 0; a trained one may have been lucky.
 */
import { formatNumber } from './figures';

export interface Price {
  /** Difference of the mean squared errors, in their units. */
  readonly absolute: number;
  /** As a share of the unconstrained loss; `null` where that is 0. */
  readonly relative: number | null;
}

/**
 * Whether a run's losses are what the others' are compared with. A network that diverged is no measure of anything, and a
 * polished one keeps the bounds.
 */
export function isBaseline({
  method,
  status,
  polishes,
}: {
  readonly method: string;
  readonly status: string;
  readonly polishes: boolean;
}): boolean {
  return method === 'unconstrained' && status !== 'failed' && !polishes;
}

/** `null` where either loss is not known. */
export function priceOf(loss: number | null | undefined, baselineLoss: number | null | undefined): Price | null {
  if (loss == null || baselineLoss == null) return null;
  const absolute = loss - baselineLoss;
  return { absolute, relative: baselineLoss > 0 ? absolute / baselineLoss : null };
}

/** `+1.67 (+11.2 %)` */
export function formatPrice({ absolute, relative }: Price): string {
  const sign = absolute > 0 ? '+' : '';
  return `${sign}${formatNumber(absolute)}${relative === null ? '' : ` (${formatRelativePrice(relative)})`}`;
}

/** `+11.2 %` */
export function formatRelativePrice(relative: number | null): string {
  if (relative === null) return formatNumber(null);
  const percent = Number((relative * 100).toFixed(1));
  // `+ 0` makes a rounded −0 a 0.
  return `${percent > 0 ? '+' : ''}${(percent + 0).toFixed(1)} %`;
}
