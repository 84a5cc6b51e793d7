/** What a key of a sweep names: a field of `training` or `network`, which all its variants share, or one of a variant. */
import { findMethod } from '../../methods/registry';
import type { JsonPath } from '../problems';
import { type Experiment, networkSchema, TRAINING_FIELD_NAMES } from '../schema';
import type { Sweep, SweepValues } from '../sweepSchema';

/** Keys of a sweep that name no field. */
export const SWEEP_OPTIONS = ['random', 'variants'] as const;

const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  training: TRAINING_FIELD_NAMES,
  network: Object.keys(networkSchema.shape),
};

export interface SweepTarget {
  /** Whose runs it changes; `null` for all. */
  readonly variant: string | null;
  readonly field: string;
  /** Where its value stands in the experiment. */
  readonly path: JsonPath;
}

/** A key with its values, in the file's order. */
export function fieldsOf(sweep: Sweep): [key: string, values: SweepValues][] {
  const isOption = (key: string): boolean => (SWEEP_OPTIONS as readonly string[]).includes(key);
  return Object.entries(sweep).filter((entry): entry is [string, SweepValues] => !isOption(entry[0]));
}

/**
 * `training.x`, `network.x`, `<variant>.x`, or `variants.<variant>.x` for a variant called like a section. A name may hold
 * dots itself, so the longest one counts. `null` where there is no such section or variant; whether it has the field is
 * another question (`knownFields`).
 */
export function targetOf(experiment: Pick<Experiment, 'variants'>, key: string): SweepTarget | null {
  const dot = key.indexOf('.');
  const section = key.slice(0, Math.max(0, dot));
  if (Object.hasOwn(SECTIONS, section)) {
    const field = key.slice(dot + 1);
    return { variant: null, field, path: [section, field] };
  }
  const rest = section === 'variants' ? key.slice(dot + 1) : key;
  const variant = Object.keys(experiment.variants)
    .filter((name) => rest.startsWith(`${name}.`))
    .sort((a, b) => b.length - a.length)[0];
  if (variant === undefined) return null;
  const field = rest.slice(variant.length + 1);
  return { variant, field, path: ['variants', variant, field] };
}

/** What may stand behind the dot. */
export function knownFields(experiment: Pick<Experiment, 'variants'>, { variant, path }: SweepTarget): string[] {
  if (variant === null) return [...SECTIONS[path[0]!]!];
  return fieldsOfMethod(experiment.variants[variant]!.method);
}

function fieldsOfMethod(method: string): string[] {
  return [...Object.keys(findMethod(method)?.fields.shape ?? {}), ...TRAINING_FIELD_NAMES];
}

/** Every key that a sweep of this experiment may have: those of its variants first. */
export function sweepKeys(experiment: Pick<Experiment, 'variants'>): string[] {
  const shared = Object.entries(SECTIONS).flatMap(([section, fields]) => fields.map((field) => `${section}.${field}`));
  return [...variantKeys(experiment.variants), ...shared];
}

/** Those of its variants; one that is called like a section is named in full. */
export function variantKeys(variants: Readonly<Record<string, { readonly method: string }>>): string[] {
  return Object.entries(variants).flatMap(([name, { method }]) => {
    const prefix = Object.hasOwn(SECTIONS, name) || name === 'variants' ? `variants.${name}` : name;
    return fieldsOfMethod(method).map((field) => `${prefix}.${field}`);
  });
}

/** The variants that a sweep trains, in the file's order: those asked for, else those that a key names, else all. */
export function sweptVariants(experiment: Pick<Experiment, 'variants'>, sweep: Sweep): string[] {
  const all = Object.keys(experiment.variants);
  const named = new Set(sweep.variants ?? fieldsOf(sweep).flatMap(([key]) => targetOf(experiment, key)?.variant ?? []));
  return named.size === 0 ? all : all.filter((name) => named.has(name));
}
