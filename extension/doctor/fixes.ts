/** Fixes as edits of the variant that was trained. */
import { findMethod } from '../methods/registry';
import type { FieldEdit, Fix } from '../protocol/diagnosis';
import { multiplierScale } from './loss';
import type { Subject } from './observation';
import { rounded } from './words';

export type FieldValues = Readonly<Record<string, FieldEdit['value']>>;

/** Other values for fields of the variant; its own come before those of "training". */
export function setFields({ variant }: Subject, label: string, values: FieldValues): Fix {
  return {
    label,
    edits: Object.entries(values).map(([field, value]) => ({ path: ['variants', variant.name, field], value })),
  };
}

/** Another method with these fields; of the old one's fields those stay that the new one has, too, and makes use of. */
export function changeMethod(subject: Subject, label: string, method: string, values: FieldValues): Fix {
  const { fields, training } = subject.variant;
  const next = findMethod(method)!;
  const known = next.fields.shape;
  const accepted = Object.entries(fields).filter(([field, value]) => known[field]?.safeParse(value).success);
  const given = next.fields.parse({ ...Object.fromEntries(accepted), ...values });
  const useless = new Set(next.check(given, subject.facts).map(({ field }) => field));
  const kept = new Set(accepted.map(([field]) => field).filter((field) => !useless.has(field)));
  const removals = Object.fromEntries(
    Object.keys(fields).flatMap((field) => (kept.has(field) ? [] : [[field, null] as const])),
  );
  const { head, lastLayer } = next.bind({});
  // Only a plain last layer can be solved exactly.
  const polish: FieldValues = training.polish && (head ?? lastLayer) !== undefined ? { polish: false } : {};
  return setFields(subject, label, { method, ...removals, ...polish, ...values });
}

/** The first of these methods that this experiment can take as it is. */
export function firstSuitable({ facts }: Subject, methods: readonly string[]): string | undefined {
  return methods.find((name) => {
    const method = findMethod(name)!;
    return method.check(method.fields.parse({}), facts).every(({ severity }) => severity === 'information');
  });
}

/** Of `augmented-lagrangian`, for terms that are averaged: its strength c, and its multipliers' step for batches. */
const USUAL_STRENGTH = 20;
const STEP_PER_STRENGTH = 2.5;
/** Where every step visits every sample, multipliers with that step would run ahead of the weights. */
const FULL_BATCH_STEP_PER_STRENGTH = 0.05;

/**
 * The augmented Lagrangian in place of this method: no slacks, and multipliers instead of a strength that is never
 * enough. `strength` is c and `step` η_λ, where the old method tells them.
 */
export function takeAugmentedLagrangian(subject: Subject, strength?: number, step?: number): Fix {
  const c = strength ?? USUAL_STRENGTH / multiplierScale(subject);
  const dual = step ?? c * (subject.stepsPerEpoch > 1 ? STEP_PER_STRENGTH : FULL_BATCH_STEP_PER_STRENGTH);
  return changeMethod(subject, 'Use the augmented Lagrangian', 'augmented-lagrangian', {
    penaltyCoefficient: rounded(c),
    dualLearningRate: rounded(dual),
  });
}

/** A numeric field of the method, or `null` where it has none of that name. */
export function numberField({ variant }: Subject, field: string): number | null {
  const value = variant.fields[field];
  return typeof value === 'number' ? value : null;
}
