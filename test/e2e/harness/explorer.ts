/** The files of the workspace as VS Code lists them. */
import type { Locator, Page } from 'playwright-core';
import { chooseFromContextMenu } from './contextMenu';
import type { Workbench } from './workbench';

export class Explorer {
  constructor(
    private readonly page: Page,
    private readonly workbench: Workbench,
  ) {}

  /** Chooses an entry of the menu of a file at the top of the workspace. */
  async pressContextMenu(file: string, action: string): Promise<void> {
    await this.workbench.runCommand('View: Show Explorer');
    await chooseFromContextMenu(this.page, this.row(file), action);
  }

  private row(file: string): Locator {
    return this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${file}"]`).first();
  }
}
