/**
 * The experiment file's schema: the single source of its types, defaults, hover texts and JSON Schema. What a schema
 * can't say (columns that exist, bounds that the data keep) is checked in `checks.ts` and in
 * `data/`.
 */
import { z } from 'zod';
import { METHODS } from '../methods/registry';
import { OPTIMIZER_NAMES } from '../optimizers/registry';
import { ENGINE_CHOICES } from '../protocol/events';
import { sweepSchema } from './sweepSchema';

const columnList = z.array(z.string().min(1)).min(1);

export const validationSchema = z
  .union([
    z.number().min(0).max(0.9),
    z.strictObject({
      column: z.string().min(1).describe('Column whose value decides; it needs no place among the inputs.'),
      equals: z.union([z.string(), z.number(), z.boolean()]).describe('Rows with this value are held out.'),
    }),
  ])
  .default(0.2)
  .describe(
    'What is held out and never trained on: a share of the rows (0 to 0.9, drawn by the seed; 0 holds out none) or { "column": "split", "equals": "validation" }. A fifth tells how often new rows will be outside, and leaves most to learn from.',
  );

export const standardizeSchema = z
  .union([
    z.boolean(),
    z.strictObject({
      inputs: z.boolean().default(true).describe('Whether the inputs are standardized.'),
      targets: z.boolean().default(true).describe('Whether the targets are standardized; the bounds move with them.'),
    }),
  ])
  .default(true)
  .describe(
    'Train on (value − mean) / standard deviation of the training rows; a list column has one mean and deviation for all its elements. Folded back into the first and last layer, so the exported network takes and gives raw units. On by default, so that learning rates and strengths mean the same whatever the units of the data.',
  );

export const dataSchema = z.strictObject({
  source: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe('CSV, TSV, Parquet or JSON lines: a path, a glob or a list of them, relative to this file.'),
  query: z
    .string()
    .min(1)
    .optional()
    .describe('SQL (DuckDB) over the table `source`, for derived columns and filters. Default: all rows and columns.'),
  inputs: columnList.describe('Numeric columns the network takes; a list column (an image) is flattened.'),
  targets: columnList.describe('Numeric columns the network learns to give, one output each.'),
  validation: validationSchema,
  standardize: standardizeSchema,
});

export const ACTIVATIONS = ['relu', 'tanh', 'sigmoid', 'softplus', 'elu', 'gelu', 'silu'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

export const networkSchema = z.strictObject({
  hidden: z
    .array(z.int().min(1).max(16384))
    .max(16)
    .default([64, 64])
    .describe(
      'Width of each hidden layer. The last layer is always plain linear, one output per target. Two layers of 64 follow most tables of some columns and train in seconds.',
    ),
  activation: z
    .enum(ACTIVATIONS)
    .default('relu')
    .describe(
      'Activation after each hidden layer; never after the last. As PyTorch has them by default: "elu" with α = 1, "softplus" with β = 1, "gelu" the exact one (erf), "silu" is x·sigmoid(x). "relu" is the cheapest and the usual one.',
    ),
  from: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Weights to start from instead of random ones: a safetensors file of a chain of linear layers as PyTorch names them (0.weight, 0.bias, 2.weight, …), in the units of the data, relative to this file. "hidden" then follows from it; "activation" has to be the one that the network was made with. Before the first step the outputs are those of that network.',
    ),
});

/** Well within what the 32-bit numbers of a network hold. */
const boundValue = z.number().min(-1e30).max(1e30);

const boundSchema = z.strictObject({
  min: boundValue.optional().describe("Smallest allowed output, in the target's own units."),
  max: boundValue.optional().describe("Largest allowed output, in the target's own units."),
});
export type Bound = z.output<typeof boundSchema>;

export const constraintSchema = z
  .object({
    min: boundValue
      .optional()
      .describe("Smallest allowed output of every target, in the targets' own units; 0 is positivity."),
    max: boundValue.optional().describe("Largest allowed output of every target, in the targets' own units."),
    tolerance: z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .describe(
        'An output may lie this many standard deviations of its target outside and still count as feasible in the verdict. A hundredth is more than a settled training trembles, and less than shows in the data.',
      ),
  })
  .catchall(boundSchema)
  .describe(
    'Bounds of the outputs: "min", "max", or per target { "wind": { "min": 0, "max": 60 } }, which replaces the general ones.',
  );

export const LOSSES = ['mse', 'mae', 'huber'] as const;
export const SCHEDULES = ['constant', 'cosine'] as const;

