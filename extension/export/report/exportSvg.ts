/** The pictures of runs as SVG files, one each: histograms, their history, curves, and loss against violation. */
import { svgText } from '../../pictures/svgText';
import type { ExportedFolder } from '../exported';
import { PALETTES, type Theme } from './palette';
import { type NamedPicture, reportPictures } from './reportPictures';
import { readReportRuns } from './reportRuns';

/**
 * Of run folders, or of folders of runs.
 * @throws Error with a message for a person when there is no run, or none that measured anything.
 */
export async function exportSvg(folders: readonly string[], theme: Theme): Promise<ExportedFolder> {
  const { model, note } = await readReportRuns(folders);
  const pictures = allPictures(reportPictures(model));
  return {
    note: () => note,
    async *files() {
      for (const { name, picture } of pictures) {
        yield { path: `${name}.svg`, content: new TextEncoder().encode(svgText(picture, PALETTES[theme])) };
      }
    },
  };
}

export function allPictures({ tradeOff, runs, curves }: ReturnType<typeof reportPictures>): NamedPicture[] {
  return [...tradeOff, ...runs.flatMap(({ pictures }) => pictures), ...curves];
}
