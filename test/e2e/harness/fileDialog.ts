/** The lists and dialogs of files that a command opens one after the other, as a server's VS Code shows them: in the quick input. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { clickAway, persistently } from './persistently';

const WIDGET = '.quick-input-widget:visible';
const INPUT = `${WIDGET} .quick-input-box input`;

export class FileDialog {
  constructor(private readonly page: Page) {}

  /** Chooses an entry of a list. */
  async choose(label: string): Promise<void> {
    const rows = this.page.locator(`${WIDGET} .quick-input-list .monaco-list-row`);
    const row = rows.filter({ has: this.page.getByText(label, { exact: true }) }).first();
    await persistently(`choose ${label}`, async (within) => {
      // Of a long list not all entries are there.
      await this.page.locator(INPUT).fill(label, within);
      await clickAway(row, within);
    });
  }

  /** Takes what is ticked in a list. */
  async acceptTicked(): Promise<void> {
    const button = this.page.locator(`${WIDGET} .quick-input-action .monaco-button:visible`).first();
    await persistently('accept what is ticked', (within) => clickAway(button, within));
  }

  /** Gives a path to a dialog for a file or folder. */
  async accept(file: string): Promise<void> {
    const input = this.page.locator(INPUT);
    await persistently(`save to ${file}`, async (within) => {
      // The list before it has no path in its box.
      await this.page.waitForFunction(
        (box) => (document.querySelector(box) as HTMLInputElement | null)?.value.startsWith('/') === true,
        '.quick-input-widget:not([style*="display: none"]) .quick-input-box input',
        within,
      );
      await input.fill(file, within);
      // The dialog looks at what is there before it takes it.
      await this.page.waitForTimeout(500);
      // What it found last may have taken the place of what was typed.
      if (path.posix.join(await input.inputValue(within), '.') !== file)
        throw new Error('The dialog shows another path.');
      await input.press('Enter', within);
      await input.waitFor({ state: 'hidden', ...within });
    });
  }
}
