/** The text editor with an experiment file in it: code lenses, squiggles, hovers, typing. */
import type { ElementHandle, Locator, Page } from 'playwright-core';
import { click, clickAway, persistently, type Within } from './persistently';
import type { Workbench } from './workbench';

export class ExperimentEditor {
  constructor(
    private readonly page: Page,
    private readonly workbench: Workbench,
  ) {}

  /** Titles of the code lenses on screen, top to bottom, those of one place in one entry. */
  async lenses(): Promise<string[]> {
    const lenses = this.active.locator('.codelens-decoration');
    await lenses.locator('a').first().waitFor();
    const found = await lenses.evaluateAll((groups) =>
      groups.map((group) => ({ top: group.getBoundingClientRect().top, text: (group as HTMLElement).innerText })),
    );
    return found.sort((a, b) => a.top - b.top).map(({ text }) => clean(text));
  }

  /** Presses the lens with this title that stands right above the line holding `above`. */
  async clickLens(title: string, above: string): Promise<void> {
    await persistently(`press ${title} above ${above}`, async (within) => {
      const group = await this.lensesAbove(above, within);
      const lens = await group.waitForSelector(`a:has-text(${JSON.stringify(title)})`, within);
      // This very element: when the lenses are drawn anew, the click fails and goes to no other line's.
      await click(lens, within);
    });
  }

  /** Text of all lenses right above the line holding `above`, such as `Train | 0.0 % negative`. */
  async lensText(above: string): Promise<string> {
    return persistently(`read the lenses above ${above}`, async (within) =>
      clean(await (await this.lensesAbove(above, within)).innerText()),
    );
  }

  /** Text of the squiggly underlined places, by severity. */
  squiggles(severity: 'error' | 'warning' | 'info'): Locator {
    return this.active.locator(`.squiggly-${severity}`);
  }

  /** What the hover says over the first place in the file that shows `text`. */
  async hover(text: string): Promise<string> {
    return persistently(`hover over ${text}`, async (within) => {
      await this.page.mouse.move(0, 0);
      await this.active.locator('.view-line span span').filter({ hasText: text }).first().hover(within);
      return this.page.locator('.monaco-resizable-hover:visible .monaco-hover-content').first().innerText(within);
    });
  }

  /** What is offered at the cursor, top to bottom, each with its detail: `wind DOUBLE 0.4 … 9.5`. */
  async completions(): Promise<string[]> {
    return persistently('see completions', async (within) => {
      await this.openCompletions(within);
      const rows = await this.page.locator('.suggest-widget.visible .monaco-list-row').allInnerTexts();
      return rows.map(clean);
    });
  }

  /** Takes one of what is offered at the cursor. */
  async complete(label: string): Promise<void> {
    await persistently(`complete ${label}`, async (within) => {
      await this.openCompletions(within);
      const row = this.page.locator('.suggest-widget.visible .monaco-list-row').filter({ hasText: label }).first();
      await clickAway(row, within);
    });
  }

  async closeCompletions(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.locator('.suggest-widget.visible').waitFor({ state: 'hidden' });
  }

  /** Titles of the quick fixes for the problem over which the cursor stands. */
  async quickFixes(): Promise<string[]> {
    return persistently('see quick fixes', async (within) => {
      await this.openQuickFixes(within);
      const rows = await this.page.locator('.action-widget .monaco-list-row.action').allInnerTexts();
      await this.page.keyboard.press('Escape');
      return rows.map(clean);
    });
  }

  async applyQuickFix(title: string): Promise<void> {
    await persistently(`apply ${title}`, async (within) => {
      await this.openQuickFixes(within);
      const row = this.page.locator('.action-widget .monaco-list-row.action').filter({ hasText: title }).first();
      await clickAway(row, within);
    });
  }

  /** Types at the cursor, where the editor may add what it likes, such as closing quotes. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 30 });
  }

  /** The text of the lines on screen. */
  async text(): Promise<string> {
    return (await this.active.locator('.view-lines').innerText()).replaceAll('\u00a0', ' ');
  }

  /** Puts the cursor at the end of a line (from 1). */
  async goToLine(file: string, line: number): Promise<void> {
    await this.workbench.openFile(`${file}:${line}`);
  }

  /** Replaces the whole text by another one and saves. */
  async replaceText(text: string): Promise<void> {
    await persistently('replace the text', async (within) => {
      await click(this.active.locator('.view-lines'), within);
      await this.page.keyboard.press('Control+A');
      // Typed text would be completed and indented by the editor.
      await this.page.evaluate((value) => navigator.clipboard.writeText(value), text);
      await this.page.keyboard.press('Control+V');
      await this.page.locator('.tab.active.dirty').waitFor(within);
    });
    await this.save();
  }

  async save(): Promise<void> {
    await persistently('save', async (within) => {
      await this.page.keyboard.press('Control+S');
      await this.page.locator('.tab.dirty').waitFor({ state: 'detached', ...within });
    });
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
        { polling: 'raf' },
      );
      latencies.push(performance.now() - started);
    }
    return latencies;
  }

  private async openCompletions(within: Within): Promise<void> {
    const widget = this.page.locator('.suggest-widget.visible .monaco-list-row').first();
    if (!(await widget.isVisible())) await this.page.keyboard.press('Control+Space');
    await widget.waitFor(within);
  }

  private async openQuickFixes(within: Within): Promise<void> {
    const widget = this.page.locator('.action-widget .monaco-list-row.action').first();
    if (!(await widget.isVisible())) await this.page.keyboard.press('Control+.');
    await widget.waitFor(within);
  }

  private get active(): Locator {
    return this.page.locator('.editor-group-container .monaco-editor').filter({ has: this.page.locator('.view-line') });
  }

  /** Lenses are drawn in zones of their own: the ones for a line are the nearest above it on screen. */
  private async lensesAbove(text: string, within: Within): Promise<ElementHandle<HTMLElement>> {
    // In one go, as they are drawn anew whenever a run says something new.
    const found = await this.page.waitForFunction(
      (searched) => {
        for (const editor of document.querySelectorAll('.editor-group-container .monaco-editor')) {
          const lines = [...editor.querySelectorAll('.view-line')];
          const line = lines.find(({ textContent }) => textContent.includes(searched))?.getBoundingClientRect();
          if (line === undefined) continue;
          const distance = (group: Element) => line.top - group.getBoundingClientRect().top;
          const nearest = [...editor.querySelectorAll<HTMLElement>('.codelens-decoration')]
            .filter((group) => distance(group) > 0 && distance(group) < 2 * line.height)
            .sort((a, b) => distance(a) - distance(b))[0];
          if (nearest !== undefined) return nearest;
        }
        return undefined;
      },
      text,
      { polling: 100, ...within },
    );
    return found as ElementHandle<HTMLElement>;
  }
}

/** Monaco writes no-break spaces, and lines between lenses. */
function clean(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
