/**
 * Lists a runs folder again and again, as a window does while other processes train. Remembers runs that are over as long
 * as their folder and notes are as old as they were; nothing is kept on disk, so there is no index to go stale.
 */
import { readFileSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { RUN_FILES } from '../protocol/runFiles';
import { inSlices } from './inSlices';
import { namesIn } from './namesIn';
import { newestFirst, type RunListing, skimRun } from './readRuns';

/** Something in a runs folder that can't be listed as a run. */
export interface OtherEntry {
  /** Absolute path. */
  path: string;
  kind: /** A file, or a folder without `run.json`. */
    | 'foreign'
    /** `run.json` is cut off, or is somebody else's. */
    | 'broken';
}

export interface FolderContents {
  /** Newest first. */
  runs: RunListing[];
  /** By name. */
  others: OtherEntry[];
}

/** A folder that changes twice within the clock of its file system looks the same; so what is this young is read again. */
const SETTLED_MS = 3000;

export class RunLister {
  readonly #known = new Map<string, { stamp: string; listing: RunListing }>();

  /** An absent folder is empty. Hidden entries are passed over: they are ours, on the way in or out. */
  async list(runsFolder: string): Promise<FolderContents> {
    const names = namesIn(runsFolder).filter((name) => !name.startsWith('.'));
    const found = await inSlices(names.sort(), (name) => this.#look(path.join(runsFolder, name)));
    this.#forgetMissing(runsFolder, new Set(names));
    return {
      runs: found.flatMap((each) => (each !== null && 'listing' in each ? [each.listing] : [])).sort(newestFirst),
      others: found.flatMap((each) => (each !== null && 'kind' in each ? [each] : [])),
    };
  }

  /** `null` when it is gone since its name was read. */
  #look(entry: string): { listing: RunListing } | OtherEntry | null {
    const now = Date.now();
    const folder = statOf(entry);
    if (folder === null) return null;
    // The summary and the notes are replaced by renaming, which changes the folder; a person may edit the notes in place.
    const notes = statOf(path.join(entry, RUN_FILES.notes));
    const stamp = `${folder.mtimeMs} ${notes?.mtimeMs} ${notes?.size}`;
    const known = this.#known.get(entry);
    if (known?.stamp === stamp) return known;
    const listing = skimRun(entry);
    if (listing === null) return { path: entry, kind: hasRunFile(entry) ? 'broken' : 'foreign' };
    const youngest = Math.max(folder.mtimeMs, notes?.mtimeMs ?? 0);
    if (listing.summary !== null && now - youngest > SETTLED_MS) this.#known.set(entry, { stamp, listing });
    return { listing };
  }

  #forgetMissing(runsFolder: string, names: ReadonlySet<string>): void {
    for (const entry of this.#known.keys()) {
      if (path.dirname(entry) === runsFolder && !names.has(path.basename(entry))) this.#known.delete(entry);
    }
  }
}

/** `null` for what is gone or can't be looked at. */
function statOf(entry: string): Stats | null {
  try {
    return statSync(entry, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function hasRunFile(folder: string): boolean {
  try {
    readFileSync(path.join(folder, RUN_FILES.run));
    return true;
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
