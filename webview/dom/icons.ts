/**
 * The panel's icons: 16 × 16 outlines in the current text colour. Drawn here rather than taken from an icon font, so
 * that the panel loads no font. Always beside a word or with a label: an icon alone says nothing to a screen reader.
 */
import type { RunStatus } from '../../extension/protocol/runState';
import { svgElement } from './element';

const CIRCLE = 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13Z';

const PATHS = {
  clock: `${CIRCLE}M8 4.5V8.3L10.6 9.8`,
  spinner: 'M8 1.5a6.5 6.5 0 1 1-6.5 6.5',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.2v9.6L12.6 8Z',
  stop: 'M4 4h8v8H4Z',
  check: 'M3 8.6l3.3 3.4L13 4.6',
  passed: `${CIRCLE}M5 8.3l2.1 2.2L11 6.1`,
  failed: `${CIRCLE}M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6`,
  cross: 'M4 4l8 8M12 4l-8 8',
  stopped: `${CIRCLE}M6 6h4v4H6Z`,
  lost: `${CIRCLE}M6.2 6.3a1.9 1.9 0 1 1 2.7 1.7c-.6.3-.9.6-.9 1.2M8 11.1v.4`,
  unknown: `${CIRCLE}M5.2 8h5.6`,
  file: 'M4 1.5h5.5L12.5 4.5v10H4ZM9.3 1.7v3h3',
  folder: 'M1.8 3.5h4.4l1.4 1.6h6.6v8H1.8Z',
  save: 'M8 2v8M4.8 7L8 10.2L11.2 7M2.5 13.5h11',
  copy: 'M5.5 5.5h8v8h-8ZM3.5 10.5h-1v-8h8v1',
  picture: 'M2 3h12v10H2ZM2 11l3.6-3.6 2.6 2.6 2.4-2.4L14 11',
  table: 'M2 3h12v10H2ZM2 6.3h12M6.5 6.3V13',
  toStart: 'M3.5 3.5v9M12.5 3.6v8.8L6.2 8Z',
} as const;

export type IconName = keyof typeof PATHS;

export const STATUS_ICONS: Record<RunStatus, IconName> = {
  queued: 'clock',
  starting: 'spinner',
  running: 'spinner',
  paused: 'pause',
  stopping: 'spinner',
  finished: 'passed',
  stopped: 'stopped',
  failed: 'failed',
  lost: 'lost',
};

export function icon(name: IconName): SVGSVGElement {
  const made = svgElement(
    'svg',
    { viewBox: '0 0 16 16', width: '16', height: '16', 'aria-hidden': 'true', focusable: 'false' },
    svgElement('path', { d: PATHS[name] }),
  );
  made.setAttribute('class', 'icon');
  made.dataset.icon = name;
  return made;
}

/** Turns an icon into another; does nothing when it is that one already, so that a spinner keeps turning. */
export function setIcon(made: SVGSVGElement, name: IconName): void {
  if (made.dataset.icon === name) return;
  made.dataset.icon = name;
  made.firstElementChild!.setAttribute('d', PATHS[name]);
}
