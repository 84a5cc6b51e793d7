/** What an export gives, to be written by who asked for it. */

/** A file, what is to lie beside it, and what whoever takes it has to know. */
export interface Exported {
  readonly content: string | Uint8Array;
  /** Files beside it by name. */
  readonly beside?: Readonly<Record<string, string | Uint8Array>>;
  readonly note: string | null;
}

/** A folder of files. */
export interface ExportedFolder {
  /** Made one by one; paths are relative to the folder. @throws Error with a message for a person when there is none. */
  files(): AsyncGenerator<{ readonly path: string; readonly content: Uint8Array }, void>;
  /** What whoever takes it has to know, once all files are made. */
  note(): string | null;
}
