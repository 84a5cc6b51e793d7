/** A command that asks in several steps, each a list of which some entries are ticked. */
import type { Locator, Page } from 'playwright-core';
import { click, persistently } from './persistently';

export class Wizard {
  constructor(private readonly page: Page) {}

  /** What the step asks, such as `rain.csv: what shall the network take? (3/3)`. */
  async title(): Promise<string> {
    return (await this.widget.locator('.quick-input-title').innerText()).trim();
  }

  /** The entries, those ticked with `✓ ` before them. */
  async entries(): Promise<string[]> {
    return this.rows.evaluateAll((rows) =>
      rows.map((row) => {
        const label = row.querySelector<HTMLElement>('.label-name')?.innerText ?? '';
        const isTicked = row.querySelector('[role="checkbox"][aria-checked="true"]') !== null;
        return `${isTicked ? '✓ ' : ''}${label}`;
      }),
    );
  }

  /** Ticks an entry, or takes its tick away. */
  async toggle(label: string): Promise<void> {
    const row = this.rows.filter({ has: this.page.locator('.label-name', { hasText: label }) }).first();
    await persistently(`toggle ${label}`, (within) => click(row, within));
  }

  /** Goes on to the next step. */
  async goOn(): Promise<void> {
    const before = await this.title();
    await persistently(`go on from ${before}`, async (within) => {
      // An earlier try may have arrived.
      if (!(await this.widget.isVisible()) || (await this.title()) !== before) return;
      await click(this.widget.locator('.quick-input-action .monaco-button:visible').first(), within);
    });
  }

  async goBack(): Promise<void> {
    await persistently('go back', (within) =>
      click(this.widget.locator('.quick-input-titlebar .action-label').first(), within),
    );
  }

  isOpen(): Promise<boolean> {
    return this.widget.isVisible();
  }

  private get rows(): Locator {
    return this.widget.locator('.quick-input-list .monaco-list-row');
  }

  private get widget(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }
}
