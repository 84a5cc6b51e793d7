/** The window of VS Code, as a person uses it: palette, files, notifications, status bar, themes. */
import { setTimeout } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';

export type Theme = 'light' | 'dark' | 'high contrast';

const THEMES: Record<Theme, { name: string; className: string }> = {
  light: { name: 'Light Modern', className: 'vs' },
  dark: { name: 'Dark Modern', className: 'vs-dark' },
  'high contrast': { name: 'Dark High Contrast', className: 'hc-black' },
};

const QUICK_INPUT = '.quick-input-widget:visible .quick-input-box input';

export interface Notification {
  severity: 'error' | 'warning' | 'info';
  message: string;
}

export class Workbench {
  constructor(private readonly page: Page) {}

  async waitUntilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
  }

  /** As a person does it: VS Code saves its state first, which a reload by the browser doesn't wait for. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: 60_000 });
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await this.page.locator('.statusbar-item').first().waitFor({ timeout: 60_000 });
  }

  /** Opens a file of the workspace by name, `name:line` at a line. */
  async openFile(name: string): Promise<void> {
    const file = name.split(':')[0] ?? name;
    // With another group in front, a file that is open would be opened a second time.
    if ((await this.tab(file).count()) > 0) await this.tab(file).first().click();
    if (name !== file || (await this.tab(file).count()) === 0) {
      await this.openQuickInput('Control+P', name);
      await this.quickPickRow(file).first().click();
    }
    await this.tab(file).first().waitFor();
    await this.page.locator('.editor-group-container.active .monaco-editor .view-line').first().waitFor();
  }

  /** Runs a command by its full title, such as `Orthant: Train all variants and compare`. */
  async runCommand(title: string): Promise<void> {
    await this.openQuickInput('F1', `>${title}`);
    await this.quickPickRow(title).first().click();
  }

  /** Chooses an entry of the quick pick that is open (or opens now). */
  async pick(label: string): Promise<void> {
    await this.quickPickRow(label).first().click();
  }

  /** Labels of the quick pick that is open; those of the palette while it closes. */
  async quickPickLabels(): Promise<string[]> {
    const rows = this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
    return rows.locator('.label-name').allInnerTexts();
  }

  async pressEscape(): Promise<void> {
    await this.page.keyboard.press('Escape');
  }

  tab(title: string): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: title });
  }

  async closeAllEditors(): Promise<void> {
    await this.runCommand('View: Close All Editors');
    await this.page.locator('.tabs-container .tab').first().waitFor({ state: 'detached' });
  }

  /** Every notification on screen or in the notification centre. */
  async notifications(): Promise<Notification[]> {
    const rows = this.page.locator('.notification-list-item');
    const found: Notification[] = [];
    for (const row of await rows.all()) {
      const icon = (await row.locator('.notification-list-item-icon').getAttribute('class')) ?? '';
      const severity = icon.includes('error') ? 'error' : icon.includes('warning') ? 'warning' : 'info';
      found.push({ severity, message: await row.locator('.notification-list-item-message').innerText() });
    }
    return found;
  }

  async errorNotifications(): Promise<string[]> {
    return (await this.notifications()).filter(({ severity }) => severity === 'error').map(({ message }) => message);
  }

  /** Waits for a notification with this text and answers its message. */
  async notification(text: string | RegExp): Promise<string> {
    const row = this.page.locator('.notification-list-item').filter({ hasText: text }).first();
    await row.waitFor();
    return row.locator('.notification-list-item-message').innerText();
  }

  async pressNotificationButton(text: string | RegExp, button: string): Promise<void> {
    const row = this.page.locator('.notification-list-item').filter({ hasText: text }).first();
    await row.hover();
    await row.locator('.monaco-button', { hasText: button }).click();
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

  async useTheme(theme: Theme): Promise<void> {
    const { name, className } = THEMES[theme];
    await this.runCommand('Preferences: Color Theme');
    await this.quickPickRow('Dark Modern').first().waitFor();
    await this.page.locator(QUICK_INPUT).fill(name);
    await this.quickPickRow(name).first().click();
    await this.page.locator(`.monaco-workbench.${className}`).waitFor();
    // Webviews get their colours a moment later.
    await setTimeout(500);
  }

  /** A key pressed while a webview is loading reaches no one, so it is pressed again. */
  private async openQuickInput(key: string, text: string): Promise<void> {
    const input = this.page.locator(QUICK_INPUT);
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press(key);
      try {
        await input.waitFor({ timeout: 3_000 });
        break;
      } catch (error) {
        if (attempt === 5) throw error;
      }
    }
    await input.fill(text);
  }

  private quickPickRow(label: string): Locator {
    return this.page
      .locator('.quick-input-widget:visible .quick-input-list .monaco-list-row')
      .filter({ has: this.page.locator('.label-name', { hasText: label }) });
  }
}
