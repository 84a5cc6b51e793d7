/** The text editor with an experiment file in it: code lenses, squiggles, hovers, typing. */
import type { Locator, Page } from 'playwright-core';
import type { Workbench } from './workbench';

export class ExperimentEditor {
  constructor(
    private readonly page: Page,
    private readonly workbench: Workbench,
  ) {}

  /** Titles of the code lenses on screen, top to bottom, those of one place in one entry. */
  async lenses(): Promise<string[]> {
    await this.active.locator('.codelens-decoration a').first().waitFor();
    const groups = await this.groups();
    return groups.map(({ text }) => text);
  }

  /** Presses the lens with this title that stands right above the line holding `above`. */
  async clickLens(title: string | RegExp, above: string): Promise<void> {
    const group = await this.lensAbove(above);
    await group.locator('a').filter({ hasText: title }).first().click();
  }

  /** Text of all lenses right above the line holding `above`, such as `Train | 0.0 % negative`. */
  async lensText(above: string): Promise<string> {
    return clean(await (await this.lensAbove(above)).innerText());
  }

  /** Text of the squiggly underlined places, by severity. */
  squiggles(severity: 'error' | 'warning' | 'info'): Locator {
    return this.active.locator(`.squiggly-${severity}`);
  }

  /** What the hover says over the first place in the file that shows `text`. */
  async hover(text: string): Promise<string> {
    await this.page.mouse.move(0, 0);
    await this.active.locator('.view-line span span').filter({ hasText: text }).first().hover();
    const hover = this.page.locator('.monaco-resizable-hover:visible .monaco-hover-content').first();
    await hover.waitFor();
    return hover.innerText();
  }

  /** Puts the cursor at the end of a line (from 1). */
  async goToLine(file: string, line: number): Promise<void> {
    await this.workbench.openFile(`${file}:${line}`);
    await this.page.keyboard.press('End');
  }

  /** Replaces the whole text and saves. */
  async replaceText(text: string): Promise<void> {
    await this.active.locator('.view-lines').click();
    await this.page.keyboard.press('Control+A');
    // Typed text would be completed and indented by the editor.
    await this.page.evaluate((value) => navigator.clipboard.writeText(value), text);
    await this.page.keyboard.press('Control+V');
    await this.save();
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
    await this.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
  }

  /** Types one character after another; milliseconds until each was on screen. */
  async typingLatencies(text: string): Promise<number[]> {
    const latencies: number[] = [];
    for (const character of text) {
      const before = await this.active.locator('.view-lines').innerText();
      const started = performance.now();
      await this.page.keyboard.type(character);
      await this.page.waitForFunction(
        (old) => {
          const lines = document.querySelector('.editor-group-container.active .view-lines');
          return lines instanceof HTMLElement && lines.innerText !== old;
        },
        before,
        { polling: 'raf', timeout: 10_000 },
      );
      latencies.push(performance.now() - started);
    }
    return latencies;
  }

  private get active(): Locator {
    return this.page.locator('.editor-group-container .monaco-editor').filter({ has: this.page.locator('.view-line') });
  }

  /** Lenses are drawn in zones of their own: the ones for a line are the nearest above it on screen. */
  private async lensAbove(text: string): Promise<Locator> {
    const line = this.active.locator('.view-line').filter({ hasText: text }).first();
    await line.waitFor();
    const deadline = Date.now() + 20_000;
    for (;;) {
      const lineBox = await line.boundingBox();
      const nearest = (await this.groups())
        .filter(({ top }) => lineBox !== null && top < lineBox.y && lineBox.y - top < 2 * lineBox.height)
        .at(-1);
      if (nearest !== undefined) return nearest.locator;
      if (Date.now() > deadline) throw new Error(`No code lens stands above the line with ${text}.`);
      await this.page.waitForTimeout(100);
    }
  }

  private async groups(): Promise<{ locator: Locator; top: number; text: string }[]> {
    const found: { locator: Locator; top: number; text: string }[] = [];
    for (const locator of await this.active.locator('.codelens-decoration').all()) {
      const box = await locator.boundingBox();
      if (box !== null) found.push({ locator, top: box.y, text: clean(await locator.innerText()) });
    }
    return found.sort((a, b) => a.top - b.top);
  }
}

/** Monaco writes no-break spaces, and lines between lenses. */
function clean(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
