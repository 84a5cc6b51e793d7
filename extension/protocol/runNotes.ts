/** What a person says about a run, kept in its folder as `notes.json` so that it travels with the run. */

export const NOTES_FORMAT_VERSION = 1;

export interface RunNotes {
  /** Stands in place of the variant's name; empty where the person gave none. */
  readonly title: string;
  readonly note: string;
  readonly isStarred: boolean;
}

export const NO_NOTES: RunNotes = { title: '', note: '', isStarred: false };
