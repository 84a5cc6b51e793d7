/** The window of VS Code, as a person uses it: palette, files, notifications, status bar, themes. */
import type { Locator, Page } from 'playwright-core';
import { click, clickAway, persistently, type Within } from './persistently';

export type Theme = 'light' | 'dark' | 'high contrast';

const THEMES: Record<Theme, { name: string; className: string }> = {
  light: { name: 'Light Modern', className: 'vs' },
  dark: { name: 'Dark Modern', className: 'vs-dark' },
  'high contrast': { name: 'Dark High Contrast', className: 'hc-black' },
};

const QUICK_INPUT = '.quick-input-widget:visible .quick-input-box input';

/** For VS Code to come up. */
const STARTED = { timeout: 120_000 };

export interface Notification {
  severity: 'error' | 'warning' | 'info';
  message: string;
}

export class Workbench {
  constructor(private readonly page: Page) {}

  async waitUntilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor(STARTED);
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor(STARTED);
  }

  /** As a person does it: VS Code saves its state first, which a reload by the browser doesn't wait for. */
  async reload(): Promise<void> {
    await Promise.all([this.page.waitForEvent('load', STARTED), this.runCommand('Developer: Reload Window')]);
    await this.page.locator('.monaco-workbench').waitFor(STARTED);
    await this.page.locator('.statusbar-item').first().waitFor(STARTED);
  }

  /**
   * Opens a file of the workspace by name, `name:line` at the end of a line, `name:line:column` in it (both from 1); the
   * keyboard is in it then.
   */
  async openFile(name: string): Promise<void> {
    const [file = name, line, column = '1000'] = name.split(':');
    const tab = this.tab(file).first();
    const attempt = async (within: Within) => {
      // With another group in front, a file that is open would be opened a second time.
      if ((await tab.count()) > 0) {
        await click(tab, within);
        await this.editorWithKeyboard().waitFor(within);
      }
      if (line !== undefined || (await tab.count()) === 0) {
        // A column behind the end means the end.
        await this.quickPick('Control+P', line === undefined ? file : `${file}:${line}:${column}`, file, within);
      }
      await this.page.locator('.tabs-container .tab.active').filter({ hasText: file }).first().waitFor(within);
      await this.editorWithKeyboard().waitFor(within);
      if (line !== undefined) await this.statusBarItem(`Ln ${line},`).waitFor(within);
    };
    await persistently(`open ${name}`, attempt, () => this.closeQuickInput());
  }

  /** Runs a command by its full title, such as `Orthant: Train all variants and compare`. */
  async runCommand(title: string): Promise<void> {
    const attempt = (within: Within) => this.quickPick('F1', `>${title}`, title, within);
    await persistently(`run ${title}`, attempt, () => this.closeQuickInput());
  }

  /** Chooses an entry of the quick pick that `command` has opened, and opens again if need be. */
  async pick(label: string, command: string): Promise<void> {
    const attempt = (within: Within) => clickAway(this.quickPickRow(label), within);
    await persistently(`pick ${label}`, attempt, async () => {
      await this.closeQuickInput();
      await this.runCommand(command);
    });
  }

  /** Labels of the quick pick that is open; those of the palette while it closes. */
  async quickPickLabels(): Promise<string[]> {
    const rows = this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
    return rows.locator('.label-name').allInnerTexts();
  }

  /** Types into the box that `open` opens, and opens it again if need be. */
  async answer(text: string, open: () => Promise<void>): Promise<void> {
    const input = this.page.locator(QUICK_INPUT);
    const attempt = async (within: Within) => {
      // The box of the palette, which closes, has a list.
      await this.page.locator('.quick-input-widget:visible .quick-input-list').waitFor({ state: 'hidden', ...within });
      await input.fill(text, within);
      await input.press('Enter', within);
      await input.waitFor({ state: 'hidden', ...within });
    };
    await open();
    await persistently(`answer ${text}`, attempt, async () => {
      await this.closeQuickInput();
      await open();
    });
  }

  async pressEscape(): Promise<void> {
    await this.page.keyboard.press('Escape');
  }

  tab(title: string): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: title });
  }

  /** The lines that the text editor of a tab in front shows; of a long text not all. */
  async textShown(title: string): Promise<string> {
    const group = this.page
      .locator('.editor-group-container')
      .filter({ has: this.page.locator('.tab.active').filter({ hasText: title }) });
    const lines = await group.locator('.monaco-editor .view-line').evaluateAll((found) =>
      found
        .map((line) => ({ top: line.getBoundingClientRect().top, text: line.textContent }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
    // Monaco writes no-break spaces.
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  async closeAllEditors(): Promise<void> {
    await this.runCommand('View: Close All Editors');
    await this.page.locator('.tabs-container .tab').first().waitFor({ state: 'detached' });
  }

  /** Every notification on screen or in the notification centre. */
  async notifications(): Promise<Notification[]> {
    const rows = this.page.locator('.notification-list-item');
    // In one go: they come and go by themselves.
    const found = await rows.evaluateAll((items) =>
      items.map((item) => ({
        icon: item.querySelector('.notification-list-item-icon')?.className ?? '',
        message: item.querySelector<HTMLElement>('.notification-list-item-message')?.innerText ?? '',
      })),
    );
    return found.map(({ icon, message }) => ({
      severity: icon.includes('error') ? 'error' : icon.includes('warning') ? 'warning' : 'info',
      message,
    }));
  }

  async errorNotifications(): Promise<string[]> {
    return (await this.notifications()).filter(({ severity }) => severity === 'error').map(({ message }) => message);
  }

  /** Waits for a notification with this text and answers its message. */
  async notification(text: string | RegExp): Promise<string> {
    return this.notificationRow(text).locator('.notification-list-item-message').innerText();
  }

  async pressNotificationButton(text: string | RegExp, button: string): Promise<void> {
    const row = this.notificationRow(text);
    await persistently(`press ${button}`, async (within) => {
      await row.hover(within);
      await click(row.locator('.monaco-button', { hasText: button }), within);
    });
  }

  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
  }

  /** The language of the editor in front, as the status bar names it. */
  language(): Promise<string> {
    return this.page.locator('[id="status.editor.mode"]').innerText();
  }

  /** The status bar entry that has this text. */
  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text });
  }

  /** Gives the window another theme; webviews get their colours a moment later. */
  async useTheme(theme: Theme): Promise<void> {
    const { name, className } = THEMES[theme];
    const command = 'Preferences: Color Theme';
    const attempt = async (within: Within) => {
      await this.quickPick('F1', `>${command}`, command, within);
      await this.quickPickRow('Dark Modern').waitFor(within);
      await this.page.locator(QUICK_INPUT).fill(name, within);
      await clickAway(this.quickPickRow(name), within);
      await this.page.locator(`.monaco-workbench.${className}`).waitFor(within);
    };
    await persistently(`use the ${theme} theme`, attempt, () => this.closeQuickInput());
  }

  /** One try to open the quick input with a key, to narrow it with a text and to choose an entry. */
  private async quickPick(key: string, text: string, label: string, within: Within): Promise<void> {
    const input = this.page.locator(QUICK_INPUT);
    // A key pressed while a webview is loading reaches no one.
    await this.page.keyboard.press(key);
    await input.waitFor(within);
    await input.fill(text, within);
    await clickAway(this.quickPickRow(label), within);
  }

  private async closeQuickInput(): Promise<void> {
    // Without one, the key would close something else.
    if (await this.page.locator(QUICK_INPUT).isVisible()) await this.pressEscape();
  }

  private quickPickRow(label: string): Locator {
    return this.page
      .locator('.quick-input-widget:visible .quick-input-list .monaco-list-row')
      .filter({ has: this.page.locator('.label-name', { hasText: label }) })
      .first();
  }

  private notificationRow(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item').filter({ hasText: text }).first();
  }

  /** The text editor that a key pressed now reaches. */
  private editorWithKeyboard(): Locator {
    return this.page.locator('.editor-group-container.active .monaco-editor.focused .view-line').first();
  }
}
