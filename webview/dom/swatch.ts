/** The little line that says which run is which, in its colour and dash. */
import { N_RUN_COLORS, runDash } from '../../extension/pictures/curves/series';
import { svgElement } from './element';

export function runSwatch(run: number): SVGSVGElement {
  return lineSwatch(run % N_RUN_COLORS, runDash(run));
}

export function lineSwatch(color: number, dash: readonly number[]): SVGSVGElement {
  const made = svgElement(
    'svg',
    { viewBox: '0 0 18 10', width: '18', height: '10', 'aria-hidden': 'true' },
    svgElement('line', { x1: '1', y1: '5', x2: '17', y2: '5', 'stroke-dasharray': dash.join(' ') || 'none' }),
  );
  made.setAttribute('class', `swatch run-color-${color}`);
  return made;
}
