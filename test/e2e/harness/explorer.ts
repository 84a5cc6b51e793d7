/** The files of the workspace as VS Code lists them. */
import type { Locator, Page } from 'playwright-core';
import { click, clickAway, persistently, type Within } from './persistently';
import type { Workbench } from './workbench';

export class Explorer {
  constructor(
    private readonly page: Page,
    private readonly workbench: Workbench,
  ) {}

  /** Chooses an entry of the menu of a file at the top of the workspace. */
  async pressContextMenu(file: string, action: string): Promise<void> {
    await this.workbench.runCommand('View: Show Explorer');
    const menu = this.page.locator('.context-view .action-menu-item');
    const attempt = async (within: Within) => {
      await click(this.row(file), within, { button: 'right' });
      await clickAway(menu.filter({ hasText: action }).first(), within);
    };
    await persistently(`choose ${action} of ${file}`, attempt, async () => {
      if (await menu.first().isVisible()) await this.page.keyboard.press('Escape');
    });
  }

  private row(file: string): Locator {
    return this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${file}"]`).first();
  }
}
