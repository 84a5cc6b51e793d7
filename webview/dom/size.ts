/** Tells a part when its room changes. */
import type { Size } from '../../extension/pictures/marks';

/** A hidden webview may collapse to nothing while it calls itself visible (microsoft/vscode#329625). */
const TOO_SMALL_TO_BE_TRUE = 24;

export function onResize(watched: Element, listener: (size: Size) => void): void {
  new ResizeObserver((entries) => {
    const box = entries.at(-1)!.contentRect;
    if (box.width < TOO_SMALL_TO_BE_TRUE || box.height < TOO_SMALL_TO_BE_TRUE) return;
    listener({ width: Math.floor(box.width), height: Math.floor(box.height) });
  }).observe(watched);
}
