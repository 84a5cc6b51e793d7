/** What the failure doctor finds wrong with a run: each with its numbers, and a button for each fix. */

import { typeset } from '../../extension/pictures/words';
import { type Diagnosis, type Fix, fixWords } from '../../extension/protocol/diagnosis';
import { button, type Control } from '../dom/controls';
import { element, setHidden } from '../dom/element';
import type { Intents } from './part';

export class RunDiagnoses {
  readonly element = element('section', {
    class: 'diagnoses',
    test: 'diagnoses',
    attributes: { 'aria-label': 'What the failure doctor finds' },
  });
  /** What is shown, as text: events repeat what was said before, and a button must not vanish under the pointer. */
  private shown = '[]';

  constructor(
    private readonly id: string,
    private readonly intents: Intents,
  ) {
    this.element.hidden = true;
  }

  update(diagnoses: readonly Diagnosis[]): void {
    const wanted = JSON.stringify(diagnoses);
    if (wanted === this.shown) return;
    this.shown = wanted;
    setHidden(this.element, diagnoses.length === 0);
    this.element.replaceChildren(...diagnoses.map((diagnosis) => this.item(diagnosis)));
  }

  private item(diagnosis: Diagnosis): HTMLElement {
    const { code, severity, title, message, fixes } = diagnosis;
    const buttons = fixes.map((fix, place) => this.fixButton(diagnosis, fix, place).element);
    return element(
      'article',
      { class: `diagnosis ${severity}`, test: 'diagnosis', attributes: { 'data-code': code } },
      element('h3', { text: title, title: code }),
      element('p', { text: typeset(message) }),
      element(
        'div',
        { class: 'fixes', attributes: { role: 'group', 'aria-label': `Fixes for: ${title}` } },
        ...buttons,
      ),
    );
  }

  private fixButton({ code }: Diagnosis, fix: Fix, place: number): Control {
    const title = `Changes the experiment file: ${fixWords(fix)}`;
    return button(fix.label, { test: 'apply-fix', title }, () =>
      this.intents.send({ type: 'applyFix', run: this.id, code, fix: place }),
    );
  }
}
