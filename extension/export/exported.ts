/** What an export gives: a file's content, what is to lie beside it, and what whoever takes it has to know. */
export interface Exported {
  readonly content: string | Uint8Array;
  /** Files beside it by name. */
  readonly beside?: Readonly<Record<string, string | Uint8Array>>;
  readonly note: string | null;
}
