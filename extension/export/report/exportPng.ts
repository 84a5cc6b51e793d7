/** The pictures of runs as PNG files, those that `exportSvg.ts` gives as SVG. */
import type { ExportedFolder } from '../exported';
import { allPictures } from './exportSvg';
import { PALETTES, type Theme } from './palette';
import { rasterizer } from './rasterize';
import { reportPictures } from './reportPictures';
import { readReportRuns } from './reportRuns';

/**
 * Of run folders, or of folders of runs.
 * @throws Error with a message for a person when there is no run, or none that measured anything.
 */
export async function exportPng(folders: readonly string[], theme: Theme): Promise<ExportedFolder> {
  const { model, note } = await readReportRuns(folders);
  const rasterize = await rasterizer();
  return {
    note: () => note,
    async *files() {
      for (const { name, picture } of allPictures(reportPictures(model))) {
        yield { path: `${name}.png`, content: rasterize(picture, PALETTES[theme]) };
      }
    },
  };
}
