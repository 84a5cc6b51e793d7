/**
 * What the panel knows: the runs as the host told them, and the person's choices. The only place that changes either;
 * everybody else reads a `Model` and is told when there is a new one.
 */

import { type Choices, INITIAL_CHOICES, type Model, modelOf } from '../extension/pictures/model';
import type { PanelIdentity, ToPanel } from '../extension/protocol/panel';
import { applyEvent, type RunState } from '../extension/protocol/runState';

/** What VS Code keeps with the panel: the identity its serializer needs, and the person's choices. */
export type SavedState = PanelIdentity & { choices?: Partial<Choices> };

export class Store {
  private identity: PanelIdentity | null = null;
  private runs: RunState[] = [];
  private settings: Model['settings'] = {};
  private choices: Choices;

  constructor(
    saved: SavedState | undefined,
    private readonly onChange: () => void,
    private readonly save: (state: SavedState) => void,
  ) {
    // The moment shown is not kept: after a reload people want the newest, and the run may be another one.
    this.choices = { ...INITIAL_CHOICES, ...saved?.choices, position: null };
  }

  model(): Model {
    return modelOf(this.runs, this.choices, this.settings);
  }

  /** False before the first snapshot. */
  get hasSnapshot(): boolean {
    return this.identity !== null;
  }

  receive(message: ToPanel): void {
    switch (message.type) {
      case 'snapshot':
        this.identity = message.identity;
        this.runs = message.runs;
        this.settings = message.settings;
        this.keep();
        break;
      case 'events':
        this.change(message.run, (run) => message.events.reduce(applyEvent, run));
        break;
      case 'status':
        this.change(message.run, (run) => ({ ...run, status: message.status, error: message.error ?? run.error }));
        break;
      default:
        console.warn('Orthant: unknown message', message);
        return;
    }
    this.onChange();
  }

  choose(change: Partial<Choices>): void {
    this.choices = { ...this.choices, ...change };
    this.keep();
    this.onChange();
  }

  private change(id: string, next: (run: RunState) => RunState): void {
    const index = this.runs.findIndex((run) => run.run === id);
    if (index < 0) {
      console.warn(`Orthant: a message about run ${id}, which this panel does not show`);
      return;
    }
    this.runs = this.runs.with(index, next(this.runs[index]!));
  }

  private keep(): void {
    if (this.identity !== null) this.save({ ...this.identity, choices: this.choices });
  }
}
