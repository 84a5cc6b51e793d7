/**
 * The live region: says to a screen reader what the pictures show. Polite, and never more often than one can listen to;
 * what comes too early waits, and is put into words only when it is said.
 */
import { element } from './element';

const LEAST_PAUSE_MS = 5000;

export class Announcer {
  readonly element = element('div', {
    class: 'for-screen-readers',
    test: 'live-region',
    attributes: { 'aria-live': 'polite', role: 'status' },
  });
  private waiting: (() => string | null) | null = null;
  private timer: number | undefined;

  /** Asks `news` for what is new, now or later; `null` is nothing. Only the last `news` that waits is asked. */
  announce(news: () => string | null): void {
    this.waiting = news;
    if (this.timer === undefined) this.say();
  }

  /** The answer to something the person just did: at once. */
  answer(text: string): void {
    this.element.textContent = text;
  }

  private say(): void {
    const text = this.waiting?.() ?? null;
    this.waiting = null;
    if (text === null) return;
    this.element.textContent = text;
    this.timer = window.setTimeout(() => {
      this.timer = undefined;
      this.say();
    }, LEAST_PAUSE_MS);
  }
}
