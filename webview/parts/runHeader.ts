/** The head of a run: what it is, how it fares (status and verdict, two things), how far it is, and its controls. */

import { latestVerdict, type Model } from '../../extension/pictures/model';
import { count, progressWords, STATUS_WORDS, typeset } from '../../extension/pictures/words';
import { formatVerdict, GUARANTEE_WORDS, type Verdict } from '../../extension/protocol/figures';
import type { FromPanel } from '../../extension/protocol/panel';
import { isLive, progressShare, type RunState, type RunStatus } from '../../extension/protocol/runState';
import { snapshotWords } from '../../extension/protocol/snapshots';
import { button, type Control, iconButton, setDisabled } from '../dom/controls';
import { element, setAttribute, setHidden, setText } from '../dom/element';
import { type IconName, icon, STATUS_ICONS, setIcon } from '../dom/icons';
import { runSwatch } from '../dom/swatch';
import type { Intents } from './part';

const VERDICT_ICONS: Record<Verdict['kind'], IconName> = { feasible: 'check', infeasible: 'cross', unknown: 'unknown' };

const KEPT_NETWORKS = 'a network of another moment than the end; "orthant export --snapshot" takes it out';

/** A run that is so goes on from its checkpoint. */
const INTERRUPTED: readonly RunStatus[] = ['stopped', 'lost', 'failed'];

export class RunHeader {
  readonly element: HTMLElement;
  private readonly swatch = element('span', { class: 'run-swatch' });
  private readonly variant = element('h2', { test: 'variant' });
  private readonly method = element('span', { class: 'method', test: 'method' });
  private readonly statusIcon = icon('clock');
  private readonly statusWord = element('span');
  private readonly status = element('span', { class: 'status', test: 'status' }, this.statusIcon, this.statusWord);
  private readonly verdictIcon = icon('unknown');
  private readonly verdictWords = element('span');
  private readonly verdict = element('div', { class: 'verdict', test: 'verdict' }, this.verdictIcon, this.verdictWords);
  private readonly progressWords = element('span', { class: 'progress-words', test: 'progress' });
  private readonly bar = element('div', { class: 'progress-done' });
  private readonly track = element('div', { class: 'progress', attributes: { role: 'progressbar' } }, this.bar);
  private readonly facts = element('div', { class: 'facts' });
  private readonly pause: Control;
  private readonly resume: Control;
  private readonly stop: Control;
  private readonly resumeRun: Control;
  private readonly folder: Control;
  private swatchOf = -1;

  constructor(id: string, intents: Intents) {
    const sends = (type: Exclude<FromPanel['type'], 'ready' | 'save' | 'applyFix' | 'detail' | 'openRow'>) => () =>
      intents.send({ type, run: id });
    this.pause = button('Pause', { test: 'pause', icon: 'pause' }, sends('pause'));
    this.resume = button('Resume', { test: 'resume', icon: 'play', primary: true }, sends('resume'));
    this.stop = button('Stop', { test: 'stop', icon: 'stop' }, sends('stop'));
    this.resumeRun = button('Resume from checkpoint', { test: 'resume-run', icon: 'play' }, sends('resumeRun'));
    const open = iconButton('Open experiment', 'file', 'open-experiment', sends('openExperiment'));
    this.folder = iconButton('Open run folder', 'folder', 'open-folder', sends('openFolder'));
    const controls = [this.resume, this.pause, this.stop, this.resumeRun, open, this.folder].map(
      (control) => control.element,
    );
    this.element = element(
      'header',
      { class: 'run-header' },
      element('div', { class: 'run-name' }, this.swatch, this.variant),
      element('div', { class: 'run-kind' }, this.method, this.status),
      element('div', { class: 'controls', attributes: { role: 'group', 'aria-label': 'Run' } }, ...controls),
      this.verdict,
      this.progressWords,
      this.track,
      this.facts,
    );
  }

  update(run: RunState, index: number, model: Model): void {
    const several = model.runs.length > 1;
    setHidden(this.swatch, !several);
    if (this.swatchOf !== index) {
      this.swatchOf = index;
      this.swatch.replaceChildren(runSwatch(index));
    }
    const label = model.labels[index]!;
    setText(this.variant, label);
    setAttribute(this.track, 'aria-label', `Progress of ${label}`);
    // A variant is often named after its method; saying it twice helps nobody.
    const method = run.started?.method ?? '';
    setHidden(this.method, method === '' || method === run.variant);
    setText(this.method, method);
    this.updateStatus(run);
    this.updateFacts(run);
  }

  private updateStatus(run: RunState): void {
    setIcon(this.statusIcon, STATUS_ICONS[run.status]);
    setText(this.statusWord, STATUS_WORDS[run.status]);
    setAttribute(this.status, 'class', `status status-${run.status}`);
    const verdict = latestVerdict(run);
    setIcon(this.verdictIcon, VERDICT_ICONS[verdict.kind]);
    setText(this.verdictWords, verdict.kind === 'unknown' ? 'verdict unknown' : typeset(formatVerdict(verdict)));
    setAttribute(this.verdict, 'class', `verdict verdict-${verdict.kind}`);
    setText(this.progressWords, progressWords(run));
    const percent = Math.round((progressShare(run) ?? 0) * 1000) / 10;
    setAttribute(this.track, 'aria-valuenow', percent);
    this.track.classList.toggle('quiet', !isLive(run.status));
    // Through the CSSOM: the content security policy refuses style attributes.
    this.bar.style.transform = `scaleX(${percent / 100})`;
    this.updateControls(run);
  }

  private updateControls({ status, folder }: RunState): void {
    setHidden(this.pause.element, status !== 'running');
    setHidden(this.resume.element, status !== 'paused');
    setHidden(this.stop.element, !isLive(status));
    setDisabled(this.stop, status === 'stopping');
    setHidden(this.resumeRun.element, folder === null || !INTERRUPTED.includes(status));
  }

  private updateFacts(run: RunState): void {
    setHidden(this.folder.element, run.folder === null);
    const { started } = run;
    if (started === null) return;
    const { train, validation } = started.samples;
    const facts: [string, string, string?][] = [
      ['engine', `${started.engine.name} ${started.engine.version}`, started.engine.reason],
      ['network', started.layers.join('–'), `${count(started.parameters)} parameters`],
      ['samples', validation > 0 ? `${count(train)} + ${count(validation)}` : count(train), 'training + validation'],
      ['batch', count(started.batchSize)],
      ['seed', String(started.seed)],
      ['guarantee', `${started.guarantee}, ${GUARANTEE_WORDS[started.guarantee]}`],
      ['last layer', started.linearOutput ? 'plain linear' : 'no longer plain linear'],
    ];
    const kept = snapshotWords(run.ended?.summary.snapshots ?? null, started.targets);
    const wanted = JSON.stringify([facts, kept]);
    if (this.facts.dataset.facts === wanted) return;
    this.facts.dataset.facts = wanted;
    this.facts.replaceChildren(
      ...facts.map(([name, value, more]) =>
        element(
          'span',
          { class: 'fact', title: more, test: `fact-${name}` },
          element('span', { class: 'fact-name', text: name }),
          element('span', { text: value }),
        ),
      ),
      element('span', { class: 'fact reason', text: started.engine.reason }),
      ...kept.map(({ name, words }) =>
        element(
          'span',
          { class: 'fact kept', title: KEPT_NETWORKS, test: 'fact-kept' },
          element('span', { class: 'fact-name', text: `kept: ${name}` }),
          element('span', { text: typeset(words) }),
        ),
      ),
    );
  }
}
