/** One run: its header, what went wrong and what the doctor finds, its histograms and its log. */

import { histogramOf, historyOf } from '../../extension/pictures/histogramData';
import { latestVerdict, type Model, shownMeasure, splitFigures } from '../../extension/pictures/model';
import { type Axes, axesKey } from '../../extension/pictures/sharedAxes';
import { rowsAt } from '../../extension/pictures/tables/rowsTable';
import { SPLIT_WORDS } from '../../extension/pictures/words';
import type { MeasuredEvent, StartedEvent, TargetDescription } from '../../extension/protocol/events';
import { isLive, type RunState } from '../../extension/protocol/runState';
import { element, setAttribute, setHidden, setText } from '../dom/element';
import { HistogramView } from './histogramView';
import type { ShownHistory } from './historyView';
import { MultipliersView } from './multipliersView';
import type { Intents } from './part';
import { RunDiagnoses } from './runDiagnoses';
import { RunHeader } from './runHeader';
import { RunLog } from './runLog';

export class RunCard {
  readonly element: HTMLElement;
  private readonly header: RunHeader;
  private readonly error = element('pre', { class: 'error', test: 'run-error', attributes: { role: 'alert' } });
  private readonly waiting = element('p', { class: 'waiting' });
  private readonly histograms = element('div', { class: 'histograms' });
  private readonly diagnoses: RunDiagnoses;
  private readonly multipliers: MultipliersView;
  private readonly log = new RunLog();
  private views = new Map<string, HistogramView>();

  constructor(
    id: string,
    private readonly intents: Intents,
  ) {
    this.header = new RunHeader(id, intents);
    this.diagnoses = new RunDiagnoses(id, intents);
    this.multipliers = new MultipliersView(id, intents);
    this.element = element(
      'article',
      { class: 'run', test: 'run', attributes: { 'data-run': id } },
      this.header.element,
      element(
        'div',
        { class: 'run-body' },
        this.error,
        this.diagnoses.element,
        this.waiting,
        this.histograms,
        this.multipliers.element,
        this.log.element,
      ),
    );
  }

  update(run: RunState, index: number, model: Model, axes: ReadonlyMap<string, Axes>): void {
    const measure = shownMeasure(run, model.choices.position);
    this.header.update(run, index, model);
    this.updateData(run, measure, model);
    setAttribute(this.element, 'aria-label', `Run ${model.labels[index]}`);
    setHidden(this.error, run.error === null);
    setText(this.error, run.error ?? '');
    setHidden(this.waiting, measure !== null || run.error !== null);
    setText(this.waiting, waitingWords(run));
    this.diagnoses.update(run.diagnoses);
    this.log.update(run.log);
    if (run.started !== null && measure !== null) this.updateHistograms(run, index, run.started, measure, model, axes);
  }

  themeChanged(): void {
    for (const view of this.views.values()) view.themeChanged();
  }

  /** The run as attributes, so that tests can wait for a step instead of a time. */
  private updateData(run: RunState, measure: MeasuredEvent | null, model: Model): void {
    const figures = measure === null ? null : splitFigures(measure, model.choices.split);
    setAttribute(this.element, 'data-variant', run.variant);
    setAttribute(this.element, 'data-status', run.status);
    setAttribute(this.element, 'data-verdict', latestVerdict(run).kind);
    setAttribute(this.element, 'data-step', measure?.step ?? null);
    setAttribute(this.element, 'data-epoch', measure?.epoch ?? null);
    setAttribute(this.element, 'data-outside', figures?.overall.negativeShare ?? null);
  }

  private updateHistograms(
    run: RunState,
    index: number,
    started: StartedEvent,
    measure: MeasuredEvent,
    model: Model,
    axes: ReadonlyMap<string, Axes>,
  ): void {
    const names = started.targets.map((target) => target.name);
    if (names.join('\n') !== [...this.views.keys()].join('\n')) {
      this.views = new Map(names.map((name) => [name, new HistogramView(run.run, name, this.intents)]));
      this.histograms.replaceChildren(...[...this.views.values()].map((view) => view.element));
    }
    const { split, histogramTables, position } = model.choices;
    const rows = rowsAt(run, position);
    this.multipliers.update(rows, model);
    for (const target of started.targets) {
      const view = this.views.get(target.name)!;
      const histogram = histogramOf(run, measure, target, axes.get(axesKey(target))!, model.choices);
      if (histogram === null) {
        view.updateEmpty(`There is no ${SPLIT_WORDS[split].toLowerCase()} set in this run.`);
        continue;
      }
      // No file system agrees to every name with a colon.
      const fileName = `${model.labels[index]!.replaceAll(':', '-')}-${target.name}`;
      const history = this.historyShown(run, target, axes.get(axesKey(target))!, model);
      view.update(histogram.data, histogram.figures, {
        asTable: histogramTables,
        fileName,
        history,
        rows,
        split,
      });
    }
  }

  private historyShown(run: RunState, target: TargetDescription, axes: Axes, model: Model): ShownHistory | null {
    const { history, split, position } = model.choices;
    const data = history ? historyOf(run, target, axes, split, model.positions.at(-1) ?? 0) : null;
    // A moment alone is no history.
    if (data === null || data.positions.length < 2) return null;
    const index = position === null ? -1 : data.positions.findLastIndex((measured) => measured <= position);
    return { data, shown: index < 0 ? data.positions.length - 1 : index, newest: model.positions.at(-1)! };
  }
}

function waitingWords(run: RunState): string {
  if (run.status === 'queued') return 'Starts when the runs before it are done.';
  return isLive(run.status) ? 'Waiting for the first measure…' : 'This run ended before anything was measured.';
}
