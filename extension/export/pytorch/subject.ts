/** All that a script is written from: what was trained, on which rows, and what came of it. */
import type { Reading } from '../../data/reading';
import type { Experiment, ResolvedVariant } from '../../experiment/schema';
import type { Method, MethodFunctions } from '../../methods/method';
import type { Figures } from '../../protocol/figures';
import type { Bounds } from '../../protocol/histogram';
import type { MethodPart, PartContext } from './part';

/** Where the script has its rows from. */
export type Rows =
  /** The files of the experiment; `folder` is Python for their folder. */
  | { readonly from: 'files'; readonly folder: string; readonly reading: Reading }
  /** A safetensors file beside the script with both splits. */
  | { readonly from: 'copy'; readonly file: string };

/** The network that the run started from. */
export interface StartFile {
  /** Python for its path. */
  readonly file: string;
  /** Names of its layers in the file, first to last, such as `model.0`. */
  readonly layers: readonly string[];
  /** SHA-256 of the file that the run started from. */
  readonly fingerprint: string;
}

/** Figures of all targets together; `null` for a split without rows. */
export interface RecordedFigures {
  readonly train: Figures;
  readonly validation: Figures | null;
}

export interface Subject {
  readonly run: string;
  readonly experimentFile: string;
  readonly version: string;
  readonly experiment: Experiment;
  readonly variant: ResolvedVariant;
  readonly rows: Rows;
  /** `null` where the first weights are drawn. */
  readonly start: StartFile | null;
  /** `[inputs, hidden…, outputs]` */
  readonly layers: readonly number[];
  /** Widths of the input columns: above 1 for a list. */
  readonly inputWidths: readonly number[];
  /** SHA-256 of the rows that were trained on. */
  readonly fingerprint: string;
  /** Of the end of a run that finished; `null` for one that didn't. */
  readonly recorded: RecordedFigures | null;
}

/** With what follows from it, and every section needs. */
export interface Plan extends Subject {
  readonly method: Method;
  readonly functions: MethodFunctions;
  readonly part: MethodPart;
  /** `null` for targets without any bound. */
  readonly context: PartContext | null;
  /** The last layer is solved exactly after training. */
  readonly polishes: boolean;
  /** One entry per target. */
  readonly bounds: readonly Bounds[];
}
