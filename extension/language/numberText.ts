/** Numbers as people read them in a hover or beside a completion. */

/** At most four significant digits, thousands grouped; a whole number, which may be a year or an id, is not rounded. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
  if (size >= 1e9 || (size < 1e-4 && size > 0)) return exponential(value);
  if (Number.isInteger(value)) return grouped(value);
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

/** `1,234,567` */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 row`, `1,461 rows` */
export function counted(count: number, thing: string): string {
  return `${grouped(count)} ${thing}${count === 1 ? '' : 's'}`;
}

/** Two significant digits of a percentage: `46 %`, `0.27 %`; what is not all or nothing is never said to be. */
export function shareText(count: number, all: number): string {
  if (all === 0) return '0 %';
  const percent = (100 * count) / all;
  if (count > 0 && percent < 0.01) return 'less than 0.01 %';
  if (count < all && percent > 99.5) return 'more than 99.5 %';
  return `${percent.toLocaleString('en-US', { maximumSignificantDigits: percent < 10 ? 2 : 3, maximumFractionDigits: 2 })} %`;
}

/** `0 … 55.9` */
export function rangeText(min: number, max: number): string {
  return min === max ? `only ${numberText(min)}` : `${numberText(min)} … ${numberText(max)}`;
}

/** Powers of 1000: `48 kB`. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${(bytes / 1000 ** power).toLocaleString('en-US', { maximumSignificantDigits: 3 })} ${units[power]}`;
}

function exponential(value: number): string {
  const [digits, power] = value.toExponential(3).split('e') as [string, string];
  return `${Number(digits)}e${power.replace('+', '')}`;
}
