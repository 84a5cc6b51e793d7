/**
 * What can be asked about an experiment's data while a person writes it. Answers come from a bounded memory of files
 * that have not changed since, so that asking again costs little; the values themselves are never kept.
 */
import type { ProblemAtPath } from '../experiment/problems';
import type { Experiment } from '../experiment/schema';
import type { ColumnProfile, ColumnSummary } from '../protocol/columns';
import type { SomeRows } from './survey';

/** Which table is meant: read without judging the rest of an experiment, which may be half typed. */
export interface DataQuestion {
  /** As in `data.source`. */
  source: string | readonly string[];
  /** As in `data.query`. */
  query?: string;
  /** The experiment's folder, absolute. */
  directory: string;
}

export interface InspectOptions {
  directory: string;
  /** Called at once with what names and types say, before values have been looked at. */
  partly?: (problems: ProblemAtPath[]) => void;
  /** Called once the widths of lists are known, with the number of inputs after they are flattened. */
  sized?: (inputSize: number) => void;
  /** What a query may take. */
  seconds?: number;
  /** Ends what runs for nobody any more; the promise then rejects with its reason. */
  signal?: AbortSignal;
}

/** How many rows a bound touches and cuts off. */
export interface BoundCounts {
  rows: number;
  /** Rows whose value is the bound itself. */
  touching: number;
  outside: SomeRows;
  /** The value farthest outside; `null` where none is. */
  extreme: number | null;
}

export interface DataReader {
  /** The same, but what is asked of it ends with the signal and then rejects with its reason. */
  until(signal: AbortSignal): DataReader;
  /** Everything wrong with an experiment's data. Never throws for what is the data's or the person's fault. */
  inspect(experiment: Experiment, options: InspectOptions): Promise<ProblemAtPath[]>;
  /**
   * The columns of the source or, where there is one, the query; `null` where they can't be read. `values` are there
   * when they are known already, and looked for in the background when not.
   */
  columns(question: DataQuestion): Promise<ColumnSummary[] | null>;
  /** `null` where the column or its table can't be read. */
  profile(question: DataQuestion, column: string): Promise<ColumnProfile | null>;
  /** `null` where the column is no number or can't be read. */
  bound(question: DataQuestion, column: string, side: 'min' | 'max', limit: number): Promise<BoundCounts | null>;
  /** Files that `source` means now, absolute; empty where it means none that may be read. */
  files(question: DataQuestion): Promise<string[]>;
  /** Different values of a column as text, most frequent first, twenty at most; `null` where it can't be read. */
  valuesOf(question: DataQuestion, column: string): Promise<string[] | null>;
  dispose(): void;
}
