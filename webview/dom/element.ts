/** Small helpers to build DOM. Text always goes through `textContent`: much of it comes from files. */

export interface ElementOptions {
  class?: string;
  text?: string;
  /** `data-test`: how end-to-end tests find it. */
  test?: string;
  title?: string;
  attributes?: Record<string, string>;
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options: ElementOptions = {},
  ...children: Node[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  applyOptions(made, options);
  made.append(...children);
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svgElement<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string> = {},
  ...children: Node[]
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function applyOptions(target: HTMLElement, options: ElementOptions): void {
  if (options.class !== undefined) target.className = options.class;
  if (options.text !== undefined) target.textContent = options.text;
  if (options.test !== undefined) target.dataset.test = options.test;
  if (options.title !== undefined) target.title = options.title;
  for (const [name, value] of Object.entries(options.attributes ?? {})) target.setAttribute(name, value);
}

/** Writes only what differs: setting an equal text would still cost a layout and repeat it to a screen reader. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** `null` removes the attribute. */
export function setAttribute(target: Element, name: string, value: string | number | null): void {
  if (value === null) {
    if (target.hasAttribute(name)) target.removeAttribute(name);
  } else if (target.getAttribute(name) !== String(value)) {
    target.setAttribute(name, String(value));
  }
}

export function setHidden(target: HTMLElement, hidden: boolean): void {
  if (target.hidden !== hidden) target.hidden = hidden;
}
