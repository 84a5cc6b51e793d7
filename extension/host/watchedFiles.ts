/** Which files of a runs folder to watch, as a glob of VS Code. */
import path from 'node:path';
import { RUN_FILES } from '../protocol/runFiles';

/**
 * - The folders on the way there and the run folders too: of a folder that is deleted nothing else is told, and of
 *   folders made one in the other at once the editor's watcher (parcel, on Linux) sees only the outermost.
 * - The events: what happened while the watcher started is missed, and a run that goes on must not stay unseen for that.
 * - Globs of VS Code don't nest braces, so each path is written out.
 */
export function watchedFiles(experiment: string, runsFolder: string): { base: string; glob: string } {
  const inRunsFolder = [
    '*',
    ...[RUN_FILES.run, RUN_FILES.summary, RUN_FILES.events, RUN_FILES.notes].map((file) => `*/${file}`),
  ];
  const folder = path.dirname(experiment);
  const way = path.relative(folder, runsFolder).split(path.sep);
  // Elsewhere: the folder itself, when it is there.
  if (way[0] === '..' || way[0] === '' || path.isAbsolute(way[0]!)) {
    return { base: runsFolder, glob: `{${inRunsFolder.join(',')}}` };
  }
  const ancestors = way.map((_, index) => way.slice(0, index + 1).join('/'));
  const files = inRunsFolder.map((file) => `${way.join('/')}/${file}`);
  return { base: folder, glob: `{${[...ancestors, ...files].join(',')}}` };
}
