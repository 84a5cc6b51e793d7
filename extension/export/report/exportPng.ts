/** The pictures of runs as PNG files, those that `exportSvg.ts` gives as SVG. */
import type { ExportedFolder } from '../exported';
import { picturesOf } from './exportSvg';
import { PALETTES, type Theme } from './palette';
import { pictureFile } from './pictureFile';
import { FONT, rasterizer } from './rasterize';
import { readReportRuns } from './reportRuns';

/**
 * Of run folders, or of folders of runs.
 * @throws Error with a message for a person when there is no run, or none that measured anything.
 */
export async function exportPng(folders: readonly string[], theme: Theme): Promise<ExportedFolder> {
  const { model, note } = await readReportRuns(folders);
  const rasterize = await rasterizer();
  const palette = { ...PALETTES[theme], fontFamily: FONT };
  return {
    note: () => note,
    async *files() {
      for (const picture of picturesOf(model)) {
        yield { path: `${picture.name}.png`, content: rasterize(pictureFile(picture, palette)) };
      }
    },
  };
}
