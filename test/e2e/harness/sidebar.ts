/** Orthant's container in the activity bar, with its trees. */
import type { Locator, Page } from 'playwright-core';
import type { Workbench } from './workbench';

export type Tree = 'Experiments' | 'Runs';

export class Sidebar {
  constructor(
    private readonly page: Page,
    private readonly workbench: Workbench,
  ) {}

  async open(): Promise<void> {
    const pane = this.pane('Experiments');
    if (await pane.isVisible()) return;
    // The badge of a live run lies over the icon; the press is meant for the item around both.
    const icon = this.page.locator('a[aria-label^="Orthant"]');
    await this.page.locator('.activitybar .action-item').filter({ has: icon }).click();
    await pane.waitFor();
  }

  /** Everything a tree shows, one line an entry: label and description. */
  async entries(tree: Tree): Promise<string[]> {
    const rows = await this.rows(tree).all();
    return Promise.all(
      rows.map(async (row) => (await row.locator('.label-name, .label-description').allInnerTexts()).join(' ').trim()),
    );
  }

  /** The entry that shows this text. */
  entry(tree: Tree, text: string | RegExp): Locator {
    return this.rows(tree).filter({ hasText: text }).first();
  }

  /** Opens an entry that has children. */
  async expand(tree: Tree, text: string | RegExp): Promise<void> {
    const entry = this.entry(tree, text);
    await entry.waitFor();
    if ((await entry.getAttribute('aria-expanded')) !== 'true') await entry.locator('.monaco-tl-twistie').click();
  }

  /** Presses the button that an entry shows under the mouse. */
  async pressInline(tree: Tree, text: string | RegExp, action: string): Promise<void> {
    const entry = this.entry(tree, text);
    await entry.hover();
    await entry.locator(`.actions a[aria-label^="${action}"]`).click();
  }

  async pressContextMenu(tree: Tree, text: string | RegExp, action: string): Promise<void> {
    await this.entry(tree, text).click({ button: 'right' });
    await this.page.locator('.context-view .action-menu-item').filter({ hasText: action }).click();
  }

  async close(): Promise<void> {
    await this.workbench.runCommand('View: Close Primary Side Bar');
  }

  private pane(tree: Tree): Locator {
    return this.page
      .locator('.split-view-view .pane')
      .filter({ has: this.page.locator(`.pane-header .title:text-is("${tree}")`) });
  }

  private rows(tree: Tree): Locator {
    return this.pane(tree).locator('.monaco-list-row[role="treeitem"]');
  }
}
