/** What holds for all runs shown: which split, which moment in time, and how histograms are drawn. */

import type { HeightScale } from '../../extension/pictures/histogramFrame';
import { feasiblePosition, hasValidation, type Model } from '../../extension/pictures/model';
import { count, epochWords, type Split } from '../../extension/pictures/words';
import { isLive } from '../../extension/protocol/runState';
import {
  button,
  type CheckboxControl,
  type Control,
  checkbox,
  dropdown,
  type IconControl,
  iconButton,
  setDisabled,
  setIconButton,
  setLabel,
} from '../dom/controls';
import { element, setAttribute, setHidden, setText } from '../dom/element';
import type { Intents } from './part';
import { Player } from './player';

const PLAY = 'Play from here, or from the start (Space on the slider)';

export class Toolbar {
  readonly element: HTMLElement;
  private readonly split;
  private readonly heights;
  private readonly tables: CheckboxControl;
  private readonly history: CheckboxControl;
  private readonly play: IconControl;
  private readonly player: Player;
  private readonly slider = element('input', {
    class: 'time',
    test: 'time',
    attributes: { type: 'range', min: '0', step: '1', 'aria-label': 'Moment shown' },
  });
  private readonly moment = element('span', { class: 'moment', test: 'moment' });
  private readonly firstFeasible: Control;
  private readonly newest: Control;
  private positions: readonly number[] = [];
  private feasible: number | null = null;

  constructor(intents: Intents) {
    this.split = dropdown<Split>('Set', 'split', (split) => intents.choose({ split }));
    this.heights = dropdown<HeightScale>('Heights', 'heights', (heightScale) => intents.choose({ heightScale }));
    this.tables = checkbox('Tables', 'histogram-tables', (histogramTables) => intents.choose({ histogramTables }));
    this.history = checkbox('History', 'history', (history) => intents.choose({ history }));
    this.player = new Player((position) => intents.choose({ position }));
    this.play = iconButton(PLAY, 'play', 'play', () => this.player.toggle(this.positions, this.shownIndex()));
    this.firstFeasible = button(
      'First feasible',
      { test: 'first-feasible', icon: 'toStart', title: 'Go to the first measure from which a run stayed feasible' },
      () => intents.choose({ position: this.feasible }),
    );
    this.newest = button('Newest', { test: 'newest', title: 'Follow the newest measure' }, () =>
      intents.choose({ position: null }),
    );
    this.slider.addEventListener('keydown', (event) => {
      if (event.key !== ' ') return;
      event.preventDefault();
      this.player.toggle(this.positions, this.shownIndex());
    });
    this.slider.addEventListener('input', () => {
      const index = Number(this.slider.value);
      // The right end means "the newest", and stays there while the run goes on.
      intents.choose({ position: index >= this.positions.length - 1 ? null : this.positions[index]! });
    });
    this.element = element(
      'div',
      { class: 'toolbar', attributes: { role: 'group', 'aria-label': 'What is shown' } },
      element(
        'div',
        { class: 'time-group' },
        this.play.element,
        this.moment,
        this.slider,
        this.newest.element,
        this.firstFeasible.element,
      ),
      element(
        'div',
        { class: 'choice-group' },
        this.split.element,
        this.heights.element,
        this.history.element,
        this.tables.element,
      ),
    );
  }

  update(model: Model): void {
    const { runs, choices, positions } = model;
    this.positions = positions;
    setHidden(this.element, positions.length === 0);
    setHidden(this.split.element, !hasValidation(runs));
    this.split.update(
      [
        { value: 'train', label: 'Training' },
        { value: 'validation', label: 'Validation' },
      ],
      choices.split,
    );
    this.heights.update(
      [
        { value: 'linear', label: 'Linear' },
        { value: 'squareRoot', label: 'Square root' },
      ],
      choices.heightScale,
    );
    this.tables.update(choices.histogramTables);
    this.history.update(choices.history);
    this.player.chosen(choices.position);
    setIconButton(this.play, this.player.isPlaying ? 'Pause playing' : PLAY, this.player.isPlaying ? 'pause' : 'play');
    setDisabled(this.play, positions.length < 2);
    this.updateTime(model);
  }

  private shownIndex(): number {
    return Number(this.slider.value);
  }

  private updateTime({ runs, choices, positions }: Model): void {
    const last = positions.length - 1;
    const index = choices.position === null ? last : lastAtMost(positions, choices.position);
    setAttribute(this.slider, 'max', Math.max(0, last));
    if (this.slider.value !== String(index)) this.slider.value = String(index);
    this.slider.disabled = last < 1;
    this.slider.style.setProperty('--done', `${last < 1 ? 100 : (index / last) * 100}%`);
    const position = positions[Math.max(0, index)] ?? 0;
    const epoch = epochWords(Number(position.toFixed(2)));
    const words = `epoch ${epoch} of ${count(Math.max(0, ...runs.map((run) => run.started?.epochs ?? 0)))}`;
    setText(this.moment, words);
    setAttribute(this.slider, 'aria-valuetext', words);
    const live = runs.some((run) => isLive(run.status));
    const following = choices.position === null;
    setLabel(this.newest, live ? (following ? 'Live' : 'Back to live') : 'Newest');
    this.newest.element.classList.toggle('following', following && live);
    setDisabled(this.newest, following);
    this.feasible = feasiblePosition(runs);
    setDisabled(this.firstFeasible, this.feasible === null || this.feasible === choices.position);
  }
}

function lastAtMost(positions: readonly number[], position: number): number {
  let index = 0;
  while (index + 1 < positions.length && positions[index + 1]! <= position) index++;
  return index;
}
