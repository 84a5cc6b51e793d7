/**
 * A run's variant as one PyTorch script: rows, split, scaling, network, first weights, method, optimizer and order of the
 * batches are those of the run, and only what this variant needs is in it. Writes text; reads no file.
 */
import { boundsOf } from '../../experiment/schema';
import { findMethod } from '../../methods/registry';
import { featureRange } from '../../network/featureRange';
import { boundsInTrainingUnits, violation } from './constraint';
import { firstLayer, network } from './network';
import type { PartContext } from './part';
import { PARTS } from './parts';
import { polish } from './polish';
import { RANDOM_NUMBERS } from './randomNumbers';
import { results } from './results';
import { readRows, scaleRows } from './rows';
import { docstring, settings } from './settings';
import type { Plan, Subject } from './subject';
import { figures, training } from './training';

/** @throws Error with a message for a person when the run was trained with what no script knows. */
export function pytorchScript(subject: Subject): string {
  const plan = planOf(subject);
  const body = [
    settings(plan),
    RANDOM_NUMBERS,
    section('Rows', readRows(plan)),
    section('Scaling', scaleRows(plan)),
    section('Bounds', boundsInTrainingUnits(plan)),
    section('Network', network(plan)),
    section(plan.method.title, violation(plan), plan.part.code, firstLayer(plan)),
    section('Figures', figures(plan)),
    section('Exact last layer', plan.polishes ? polish(plan) : ''),
    section('Training', training(plan)),
    section('Results', results(plan)),
  ]
    .filter((text) => text !== '')
    .join('\n\n\n');
  return tidied(`${docstring(plan)}\n\n${imports(body)}\n\n${body}\n`);
}

/** All fields that a script goes by, or that change no number. One that came later must not be passed over in silence. */
const KNOWN: { readonly [Section in 'data' | 'network' | 'training']: readonly string[] } = {
  data: ['source', 'query', 'inputs', 'targets', 'validation', 'standardize'],
  network: ['hidden', 'activation', 'from'],
  training: [
    ...['loss', 'optimizer', 'learningRate', 'schedule', 'momentum', 'batchSize', 'epochs', 'seed', 'boundMargin'],
    ...['polish', 'engine'],
  ],
};

function refuseUnknown({ experiment, variant }: Subject): void {
  const sections = { data: experiment.data, network: experiment.network, training: variant.training };
  for (const [section, fields] of Object.entries(sections)) {
    const known = KNOWN[section as keyof typeof KNOWN];
    const unknown = Object.entries(fields).find(([field, value]) => value !== undefined && !known.includes(field));
    if (unknown === undefined) continue;
    throw new Error(
      `The run was trained with "${section}.${unknown[0]}", which scripts don't know yet: one without it would train another network. Export the network itself with "--format safetensors" or "onnx".`,
    );
  }
}

function planOf(subject: Subject): Plan {
  refuseUnknown(subject);
  const { experiment, variant } = subject;
  const method = findMethod(variant.method);
  const makePart = PARTS[variant.method];
  if (method === undefined || makePart === undefined) throw new Error(`internal: no PyTorch for ${variant.method}`);
  const functions = method.bind(variant.fields);
  const bounds = experiment.data.targets.map((name) => boundsOf(experiment, name));
  const context = contextOf(subject, bounds);
  const part = context === null ? PARTS.unconstrained!({}, NO_BOUNDS) : makePart(variant.fields, context);
  const polishes = variant.training.polish || functions.polishes === true;
  return { ...subject, method, functions, part, context, polishes, bounds };
}

const NO_BOUNDS: PartContext = { sides: 'lower', isEveryBounded: false, features: null };

function contextOf({ experiment, layers }: Subject, bounds: Plan['bounds']): PartContext | null {
  const [hasLower, hasUpper] = [bounds.some(({ min }) => min !== null), bounds.some(({ max }) => max !== null)];
  if (!hasLower && !hasUpper) return null;
  return {
    sides: hasLower && hasUpper ? 'both' : hasLower ? 'lower' : 'upper',
    isEveryBounded: bounds.every(({ min, max }) => (!hasLower || min !== null) && (!hasUpper || max !== null)),
    features: featureRange({ layers, activation: experiment.network.activation }),
  };
}

function section(title: string, ...parts: readonly string[]): string {
  const filled = parts.filter((part) => part !== '');
  if (filled.length === 0) return '';
  const blank = /^(def|class|@)/.test(filled[0]!) ? '\n\n\n' : '\n\n';
  return `# ${title}${blank}${filled.join('\n\n\n')}`;
}

const MODULES = ['copy', 'csv', 'glob', 'hashlib', 'json', 'math'] as const;

/** Those of the standard library, then those to be installed. */
function imports(body: string): string {
  const isUsed = (name: string): boolean => new RegExp(`\\b${name}\\.`).test(body);
  return [
    ...MODULES.filter(isUsed).map((name) => `import ${name}`),
    'from pathlib import Path',
    '',
    ...(isUsed('duckdb') ? ['import duckdb'] : []),
    'import numpy as np',
    'import torch',
    'from torch import nn',
    ...(isUsed('F') ? ['from torch.nn import functional as F'] : []),
  ].join('\n');
}

/** Two blank lines after a definition that more code follows at the top level, and never more than two. */
function tidied(text: string): string {
  return text.replace(/\n{4,}/g, '\n\n\n');
}
