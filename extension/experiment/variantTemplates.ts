/**
 * Variants to start from, at least one for each method: what editors complete, and what is added at a key press. Each has
 * the fields that are worth turning first, with values that suit data of a usual scale.
 */
import { METHODS } from '../methods/registry';

export interface VariantTemplate {
  /** What the variant is called unless somebody calls it otherwise. */
  readonly name: string;
  readonly method: string;
  /** What it is, in one line. */
  readonly summary: string;
  /** Beside `method`, in the order in which they are filled in. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

type Choice = Omit<VariantTemplate, 'method' | 'summary'> & { readonly summary?: string };

const CHOICES: Readonly<Record<string, readonly Choice[]>> = {
  unconstrained: [{ name: 'baseline', fields: {} }],
  penalty: [
    { name: 'penalty', fields: { alpha: 10 } },
    {
      name: 'exact-penalty',
      summary: 'Adds α times the violation itself to the loss: feasible for a finite α, with a kink at the bound.',
      fields: { form: 'exact', alpha: 10 },
    },
    {
      name: 'rising-penalty',
      summary: 'A penalty whose α grows from epoch to epoch: gentle at first, nearly feasible at the end.',
      fields: { alphaSchedule: 'geometric', alpha: 1, alphaEnd: 1000 },
    },
  ],
  'log-barrier': [{ name: 'barrier', fields: { t: 10, tEnd: 1000 } }],
  lagrangian: [{ name: 'lagrangian', fields: { dualLearningRate: 20, damping: 20 } }],
  'projected-lagrangian': [{ name: 'projected', fields: { dualLearningRate: 50 } }],
  'augmented-lagrangian': [
    { name: 'augmented', fields: { penaltyCoefficient: 20, dualLearningRate: 50 } },
    {
      name: 'polished',
      summary: 'The augmented Lagrangian, and at its end the last layer solved exactly for its features.',
      fields: { penaltyCoefficient: 20, polish: true },
    },
  ],
  'nu-pi': [{ name: 'nu-pi', fields: { dualLearningRate: 50, proportionalGain: 0.5 } }],
  pid: [{ name: 'pid', fields: { integralGain: 50, proportionalGain: 20 } }],
  rate: [{ name: 'rate', fields: { percent: 1 } }],
  'nonnegative-weights': [{ name: 'nonnegative', fields: { form: 'projection' } }],
  'bounded-features': [{ name: 'bounded', fields: {} }],
  softplus: [{ name: 'softplus', fields: { sharpness: 1 } }],
};

/** In the order of the methods; one that has no fields to turn goes by its own name. */
export const VARIANT_TEMPLATES: readonly VariantTemplate[] = METHODS.flatMap(({ name, summary }) =>
  (CHOICES[name] ?? [{ name, fields: {} }]).map((choice) => ({ summary, ...choice, method: name })),
);
