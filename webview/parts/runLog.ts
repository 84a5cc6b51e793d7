/** What the trainer had to say, folded away unless it is a warning or worse. */
import type { LogEvent } from '../../extension/protocol/events';
import { element, setHidden } from '../dom/element';

export class RunLog {
  private readonly list = element('ul');
  private readonly title = element('summary');
  readonly element = element('details', { class: 'log', test: 'run-log' }, this.title, this.list);
  private shown: readonly LogEvent[] = [];
  private nShown = 0;

  constructor() {
    this.element.hidden = true;
  }

  update(log: readonly LogEvent[]): void {
    setHidden(this.element, log.length === 0);
    // Folding appends to the same array: the same one with the same length is the same log.
    if (log === this.shown && log.length === this.nShown) return;
    this.shown = log;
    this.nShown = log.length;
    const nWarnings = log.filter((line) => line.level !== 'info').length;
    this.title.textContent = nWarnings === 0 ? `Log (${log.length})` : `Log (${log.length}, ${nWarnings} to heed)`;
    this.list.replaceChildren(
      ...log.map((line) => element('li', { class: line.level, text: `${line.level}: ${line.message}` })),
    );
  }
}
