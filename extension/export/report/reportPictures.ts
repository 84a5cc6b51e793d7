/**
 * The pictures of some runs, each with a name for a file and the table behind it: what the panel draws, at the newest
 * measure. Pure.
 */

import { curvesPicture } from '../../pictures/curves/picture';
import { type Curves, curvesOf, curvesTable } from '../../pictures/curves/series';
import { histogramPicture } from '../../pictures/histogram';
import { histogramOf, historyOf } from '../../pictures/histogramData';
import { historyPicture } from '../../pictures/history';
import type { Picture, Size } from '../../pictures/marks';
import { detailModel, hasValidation, type Model, positionOf, shownMeasure } from '../../pictures/model';
import { paretoOf, paretoPicture } from '../../pictures/pareto';
import { axesKey, SharedAxes } from '../../pictures/sharedAxes';
import { histogramTable } from '../../pictures/tables/histogramTable';
import { historyTable } from '../../pictures/tables/historyTable';
import type { Table } from '../../pictures/tables/table';
import { SPLIT_WORDS, type Split } from '../../pictures/words';

export interface NamedPicture {
  /** For a file, without ending: letters, digits and hyphens, unlike all others. */
  readonly name: string;
  readonly title: string;
  readonly picture: Picture;
  /** The title stands in the picture itself. */
  readonly isTitled: boolean;
  /** `null` where a table of the report says the same. */
  readonly table: Table | null;
}

/** Histograms of one run: its outputs now, over those before training, and their history. */
export interface RunPictures {
  /** Index among the runs of the model. */
  readonly run: number;
  readonly pictures: readonly NamedPicture[];
}

export interface ReportPictures {
  /** Loss against violation; none for a single run. */
  readonly tradeOff: readonly NamedPicture[];
  /** Of the runs in detail. */
  readonly runs: readonly RunPictures[];
  readonly curves: readonly NamedPicture[];
}

const HISTOGRAM: Size = { width: 460, height: 210 };
const HISTORY: Size = { width: 460, height: 180 };
const CURVES: Size = { width: 520, height: 250 };
const TRADE_OFF: Size = { width: 520, height: 300 };
/** Rows of a table that stands behind a picture. */
const MOST_ROWS = 200;

export function reportPictures(model: Model): ReportPictures {
  const names = new FileNames();
  const splits: readonly Split[] = hasValidation(model.runs) ? ['train', 'validation'] : ['train'];
  return {
    tradeOff: model.runs.length === 1 ? [] : splits.map((split) => tradeOff(withSplit(model, split), split, names)),
    runs: runPictures(model, splits, names),
    curves: splits.flatMap((split) => curves(withSplit(detailModel(model), split), split, names)),
  };
}

function withSplit(model: Model, split: Split): Model {
  return { ...model, choices: { ...model.choices, split } };
}

function tradeOff(model: Model, split: Split, names: FileNames): NamedPicture {
  return {
    name: names.of('trade-off', split),
    title: `Loss against violation, ${SPLIT_WORDS[split].toLowerCase()} set`,
    isTitled: false,
    picture: paretoPicture(paretoOf(model), TRADE_OFF),
    table: null,
  };
}

function runPictures(model: Model, splits: readonly Split[], names: FileNames): RunPictures[] {
  const axesOf = new Map(splits.map((split) => [split, new SharedAxes().update(withSplit(model, split))]));
  const ends = model.detailed.map((run) => {
    const { started, measured } = model.runs[run]!;
    return started === null ? 0 : positionOf(started, measured.at(-1)!);
  });
  const end = Math.max(0, ...ends);
  return model.detailed.map((index) => {
    const run = model.runs[index]!;
    const label = model.labels[index]!;
    const measure = shownMeasure(run, null)!;
    const pictures = (run.started?.targets ?? []).flatMap((target) =>
      splits.flatMap((split): NamedPicture[] => {
        const axes = axesOf.get(split)!.get(axesKey(target))!;
        const histogram = histogramOf(run, measure, target, axes, { split, heightScale: 'linear' });
        const history = historyOf(run, target, axes, split, end);
        const of = `${target.name}, ${SPLIT_WORDS[split].toLowerCase()} set`;
        return [
          ...(histogram === null
            ? []
            : [
                {
                  name: names.of(label, target.name, split),
                  title: of,
                  isTitled: false,
                  picture: histogramPicture(histogram.data, HISTOGRAM),
                  table: histogramTable(histogram.data),
                },
              ]),
          ...(history === null || history.positions.length < 2
            ? []
            : [
                {
                  name: names.of(label, target.name, split, 'history'),
                  title: `History of ${of}`,
                  isTitled: false,
                  picture: historyPicture(history, HISTORY),
                  table: thinned(historyTable(history)),
                },
              ]),
        ];
      }),
    );
    return { run: index, pictures };
  });
}

/** What is not of a split is told once. */
const OF_TRAINING: ReadonlySet<Curves['id']> = new Set(['training-loss', 'multipliers']);

function curves(model: Model, split: Split, names: FileNames): NamedPicture[] {
  return (
    curvesOf(model)
      .filter(({ id, lines }) => lines.length > 0 && (split === 'train' || !OF_TRAINING.has(id)))
      // Of a single run both splits are in one chart.
      .filter(() => split === 'train' || model.runs.length > 1)
      .map((each) => {
        const hasSplit = model.runs.length > 1 && !OF_TRAINING.has(each.id);
        const title = hasSplit ? `${each.title}, ${SPLIT_WORDS[split].toLowerCase()} set` : each.title;
        const named = { ...each, title };
        return {
          name: names.of(each.id, ...(hasSplit ? [split] : [])),
          title,
          isTitled: true,
          picture: curvesPicture(named, CURVES),
          table: thinned(curvesTable(named)),
        };
      })
  );
}

/** A row of every so many, and the last. */
function thinned(table: Table): Table {
  const { rows, caption } = table;
  const step = Math.ceil(rows.length / MOST_ROWS);
  if (step <= 1) return table;
  const kept = rows.filter((_, index) => index % step === 0 || index === rows.length - 1);
  return { ...table, caption: `${caption}: one measure of every ${step}`, rows: kept };
}

/** Names as files can have them on every system, none twice. */
class FileNames {
  readonly #taken = new Set<string>();

  of(...parts: readonly string[]): string {
    const plain = parts.map((part) => part.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')).join('-');
    const base = plain.slice(0, 100);
    let name = base;
    for (let count = 2; this.#taken.has(name.toLowerCase()); count++) name = `${base}-${count}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }
}
