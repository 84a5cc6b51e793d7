/** The walkthrough of the extension, as the welcome page shows it. */
import type { Locator, Page } from 'playwright-core';
import { click, persistently } from './persistently';
import type { Workbench } from './workbench';

export class Walkthrough {
  constructor(
    private readonly page: Page,
    private readonly workbench: Workbench,
  ) {}

  async open(title: string): Promise<void> {
    const command = 'Welcome: Open Walkthrough...';
    await this.workbench.runCommand(command);
    await this.workbench.pick(title, command);
    await this.steps.first().waitFor();
  }

  /** Titles of the steps, in order. */
  async titles(): Promise<string[]> {
    return this.steps.locator('.step-title').allInnerTexts();
  }

  async unfold(step: string): Promise<void> {
    const entry = this.step(step);
    await persistently(`unfold ${step}`, async (within) => {
      if (/expanded/.test((await entry.getAttribute('class', within)) ?? '')) return;
      await click(entry, within);
      await this.steps.and(this.page.locator('.expanded')).filter({ hasText: step }).waitFor(within);
    });
  }

  /** Unfolds a step and presses its button. */
  async press(step: string, button: string): Promise<void> {
    const entry = this.step(step);
    await this.unfold(step);
    await persistently(`press ${button}`, async (within) => {
      await click(entry.locator('.monaco-button').filter({ hasText: button }).first(), within);
    });
  }

  /** Whether its circle has a check mark. */
  async isDone(step: string): Promise<boolean> {
    return (await this.step(step).locator('.codicon.complete').count()) > 0;
  }

  private step(title: string): Locator {
    return this.steps.filter({ has: this.page.locator('.step-title', { hasText: title }) }).first();
  }

  private get steps(): Locator {
    return this.page.locator('.gettingStartedContainer .getting-started-step');
  }
}
