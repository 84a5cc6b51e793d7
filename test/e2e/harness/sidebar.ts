/** Orthant's container in the activity bar, with its trees. */
import type { Locator, Page } from 'playwright-core';
import { chooseFromContextMenu } from './contextMenu';
import { click, persistently } from './persistently';
import type { Workbench } from './workbench';

export type Tree = 'Experiments' | 'Runs';

export class Sidebar {
  constructor(
    private readonly page: Page,
    private readonly workbench: Workbench,
  ) {}

  async open(): Promise<void> {
    const pane = this.pane('Experiments');
    await persistently('open the sidebar', async (within) => {
      // A second press would close it.
      if (await pane.isVisible()) return;
      // The badge of a live run lies over the icon; the press is meant for the item around both.
      const icon = this.page.locator('a[aria-label^="Orthant"]');
      await click(this.page.locator('.activitybar .action-item').filter({ has: icon }), within);
      await pane.waitFor(within);
    });
  }

  /** Everything a tree shows, one line an entry: label and description. */
  async entries(tree: Tree): Promise<string[]> {
    // In one go: a row is drawn anew whenever its run says something new.
    return this.rows(tree).evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll<HTMLElement>('.label-name, .label-description')]
          .map(({ innerText }) => innerText)
          .join(' ')
          .trim(),
      ),
    );
  }

  /** Clicks an entry, such as a run to see its panel. */
  async press(tree: Tree, text: string | RegExp): Promise<void> {
    const entry = this.entry(tree, text);
    await persistently(`press ${text}`, async (within) => {
      await click(entry, within);
      await entry.and(this.page.locator('[aria-selected="true"]')).waitFor(within);
    });
  }

  /** Adds an entry to those that are selected. */
  async pressToo(tree: Tree, text: string | RegExp): Promise<void> {
    const entry = this.entry(tree, text);
    const selected = entry.and(this.page.locator('[aria-selected="true"]'));
    await persistently(`press ${text} too`, async (within) => {
      // A second press would take it away.
      if (await selected.isVisible()) return;
      await this.page.keyboard.down('Control');
      try {
        await click(entry, within);
      } finally {
        await this.page.keyboard.up('Control');
      }
      await selected.waitFor(within);
    });
  }

  /** What stands above a tree, such as its filter. */
  async message(tree: Tree): Promise<string> {
    const message = this.pane(tree).locator('.tree-explorer-viewlet-tree-view > .message');
    return (await message.isVisible()) ? (await message.innerText()).trim() : '';
  }

  /** How many entries there are to scroll through, drawn or not, as a screen reader is told. */
  async count(tree: Tree): Promise<number> {
    const sizes = await this.rows(tree).evaluateAll((rows) =>
      rows.map((row) => Number(row.getAttribute('aria-setsize') ?? 0)),
    );
    return Math.max(0, ...sizes);
  }

  /** Opens an entry that has children. */
  async expand(tree: Tree, text: string | RegExp): Promise<void> {
    const entry = this.entry(tree, text);
    await persistently(`expand ${text}`, async (within) => {
      // A second press would close it.
      if ((await entry.getAttribute('aria-expanded', within)) === 'true') return;
      await click(entry.locator('.monaco-tl-twistie'), within);
      await entry.and(this.page.locator('[aria-expanded="true"]')).waitFor(within);
    });
  }

  /** Presses the button that an entry shows under the mouse. */
  async pressInline(tree: Tree, text: string | RegExp, action: string): Promise<void> {
    const entry = this.entry(tree, text);
    await persistently(`press ${action} of ${text}`, async (within) => {
      await entry.waitFor(within);
      const box = await entry.boundingBox(within);
      if (box === null) throw new Error('The entry went away.');
      await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      const button = entry.locator(`.actions a[aria-label^="${action}"]`);
      await button.waitFor(within);
      // A live run's buttons are made anew four times a second, and on a busy machine none stays for a press of the mouse.
      await button.dispatchEvent('click', {}, within);
    });
  }

  async pressContextMenu(tree: Tree, text: string | RegExp, action: string): Promise<void> {
    await chooseFromContextMenu(this.page, this.entry(tree, text), action);
  }

  async close(): Promise<void> {
    await this.workbench.runCommand('View: Close Primary Side Bar');
  }

  private pane(tree: Tree): Locator {
    return this.page
      .locator('.split-view-view .pane')
      .filter({ has: this.page.locator(`.pane-header .title:text-is("${tree}")`) });
  }

  /** The entry that shows this text. */
  private entry(tree: Tree, text: string | RegExp): Locator {
    return this.rows(tree).filter({ hasText: text }).first();
  }

  private rows(tree: Tree): Locator {
    return this.pane(tree).locator('.monaco-list-row[role="treeitem"]');
  }
}
