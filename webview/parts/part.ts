/** What the parts of the panel are made of: they draw a model, and tell what the person wants through `Intents`. */

import type { Choices, Model } from '../../extension/pictures/model';
import type { Table } from '../../extension/pictures/tables/table';
import type { FromPanel } from '../../extension/protocol/panel';

export interface Part {
  readonly element: HTMLElement;
  update(model: Model): void;
}

/** Everything a part can cause. No part knows the store or the channel. */
export interface Intents {
  send(message: FromPanel): void;
  choose(change: Partial<Choices>): void;
  copyTable(table: Table): void;
  saveTable(name: string, table: Table): void;
  /** Draws a part when there is time for it (`dom/frameWork.ts`). */
  draw(name: string, job: () => void, pauseMs?: number): void;
  /** Tells everybody why something did not happen, or that it did. */
  tell(text: string): void;
  /** Says something at once to a screen reader. */
  answer(text: string): void;
}
