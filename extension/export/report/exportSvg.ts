/** The pictures of runs as SVG files, one each: histograms, their history, curves, and loss against violation. */

import type { Model } from '../../pictures/model';
import type { ExportedFolder } from '../exported';
import { PALETTES, type Theme } from './palette';
import { pictureFile } from './pictureFile';
import { type NamedPicture, reportPictures } from './reportPictures';
import { readReportRuns } from './reportRuns';

/**
 * Of run folders, or of folders of runs.
 * @throws Error with a message for a person when there is no run, or none that measured anything.
 */
export async function exportSvg(folders: readonly string[], theme: Theme): Promise<ExportedFolder> {
  const { model, note } = await readReportRuns(folders);
  const pictures = picturesOf(model);
  return {
    note: () => note,
    async *files() {
      for (const picture of pictures) {
        yield { path: `${picture.name}.svg`, content: new TextEncoder().encode(pictureFile(picture, PALETTES[theme])) };
      }
    },
  };
}

/** All of them, those of one run with its name in the title. */
export function picturesOf(model: Model): NamedPicture[] {
  const { tradeOff, runs, curves } = reportPictures(model);
  const ofRuns = runs.flatMap(({ run, pictures }) =>
    pictures.map((picture) => ({ ...picture, title: `${model.labels[run]}: ${picture.title}` })),
  );
  return [...tradeOff, ...ofRuns, ...curves];
}
