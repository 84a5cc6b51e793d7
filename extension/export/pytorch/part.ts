/** What a method is in Python: the functions that a script needs of it, and how the training loop uses them. */
import type { FeatureRange } from '../../methods/method';

/** What the code of a method depends on beside its own fields. */
export interface PartContext {
  /**
   * Which bounds the targets have. With both, `g` and what is kept have an axis in front of the others: minima, maxima.
   */
  readonly sides: 'lower' | 'upper' | 'both';
  /** Whether every target has every bound of `sides`. */
  readonly isEveryBounded: boolean;
  /** Where the inputs of the last layer lie; `null` without a hidden layer. */
  readonly features: FeatureRange | null;
}

/**
 * Functions of `g` (≤ 0 inside) and `kept`, what is kept of a batch's rows by name: `[batch, outputs]`, with a constraint
 * per output `[1, outputs]`. `term` gives what is added to the loss per entry, `ascend` and `descend` a dict of what moves.
 */
export interface MethodPart {
  /** Fields of the method that the code names, as constants: `alphaEnd` is ALPHA_END. */
  readonly fields: readonly string[];
  /** Python that defines the functions below. */
  readonly code: string;
  /** Tensors kept from step to step by name, and Python for their first values, of the first violations `g`. */
  readonly kept?: Readonly<Record<string, string>>;
  /** Arguments of `term` after `g`; absent for a method that adds nothing to the loss. */
  readonly term?: readonly ('kept' | 'epoch')[];
  readonly ascends?: boolean;
  readonly descends?: boolean;
  /**
   * `same`: there is one constraint per output, `constraint(g)`, in place of `g`. `proxy`: the weights feel another one,
   * `felt(g)`, than the multipliers, which go by `actual(g)`.
   */
  readonly perOutput?: 'same' | 'proxy';
  /** Training starts with every output this far inside its bounds, in training units. */
  readonly startInside?: number;
  /** Python's name of what the network's outputs are where that is not `network(x)`. */
  readonly head?: {
    /** Of the linear output, defined in `code`. */
    readonly name: string;
    /** Whether it is there while training too. */
    readonly trains: boolean;
  };
  readonly lastLayer?: {
    /** Python after the first weights are drawn. */
    readonly start: string;
    /** Python that gives the layer in use, `weight, bias`, where that is not the one trained. */
    readonly effective?: string;
    /** Defines `project()`, called after each step of the optimizer. */
    readonly project?: string;
  };
}

export type Fields = Readonly<Record<string, unknown>>;
