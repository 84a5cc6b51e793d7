/**
 * Runs that differ in nothing but their seed as one row: median and spread of what the finished ones reached. Empty where
 * no two runs do. Always the newest measure. Pure.
 */
import { formatDuration, formatShare, formatWorstViolation } from '../../protocol/figures';
import type { RunState } from '../../protocol/runState';
import { formatSpread, spreadOf } from '../../protocol/seedGroups';
import { differingSettings } from '../../protocol/settings';
import { type ComparedRun, type ComparedSeeds, comparedRuns, comparedSeeds } from '../compared';
import type { Model } from '../model';
import { count, figure, SPLIT_WORDS, typeset } from '../words';
import type { Cell, Table } from './table';

interface SpreadColumn {
  label: string;
  description: string;
  of(run: ComparedRun): number | null;
  format(value: number | null): string;
}

const COLUMNS: readonly SpreadColumn[] = [
  {
    label: 'MSE',
    description: 'mean squared error',
    of: ({ loss }) => loss,
    format: (value) => figure('loss', value),
  },
  {
    label: 'violation',
    description: 'largest violation, in standard deviations of its target',
    of: ({ violation }) => violation,
    format: formatWorstViolation,
  },
  {
    label: 'outside',
    description: 'share of outputs outside the bounds',
    of: ({ outside }) => outside,
    format: formatShare,
  },
  {
    label: 'time',
    description: 'how long the training took',
    of: ({ durationMs }) => durationMs,
    format: (value) => (value === null ? '–' : formatDuration(value)),
  },
];

export function seedsTable(model: Model): Table {
  const groups = comparedSeeds(model, comparedRuns(model));
  const names = namesOf(groups, model);
  return {
    caption: `Median (least–largest) over seeds, ${SPLIT_WORDS[model.choices.split].toLowerCase()} set, newest measure`,
    columns: [
      { label: 'runs' },
      { label: 'seeds', description: 'that finished; before any did, those in training', numeric: true },
      { label: 'feasible', description: 'runs whose training outputs are within tolerance', numeric: true },
      ...COLUMNS.map(({ label, description }) => ({ label, description, numeric: true })),
    ],
    rows: groups.map((group, index) => rowOf(group, names[index]!)),
  };
}

function rowOf({ runs, counted }: ComparedSeeds, name: string): Cell[] {
  const nFeasible = counted.filter(({ isFeasible }) => isFeasible).length;
  const all = runs.length;
  return [
    { text: typeset(name), head: true, swatch: runs.find(({ color }) => color !== null)?.color ?? undefined },
    { text: counted.length === all ? count(all) : `${counted.length} of ${all}`, value: counted.length },
    {
      text: counted.length === 0 ? '–' : `${nFeasible} of ${counted.length}`,
      value: nFeasible,
      tone:
        counted.length === 0 ? undefined : nFeasible === counted.length ? 'good' : nFeasible === 0 ? 'bad' : undefined,
    },
    ...COLUMNS.map(({ of, format }): Cell => {
      const spread = spreadOf(counted.map(of));
      return { text: typeset(formatSpread(spread, format)), value: spread?.median ?? null };
    }),
  ];
}

/** The variant; where several groups are of one, with the settings that tell them apart. */
function namesOf(groups: readonly ComparedSeeds[], model: Model): string[] {
  const runs = groups.map(({ runs: [first] }) => model.runs[first!.index]!);
  const settingsOf = ({ run }: RunState) => model.settings[run] ?? {};
  const namesakes = new Map<string, RunState[]>();
  for (const run of runs) namesakes.set(run.variant, [...(namesakes.get(run.variant) ?? []), run]);
  // Once for each variant: done for each of hundreds of groups, it would take a second.
  const paths = new Map(
    [...namesakes].map(([variant, all]): [string, string[]] => [
      variant,
      differingSettings(all.map(settingsOf)).filter((path) => !path.endsWith('.seed')),
    ]),
  );
  return runs.map((run) => {
    const own = settingsOf(run);
    const words = paths.get(run.variant)!.map((path) => `${path.slice(path.lastIndexOf('.') + 1)} ${own[path] ?? '–'}`);
    return [run.variant, ...words].join(', ');
  });
}
