/**
 * The comparison of several runs: what each reached, is worth and cost, as a table and in two pictures. Where there are
 * more runs than can be shown with histograms and curves, the table says so and lets one choose which.
 */

import type { Model } from '../../extension/pictures/model';
import { lineAt, lineWords, type ParallelData, parallelOf, parallelPicture } from '../../extension/pictures/parallel';
import {
  type ParetoData,
  paretoOf,
  paretoOrder,
  paretoPicture,
  pointAt,
  pointWords,
} from '../../extension/pictures/pareto';
import { parallelTable, paretoTable } from '../../extension/pictures/tables/compared';
import { comparisonTable } from '../../extension/pictures/tables/comparison';
import { seedsTable } from '../../extension/pictures/tables/seeds';
import { MOST_IN_DETAIL } from '../../extension/protocol/panel';
import { element, setHidden, setText } from '../dom/element';
import type { Intents, Part } from './part';
import { PickView } from './pickView';
import { TableSection } from './tableSection';

/** Pictures of hundreds of runs are read, not watched. */
const LEAST_PAUSE_MS = 250;

export class ComparisonSection implements Part {
  readonly element: HTMLElement;
  private readonly outcome: TableSection;
  private readonly seeds: TableSection;
  private readonly limit = element('p', { class: 'limit', test: 'detail-limit' });
  private readonly pareto: PickView<ParetoData>;
  private readonly parallel: PickView<ParallelData>;
  private readonly pictures: HTMLElement;
  private model: Model | null = null;
  private drawnAt = 0;
  private drawnFor: unknown;
  private timer: number | undefined;

  constructor(private readonly intents: Intents) {
    this.outcome = new TableSection('Outcome', 'comparison', comparisonTable, intents, {
      open: (run) => intents.send({ type: 'openRun', run }),
      toggle: (run, isOn) => this.detail(run, isOn),
    });
    this.seeds = new TableSection('Over seeds', 'seeds', seedsTable, intents);
    const open = (run: string): void => intents.send({ type: 'openRun', run });
    this.pareto = new PickView<ParetoData>(
      { title: 'Loss against violation', test: 'pareto', kind: 'scatter plot' },
      {
        picture: paretoPicture,
        at: pointAt,
        words: pointWords,
        runs: ({ points }) => points,
        order: paretoOrder,
        table: paretoTable,
      },
      intents,
      open,
    );
    this.parallel = new PickView<ParallelData>(
      { title: 'Settings and figures', test: 'parallel', kind: 'parallel coordinates' },
      {
        picture: parallelPicture,
        at: lineAt,
        words: lineWords,
        runs: ({ runs }) => runs,
        order: ({ runs }) => runs.map((_, run) => run),
        table: parallelTable,
      },
      intents,
      open,
    );
    this.pictures = element('div', { class: 'block picks' }, this.pareto.element, this.parallel.element);
    this.element = element(
      'div',
      { class: 'comparison' },
      this.outcome.element,
      this.limit,
      this.seeds.element,
      this.pictures,
    );
  }

  update(model: Model): void {
    this.model = model;
    // A choice shows at once; data may wait.
    if (this.drawnFor !== model.choices) this.draw();
    else if (this.timer === undefined) {
      const pause = Math.max(0, LEAST_PAUSE_MS - (performance.now() - this.drawnAt));
      this.timer = window.setTimeout(() => this.draw(), pause);
    }
  }

  private draw(): void {
    window.clearTimeout(this.timer);
    this.timer = undefined;
    const { model } = this;
    if (model === null) return;
    this.drawnAt = performance.now();
    this.drawnFor = model.choices;
    this.intents.draw('outcome', () => this.outcome.update(model));
    const seeds = seedsTable(model);
    setHidden(this.seeds.element, seeds.rows.length === 0);
    if (seeds.rows.length > 0) this.seeds.show(seeds);
    const nOthers = model.runs.length - model.detailed.length;
    setHidden(this.limit, model.runs.length <= MOST_IN_DETAIL);
    setText(
      this.limit,
      `Histograms, curves and figures show ${model.detailed.length} of these ${model.runs.length} runs, ${MOST_IN_DETAIL} at most; the column "shown" says which. The ${nOthers} others are in this table and the pictures below.`,
    );
    const isComparison = model.runs.length > 1 && model.runs.some((run) => run.measured.length > 0);
    setHidden(this.pictures, !isComparison);
    if (!isComparison) return;
    this.intents.draw('pareto', () => this.pareto.update(paretoOf(model)));
    this.intents.draw('parallel', () => this.parallel.update(parallelOf(model)));
  }

  private detail(run: string, isOn: boolean): void {
    const { model } = this;
    if (model === null) return;
    const shown = model.detailed.map((index) => model.runs[index]!.run).filter((id) => id !== run);
    if (isOn && shown.length >= MOST_IN_DETAIL) {
      this.intents.tell(`${MOST_IN_DETAIL} runs are shown; take one out first.`);
      this.outcome.update(model);
      return;
    }
    const detailed = isOn ? [...shown, run] : shown;
    if (detailed.length === 0) {
      this.intents.tell('One run has to stay.');
      this.outcome.update(model);
      return;
    }
    this.intents.choose({ detailed });
    this.intents.send({ type: 'detail', runs: detailed });
  }
}
