/** What a variant trains with every default filled in, and the name of all that but its seed. Pure. */
import { createHash } from 'node:crypto';
import { rowsFingerprint } from '../data/rowsFingerprint';
import { findMethod } from '../methods/registry';
import type { LoadedVariant } from './prepare';

type Configured = Pick<LoadedVariant, 'experiment' | 'experimentPath' | 'variant' | 'dataset' | 'startWeights'>;

/** As `run.json` keeps it. The sweep that a file describes is no part of what one of its runs trains. */
export function resolvedExperiment({ experiment, variant }: Pick<Configured, 'experiment' | 'variant'>) {
  const { variants: _all, training: _general, sweep: _sweep, ...rest } = experiment;
  const fields = findMethod(variant.method)?.fields.parse(variant.fields);
  return { ...rest, training: variant.training, method: { name: variant.method, ...fields } };
}

/**
 * The same for runs that differ in nothing but their seed, and for no others: a digest of the experiment's path, the
 * variant's name and everything it trains with, the values of the data and of the weights it starts from among it: a file
 * that changed makes other runs, and their spread would not be that of chance.
 */
export function configurationOf({ experiment, experimentPath, variant, dataset, startWeights }: Configured): string {
  const { training, ...rest } = resolvedExperiment({ experiment, variant });
  const { seed: _seed, ...settings } = training;
  const text = JSON.stringify([
    experimentPath,
    variant.name,
    rest,
    settings,
    rowsFingerprint(dataset),
    startWeights?.fingerprint ?? null,
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
