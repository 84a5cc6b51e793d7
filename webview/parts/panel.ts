/**
 * The whole panel: toolbar, one card per run, curves, tables; the outcome stands above the cards when runs are compared.
 * Rebuilds cards only when the list of runs changes.
 */

import { detailModel, type Model } from '../../extension/pictures/model';
import { SharedAxes } from '../../extension/pictures/sharedAxes';
import { figuresTable } from '../../extension/pictures/tables/figures';
import { Announcer } from '../dom/announcer';
import { element, setHidden } from '../dom/element';
import { FrameWork } from '../dom/frameWork';
import { ComparisonSection } from './comparisonSection';
import { CurvesSection } from './curvesSection';
import { News } from './news';
import { OverlaySection } from './overlaySection';
import type { Intents } from './part';
import { RunCard } from './runCard';
import { TableSection } from './tableSection';
import { Toolbar } from './toolbar';

const SEVERAL_PAUSE_MS = 180;
/** A table is read, not watched. */
const FIGURES_PAUSE_MS = 300;

export class Panel {
  readonly element = element('div', { class: 'panel', test: 'panel' });
  private readonly intents: Intents;
  private readonly work = new FrameWork();
  private readonly announcer = new Announcer();
  private readonly toolbar: Toolbar;
  private readonly runs = element('div', { class: 'runs' });
  private readonly overlay: OverlaySection;
  private readonly curves: CurvesSection;
  private readonly comparison: ComparisonSection;
  private readonly figures: TableSection;
  private readonly toast = element('div', { class: 'toast', attributes: { 'aria-hidden': 'true' } });
  private toastTimer: number | undefined;
  private cards = new Map<string, RunCard>();
  private readonly axes = new SharedAxes();
  private drawnFor: unknown;
  private readonly news = new News();

  constructor(intents: Omit<Intents, 'answer' | 'tell' | 'draw'>) {
    this.intents = {
      ...intents,
      answer: (text) => this.announcer.answer(text),
      tell: (text) => this.answer(text),
      draw: (name, job, pauseMs) => this.work.request(name, job, pauseMs),
    };
    this.toolbar = new Toolbar(this.intents);
    this.overlay = new OverlaySection(this.intents);
    this.curves = new CurvesSection(this.intents);
    this.comparison = new ComparisonSection(this.intents);
    this.figures = new TableSection('Figures', 'figures', figuresTable, this.intents);
    this.toast.hidden = true;
    this.element.append(
      this.toolbar.element,
      this.runs,
      this.comparison.element,
      this.overlay.element,
      this.curves.element,
      this.figures.element,
      this.announcer.element,
      this.toast,
    );
  }

  update(model: Model): void {
    const detail = detailModel(model);
    this.updateCards(detail);
    this.toolbar.update(detail);
    const several = model.runs.length > 1;
    if (several !== this.element.classList.contains('several')) this.arrange(several);
    const nothing = model.runs.every((run) => run.measured.length === 0);
    // One run alone has nothing to compare with, but at its end residuals to show.
    const withOutcome = several || model.runs.some((run) => run.ended?.summary.kkt);
    setHidden(this.comparison.element, !withOutcome);
    setHidden(this.curves.element, nothing);
    setHidden(this.figures.element, nothing);
    if (withOutcome) this.comparison.update(model);
    if (!nothing) {
      this.curves.update(detail);
      this.work.request('figures', () => this.figures.update(detail), FIGURES_PAUSE_MS);
    }
    this.announcer.announce(() => this.news.next(model));
  }

  /** A short answer to something the person did, seen and heard. */
  answer(text: string): void {
    this.announcer.answer(text);
    this.toast.textContent = text;
    this.toast.hidden = false;
    window.clearTimeout(this.toastTimer);
    this.toastTimer = window.setTimeout(() => setHidden(this.toast, true), 2500);
  }

  themeChanged(): void {
    this.curves.themeChanged();
    for (const card of this.cards.values()) card.themeChanged();
  }

  /** Which run is feasible and at what price is what one compares for; of a run alone the histograms come first. */
  private arrange(several: boolean): void {
    this.element.classList.toggle('several', several);
    if (several) this.runs.before(this.comparison.element, this.overlay.element);
    else this.runs.after(this.comparison.element);
  }

  private updateCards(model: Model): void {
    const wanted = model.runs.map((run) => run.run);
    const axes = this.axes.update(model);
    const present = [...this.cards.keys()];
    if (wanted.join('\n') !== present.join('\n')) {
      this.cards = new Map(wanted.map((id) => [id, this.cards.get(id) ?? new RunCard(id, this.intents)]));
      this.runs.replaceChildren(...[...this.cards.values()].map((card) => card.element));
    }
    // A choice shows at once; of several live runs five pictures a second are as good as ten.
    const pauseMs = model.choices === this.drawnFor && wanted.length > 1 ? SEVERAL_PAUSE_MS : 0;
    this.drawnFor = model.choices;
    this.work.request('overlay', () => this.overlay.update(model, axes), pauseMs);
    for (const [index, run] of model.runs.entries()) {
      this.work.request(`run ${run.run}`, () => this.cards.get(run.run)?.update(run, index, model, axes), pauseMs);
    }
  }
}
