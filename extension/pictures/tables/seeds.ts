/**
 * Runs that differ in nothing but their seed as one row: median and spread of what they reached. Empty where no two runs
 * do. Always the newest measure. Pure.
 */
import { formatDuration, formatShare, formatWorstViolation } from '../../protocol/figures';
import { formatSpread, spreadOf } from '../../protocol/seedGroups';
import { differingSettings } from '../../protocol/settings';
import { type ComparedRun, comparedRuns, comparedSeeds } from '../compared';
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
      { label: 'seeds', numeric: true },
      { label: 'feasible', description: 'runs whose training outputs are within tolerance', numeric: true },
      ...COLUMNS.map(({ label, description }) => ({ label, description, numeric: true })),
    ],
    rows: groups.map((group, index) => rowOf(group, names[index]!)),
  };
}

function rowOf(group: readonly ComparedRun[], name: string): Cell[] {
  const nFeasible = group.filter(({ isFeasible }) => isFeasible).length;
  return [
    { text: typeset(name), head: true, swatch: group.find(({ color }) => color !== null)?.color ?? undefined },
    { text: count(group.length), value: group.length },
    {
      text: `${nFeasible} of ${group.length}`,
      value: nFeasible,
      tone: nFeasible === group.length ? 'good' : nFeasible === 0 ? 'bad' : undefined,
    },
    ...COLUMNS.map(({ of, format }): Cell => {
      const spread = spreadOf(group.map(of));
      return { text: typeset(formatSpread(spread, format)), value: spread?.median ?? null };
    }),
  ];
}

/** The variant; where several groups are of one, with the settings that tell them apart. */
function namesOf(groups: readonly (readonly ComparedRun[])[], model: Model): string[] {
  const runs = groups.map((group) => model.runs[group[0]!.index]!);
  return runs.map(({ run, variant }) => {
    const namesakes = runs.filter((other) => other.variant === variant);
    const settings = namesakes.map((other) => model.settings[other.run] ?? {});
    const own = model.settings[run] ?? {};
    const paths = differingSettings(settings).filter((path) => !path.endsWith('.seed'));
    const words = paths.map((path) => `${path.slice(path.lastIndexOf('.') + 1)} ${own[path] ?? '–'}`);
    return [variant, ...words].join(', ');
  });
}
