/** How the doctor writes amounts. */
import { formatNumber } from '../protocol/figures';

/** `1,168` */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 output`, `312 outputs` */
export function counted(value: number, thing: string): string {
  return `${count(value)} ${thing}${value === 1 ? '' : 's'}`;
}

/** To three digits, as a person would write it into a file. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** The smallest power of ten at or above `value`. */
export function powerOfTen(value: number): number {
  return 10 ** Math.ceil(Math.log10(value) - 1e-9);
}

/** A violation or distance in a target's own units and in its standard deviations: `0.77 (0.12 sd)`. */
export function distance(value: number, standardDeviation: number): string {
  const own = formatNumber(value);
  return standardDeviation > 0 ? `${own} (${formatNumber(value / standardDeviation)} sd)` : own;
}