const trainingFields = {
  loss: z
    .enum(LOSSES)
    .describe(
      'Mean over samples and outputs of the squared ("mse"), absolute ("mae") or Huber ("huber", δ = 1) error. The squared one gives the mean of what is likely, and can be polished; the others mind outliers less.',
    ),
  optimizer: z
    .enum(OPTIMIZER_NAMES)
    .describe(
      'How the weights descend: "adam", which suits most data as it is, or "sgd", plain descent whose learning rate has to suit the loss.',
    ),
  learningRate: z
    .number()
    .positive()
    .max(100)
    .describe(
      'Step size of the weights, in training units: with "adam" about how far each moves a step, with "sgd" a factor of the gradient. The default is the usual one of Adam; plain descent takes ten to a hundred times as much.',
    ),
  schedule: z
    .enum(SCHEDULES)
    .describe(
      'Learning rate over time: "constant", or "cosine" from its value down to 0 over all steps, which settles outputs at their bounds. Constant by default, so that a training of more epochs starts like one of fewer.',
    ),
  momentum: z
    .number()
    .min(0)
    .max(0.9999)
    .describe(
      'Momentum of "sgd", the share of the last step that is taken again (0 to 0.9999); "adam" does not use it. 0, none, by default; 0.9 is usual.',
    ),
  batchSize: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe(
      'Rows per step; the last batch of an epoch may be smaller and trains like the others. 32 learns much from few rows; more are faster by the epoch, and calmer.',
    ),
  epochs: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe(
      'Passes over the training rows. 50 show in seconds where it goes; multipliers, which move once a pass, often want some hundred.',
    ),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .describe(
      'Seed of the split, the first weights and the order of the batches. Fixed by default, so that the same file gives the same run; another tells chance from cause.',
    ),
  boundMargin: z
    .number()
    .min(0)
    .max(10)
    .describe(
      'How much further inside than the bounds outputs are trained to stay, in standard deviations of their target, so that rows never trained on have room. Figures and verdict go by the bounds themselves. 0 by default, since room costs fit.',
    ),
  polish: z
    .boolean()
    .describe(
      'After the last epoch, solve the last layer exactly with its features frozen: the lowest squared error whose outputs keep the bounds on every training row. Needs the loss "mse". Off by default: what is trained is what is kept.',
    ),
  engine: z
    .enum(ENGINE_CHOICES)
    .describe(
      'What executes the steps: "auto" takes the fastest that loads on this machine, "onnx", "tensorflow" or "wasm" that one. The command line\'s "--engine" goes before it; the setting of the editor counts where it is "auto".',
    ),
};

export const trainingSchema = z.strictObject({
  loss: trainingFields.loss.default('mse'),
  optimizer: trainingFields.optimizer.default('adam'),
  learningRate: trainingFields.learningRate.default(0.001),
  schedule: trainingFields.schedule.default('constant'),
  momentum: trainingFields.momentum.default(0),
  batchSize: trainingFields.batchSize.default(32),
  epochs: trainingFields.epochs.default(50),
  seed: trainingFields.seed.default(0),
  boundMargin: trainingFields.boundMargin.default(0),
  polish: trainingFields.polish.default(false),
  engine: trainingFields.engine.default('auto'),
});
export type Training = z.output<typeof trainingSchema>;

/** A variant may override anything in `training` and sets the fields of its method, and no other's. */
const trainingOverrides = z.strictObject(trainingFields).partial();

const variantSchemas = METHODS.map((method) =>
  z
    .strictObject({
      // What is said over a method's name is put beside the branches, in `jsonSchema.ts`.
      method: z.literal(method.name),
      ...method.fields.shape,
      ...trainingOverrides.shape,
    })
    .describe(method.summary),
);

export const variantSchema = z.discriminatedUnion(
  'method',
  variantSchemas as [(typeof variantSchemas)[number], ...typeof variantSchemas],
);

export const experimentSchema = z.strictObject({
  $schema: z.string().optional().describe('Address of a JSON Schema; editors with Orthant know it already.'),
  data: dataSchema.describe('Where the samples come from and which columns are used.'),
  network: networkSchema.prefault({}).describe('The network: hidden layers and a plain linear last layer.'),
  constraint: constraintSchema,
  training: trainingSchema.prefault({}).describe('How every variant trains unless it says otherwise.'),
  variants: z
    .record(z.string().min(1).max(80), variantSchema)
    .describe('Named ways to train: each takes a method, its fields, and anything of "training" it changes.'),
  sweep: sweepSchema.optional(),
});

type ParsedExperiment = z.output<typeof experimentSchema>;

export type Experiment = Omit<ParsedExperiment, 'network'> & {
  network: Omit<ParsedExperiment['network'], 'hidden'> & {
    /** `null` where it follows from the file of `from`, which has not been read yet. */
    hidden: number[] | null;
  };
};
export type DataSection = Experiment['data'];

/** One variant with everything filled in: what a training gets. */
export interface ResolvedVariant {
  name: string;
  method: string;
  /** The method's own fields, with defaults. */
  fields: Record<string, unknown>;
  training: Training;
}

export const TRAINING_FIELD_NAMES = Object.keys(trainingFields) as (keyof Training)[];

export function resolveVariant(experiment: Experiment, name: string): ResolvedVariant | undefined {
  // A name may be one that every object has, such as "constructor".
  if (!Object.hasOwn(experiment.variants, name)) return undefined;
  const { method, ...rest } = experiment.variants[name] as Record<string, unknown> & { method: string };
  const isTraining = ([key]: [string, unknown]): boolean => (TRAINING_FIELD_NAMES as string[]).includes(key);
  const overrides = Object.fromEntries(Object.entries(rest).filter(isTraining));
  const fields = Object.fromEntries(Object.entries(rest).filter((entry) => !isTraining(entry)));
  return { name, method, fields, training: { ...experiment.training, ...overrides } };
}

/** Widths of the hidden layers, of an experiment that is trained: there they are known, a file that they follow from was read. */
export function hiddenOf({ network }: Experiment): readonly number[] {
  if (network.hidden === null) throw new Error(`internal: the hidden layers of ${network.from} were not read`);
  return network.hidden;
}

/** Where a variant's value for a field of "training" comes from: from itself, or from what all share. */
export function placeOfTrainingField(experiment: Experiment, variant: string, field: keyof Training): string[] {
  const own = experiment.variants[variant] as Partial<Training>;
  return own[field] === undefined ? ['training', field] : ['variants', variant, field];
}

/** Bounds of one target in its own units: its own entry replaces the general one whole. */
export function boundsOf(experiment: Experiment, target: string): { min: number | null; max: number | null } {
  const { constraint } = experiment;
  const isGeneral = target === 'tolerance' || target === 'min' || target === 'max';
  const bound = !isGeneral && Object.hasOwn(constraint, target) ? (constraint[target] as Bound) : constraint;
  return { min: bound.min ?? null, max: bound.max ?? null };
}
