/** The menu under the right mouse button. */
import type { Locator, Page } from 'playwright-core';
import { click, clickAway, persistently } from './persistently';

export async function chooseFromContextMenu(page: Page, entry: Locator, action: string): Promise<void> {
  const actions = page.locator('.context-view .action-menu-item');
  const chosen = actions.filter({ hasText: action }).first();
  await persistently(`choose ${action}`, async (within) => {
    // VS Code gives a menu no ear for the mouse in its first tenth of a second, so that the click that opens it chooses
    // nothing. A choice that came too early is made again in the same menu: a new one would be as deaf.
    if (!(await chosen.isVisible())) {
      if (await actions.first().isVisible()) await page.keyboard.press('Escape');
      await click(entry, within, { button: 'right' });
    }
    await clickAway(chosen, within);
  });
}
