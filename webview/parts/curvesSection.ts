/** The curves over epochs: which target, which charts there are, and one view for each. */
import { type CurveName, type Curves, curvesOf } from '../../extension/pictures/curves/series';
import { type Model, targetNames } from '../../extension/pictures/model';
import { number } from '../../extension/pictures/words';
import { button, checkbox, dropdown } from '../dom/controls';
import { element, setAttribute, setHidden } from '../dom/element';
import { CurveView } from './curveView';
import type { Intents, Part } from './part';

/** "All targets" in the dropdown; no column can be named by an empty string. */
const OVERALL = '';
const SMOOTHING = 'How much each point of a curve weighs the points before it; what was measured stays, faint';
/** Curves are read, not watched: a few redraws a second are as good as ten, and leave time for the histograms. */
const LEAST_PAUSE_MS = 200;

export class CurvesSection implements Part {
  readonly element: HTMLElement;
  private readonly target;
  private readonly logScale;
  private readonly smoothing = element('input', {
    class: 'time smoothing',
    test: 'smoothing',
    title: SMOOTHING,
    attributes: { type: 'range', min: '0', max: '0.99', step: '0.01', 'aria-label': SMOOTHING },
  });
  private readonly allEpochs;
  private readonly asTables;
  private readonly grid = element('div', { class: 'curves' });
  private readonly views = new Map<CurveName, CurveView>();
  private model: Model | null = null;
  private drawnAt = 0;
  private drawnFor: unknown;
  private timer: number | undefined;

  constructor(private readonly intents: Intents) {
    this.target = dropdown<string>('Target', 'curve-target', (value) =>
      intents.choose({ target: value === OVERALL ? null : value }),
    );
    this.logScale = checkbox('Log scale', 'log-scale', (logCurves) => intents.choose({ logCurves }));
    this.smoothing.addEventListener('input', () => intents.choose({ smoothing: Number(this.smoothing.value) }));
    this.allEpochs = button(
      'All epochs',
      { test: 'all-epochs', title: 'Show all epochs again (0, or a double click)' },
      () => intents.choose({ zoom: null }),
    );
    this.asTables = checkbox('Tables', 'curve-tables', (curveTables) => intents.choose({ curveTables }));
    this.element = element(
      'section',
      { class: 'block', test: 'curves', attributes: { 'aria-label': 'Curves' } },
      element(
        'div',
        { class: 'block-head' },
        element('h2', { text: 'Curves' }),
        element(
          'span',
          { class: 'choice-group' },
          this.target.element,
          this.allEpochs.element,
          element(
            'span',
            { class: 'labelled' },
            element('span', { class: 'label', text: 'Smoothing' }),
            this.smoothing,
          ),
          this.logScale.element,
          this.asTables.element,
        ),
      ),
      this.grid,
    );
  }

  update(model: Model): void {
    this.model = model;
    const targets = targetNames(model.runs);
    setHidden(this.target.element, targets.length < 2);
    this.target.update(
      [{ value: OVERALL, label: 'All targets' }, ...targets.map((name) => ({ value: name, label: name }))],
      model.choices.target ?? OVERALL,
    );
    this.logScale.update(model.choices.logCurves);
    const { smoothing, zoom } = model.choices;
    if (Number(this.smoothing.value) !== smoothing) this.smoothing.value = String(smoothing);
    this.smoothing.style.setProperty('--done', `${(smoothing / 0.99) * 100}%`);
    setAttribute(this.smoothing, 'aria-valuetext', smoothing === 0 ? 'none' : number(smoothing));
    setHidden(this.allEpochs.element, zoom === null);
    this.asTables.update(model.choices.curveTables);
    // A choice shows at once; data may wait.
    if (this.drawnFor !== model.choices) this.draw();
    else if (this.timer === undefined) {
      const pause = Math.max(0, LEAST_PAUSE_MS - (performance.now() - this.drawnAt));
      this.timer = window.setTimeout(() => this.draw(), pause);
    }
  }

  themeChanged(): void {
    for (const view of this.views.values()) view.themeChanged();
  }

  private draw(): void {
    window.clearTimeout(this.timer);
    this.timer = undefined;
    const { model } = this;
    if (model === null) return;
    this.drawnAt = performance.now();
    this.drawnFor = model.choices;
    const charts = curvesOf(model);
    this.grid.dataset.charts = String(charts.length);
    for (const curves of charts) {
      const view = this.view(curves.id);
      this.intents.draw(`curves ${curves.id}`, () => view.update(curves, model));
    }
    for (const [id, view] of this.views) setHidden(view.element, !charts.some((curves: Curves) => curves.id === id));
  }

  private view(id: CurveName): CurveView {
    let view = this.views.get(id);
    if (view === undefined) {
      view = new CurveView(id, this.intents);
      this.views.set(id, view);
      this.grid.append(view.element);
    }
    return view;
  }
}
