/**
 * Runs that differ in nothing but their seed, taken together: chance makes them differ, so what a setting does is their
 * median, and how far it can be trusted their spread. The command line, the host, the panel and the pictures all use
 * these. Pure.
 */

/** What several seeds gave for one figure. */
export interface Spread {
  /** Middle value; the mean of the two middle ones where their number is even. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** First and third quartile, between values by straight lines (type 7 of Hyndman and Fan 1996, as NumPy and R have it). */
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  /** Values that count. */
  readonly count: number;
  /** Runs without the figure: diverged, failed, or not measured yet. */
  readonly missing: number;
}

/** `null` where no value is known. Infinite ones and those that are no numbers count as missing, like `null`. */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread | null {
  const known = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  if (known.length === 0) return null;
  const sorted = known.sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    min: sorted[0]!,
    max: sorted.at(-1)!,
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
    count: sorted.length,
    missing: values.length - sorted.length,
  };
}

/** The value below which `share` (0 to 1) of the sorted values lie, on the straight line between its two neighbors. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.ceil(place)]!;
  return low + (high - low) * (place - below);
}

/** `2.31 (2.28–2.4)`: the median, with the least and the largest in brackets where there are several. */
export function formatSpread(spread: Spread | null, format: (value: number | null) => string): string {
  if (spread === null) return format(null);
  const median = format(spread.median);
  const [min, max] = [format(spread.min), format(spread.max)];
  return spread.count === 1 || (min === median && max === median) ? median : `${median} (${min}–${max})`;
}

/**
 * The items in groups, each in order of its first. `configurationOf` is what a run recorded of its settings without the
 * seed (`StartedEvent.configuration`); of runs without one, from before it was recorded, nobody knows what they share.
 */
export function seedGroups<Item>(
  items: readonly Item[],
  configurationOf: (item: Item) => string | null | undefined,
): Item[][] {
  const known = new Map<string, Item[]>();
  const groups: Item[][] = [];
  for (const item of items) {
    const configuration = configurationOf(item);
    const group = configuration == null ? undefined : known.get(configuration);
    if (group !== undefined) {
      group.push(item);
      continue;
    }
    const started = [item];
    groups.push(started);
    if (configuration != null) known.set(configuration, started);
  }
  return groups;
}

/** What tells which of several runs of one seed counts. */
export interface SeedRun {
  /** `null` of a run that did not start: it stands for itself. */
  readonly seed: number | null;
  readonly isFinished: boolean;
  /** Grows with the start. */
  readonly time: number | string;
}

/**
 * One run of each seed, in the order of the seeds' first: trained again with the same seed, a run says nothing more about
 * chance. A finished one counts before others, and of those alike the latest.
 */
export function oneOfEachSeed<Item>(group: readonly Item[], runOf: (item: Item) => SeedRun): Item[] {
  const kept = new Map<number | Item, { item: Item; run: SeedRun }>();
  for (const item of group) {
    const run = runOf(item);
    const key = run.seed ?? item;
    const before = kept.get(key)?.run;
    const isBetter =
      before === undefined || (run.isFinished === before.isFinished ? run.time > before.time : run.isFinished);
    if (isBetter) kept.set(key, { item, run });
  }
  return [...kept.values()].map(({ item }) => item);
}
