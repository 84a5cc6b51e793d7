/** Tells whether an element is in sight, or nearly: what is not need not be drawn until it is. */

const NEARLY = '200px';

/** `listener` is told at once when that changes; before the first time the element counts as in sight. */
export function onVisible(watched: Element, listener: (isVisible: boolean) => void): void {
  new IntersectionObserver((entries) => listener(entries.at(-1)!.isIntersecting), { rootMargin: NEARLY }).observe(
    watched,
  );
}
