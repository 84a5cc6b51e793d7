/** How the Runs view arranges runs: which it shows, in which groups, in which order. Pure, and without an editor. */
import { runFilter } from './runFilter';
import { headlineFigures, type Run, runName } from './runStore';

export const GROUPINGS = ['experiment', 'sweep', 'method', 'day', 'none'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** By the figures a list shows: of the held-out rows where there are any. */
export const SORTS = ['newest', 'loss', 'outside', 'name'] as const;
export type Sort = (typeof SORTS)[number];

export interface Arrangement {
  readonly grouping: Grouping;
  readonly sort: Sort;
  /** In the language of `runFilter.ts`; empty shows all. */
  readonly filter: string;
}

export const FIRST_ARRANGEMENT: Arrangement = { grouping: 'experiment', sort: 'newest', filter: '' };

export interface RunGroup {
  /** What its runs have in common: path of the experiment, id of the sweep, name of the method, `2026-11-21`, or nothing. */
  readonly key: string;
  readonly runs: readonly Run[];
}

/** Groups and runs in the order to show them; with the grouping `none` one group of all. */
export function arrangeRuns(newestFirst: readonly Run[], { grouping, sort, filter }: Arrangement): RunGroup[] {
  const shown = newestFirst.filter(runFilter(filter));
  const groups = new Map<string, Run[]>();
  for (const run of shown) {
    const key = groupKey(run, grouping);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  return [...groups].map(([key, runs]) => ({ key, runs: sortRuns(runs, sort) }));
}

export function groupKey(run: Run, grouping: Grouping): string {
  switch (grouping) {
    case 'experiment':
      return run.state.experiment;
    case 'sweep':
      return run.sweep?.id ?? '';
    case 'method':
      return run.method ?? '';
    case 'day':
      return dayOf(run.since);
    case 'none':
      return '';
  }
}

/** Starred ones first; runs without the figure last; among equals the newest first, as they came. */
function sortRuns(newestFirst: readonly Run[], sort: Sort): Run[] {
  const names = new Intl.Collator(undefined, { numeric: true });
  const values = new Map(newestFirst.map((run) => [run, sortValue(run, sort)]));
  const compare = (a: Run, b: Run): number => {
    if (a.notes.isStarred !== b.notes.isStarred) return a.notes.isStarred ? -1 : 1;
    if (sort === 'name') return names.compare(runName(a), runName(b));
    const [own, other] = [values.get(a)!, values.get(b)!];
    return own === other ? 0 : own - other;
  };
  return [...newestFirst].sort(compare);
}

function sortValue(run: Run, sort: Sort): number {
  if (sort !== 'loss' && sort !== 'outside') return 0;
  const figures = headlineFigures(run)?.figures;
  const value = sort === 'loss' ? figures?.loss : figures?.negativeShare;
  // A training that diverged has figures that are no numbers, and no JSON holds those.
  return typeof value === 'number' && Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
}

/** `2026-11-21`, by the clock on the wall; empty when nobody knows. */
export function dayOf(time: number): string {
  if (time === 0) return '';
  const date = new Date(time);
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${date.getFullYear()}-${month}-${day}`;
}

/** What was remembered, as far as this version knows it. */
export function restoredArrangement(remembered: unknown): Arrangement {
  const isObject = typeof remembered === 'object' && remembered !== null;
  const { grouping, sort, filter }: { [Name in keyof Arrangement]?: unknown } = isObject ? remembered : {};
  return {
    grouping: GROUPINGS.find((each) => each === grouping) ?? FIRST_ARRANGEMENT.grouping,
    sort: SORTS.find((each) => each === sort) ?? FIRST_ARRANGEMENT.sort,
    filter: typeof filter === 'string' ? filter : FIRST_ARRANGEMENT.filter,
  };
}
