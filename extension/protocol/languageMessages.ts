/**
 * What the extension host and the language server say to each other beyond the language server protocol itself.
 * Each name stands here once.
 */
import type { ColumnProfile } from './columns';

/** Options the client starts the server with. */
export interface LanguageServerOptions {
  /** Whether the server may open the data files an experiment names: only in a trusted workspace. */
  readData: boolean;
  /** Translations of the person's language, as the editor loaded them. */
  translations: Record<string, string> | null;
}

/** Client to server, without a reply: the workspace became trusted, data files may be opened from now on. */
export const DATA_READING_ALLOWED = 'orthant/dataReadingAllowed';

/** Client to server: what is in this data file? Refused, in words, as long as data files may not be opened. */
export const DESCRIBE_DATA = 'orthant/describeData';

export interface DescribeDataParams {
  /** Absolute path. */
  file: string;
}

/** `problem` says in a sentence why there are no columns. */
export type DataDescription = { columns: ColumnProfile[]; rows: number } | { problem: string };

/** Client to server: which inputs and targets of a draft are the same in every row? The reply is their names. */
export const FIND_CONSTANT = 'orthant/findConstant';

export interface FindConstantParams {
  /** Of the experiment, which needn't lie anywhere yet. */
  text: string;
  /** Absolute path of the folder it is for. */
  directory: string;
}

/**
 * `data` of a code lens: the server says where a lens stands and what it is about. The client, which alone knows the
 * runs, makes one or more titled lenses of it.
 */
export type LensSubject =
  /** Above `variants`. */
  | { kind: 'experiment'; variants: string[] }
  /** Above one variant; `method` is `null` while it isn't written yet. */
  | { kind: 'variant'; variant: string; method: string | null }
  /** Above `sweep`; how many runs it has, `null` while something in the file is wrong. */
  | { kind: 'sweep'; runs: number | null };

/** `null` when `data` came from elsewhere. */
export function asLensSubject(data: unknown): LensSubject | null {
  if (typeof data !== 'object' || data === null || !('kind' in data)) return null;
  const isKnown = data.kind === 'experiment' || data.kind === 'variant' || data.kind === 'sweep';
  return isKnown ? (data as LensSubject) : null;
}
