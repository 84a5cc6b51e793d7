/** What the sections of an experiment say about each other, and needs no data to know. */
import { unconstrained } from '../methods/unconstrained';
import type { ExperimentEdit, ProblemFix } from '../protocol/problems';
import { changeTo, fix, preferred, removeField, setField, withFixes } from './fixes';
import { IssueFixes } from './issueFixes';
import { unknownTarget } from './issues';
import { listNames } from './names';
import type { JsonPath, ProblemAtPath } from './problems';
import { boundsOf, type Experiment } from './schema';
import { STARTING_HIDDEN, STARTING_VARIANTS } from './starters';
import { checkSweep } from './sweep/check';
import { trialOf } from './sweep/trial';
import { checkVariant } from './variantChecks';

/** `root` is the experiment as its file has it, without defaults. */
export function checkExperiment(experiment: Experiment, root: unknown): ProblemAtPath[] {
  return [
    ...checkColumns(experiment),
    ...checkBounds(experiment, root),
    ...checkNetwork(experiment),
    ...checkVariants(experiment, root),
    ...(experiment.sweep === undefined ? [] : checkSweep(experiment, experiment.sweep, trialOf(root, checkExperiment))),
  ];
}

const ROLES = ['inputs', 'targets'] as const;

function checkColumns(experiment: Experiment): ProblemAtPath[] {
  const { data } = experiment;
  const problems: ProblemAtPath[] = [];
  for (const role of ROLES) {
    data[role].forEach((column, index) => {
      if (data[role].indexOf(column) === index) return;
      const message = `The column "${column}" stands in "${role}" twice. Remove one of the two.`;
      const path = ['data', role, index];
      const fixes = [preferred(fix('Remove this one', { kind: 'remove', path }))];
      problems.push({ code: 'experiment.duplicate-column', severity: 'error', message, path, fixes });
    });
  }
  data.inputs.forEach((column, index) => {
    if (!data.targets.includes(column)) return;
    const message = `"${column}" is a target and an input: the network would only copy it. Remove it from one of the two.`;
    problems.push({
      code: 'experiment.target-is-input',
      severity: 'error',
      message,
      path: ['data', 'inputs', index],
      ...withFixes(removalsFrom(experiment, column)),
    });
  });
  const { validation } = data;
  if (typeof validation === 'object' && data.targets.includes(validation.column)) {
    const message = `Holding out the rows where the target "${validation.column}" is ${JSON.stringify(validation.equals)} leaves none of them to train on, so the two splits differ in what they predict.`;
    problems.push({
      code: 'experiment.validation-by-target',
      severity: 'warning',
      message,
      path: ['data', 'validation', 'column'],
      fixes: [HOLD_OUT_A_SHARE],
    });
  }
  return problems;
}

/** The default, in place of a column that decides. */
export const HOLD_OUT_A_SHARE: ProblemFix = fix('Hold out a fifth of the rows instead', {
  kind: 'set',
  path: ['data', 'validation'],
  value: 0.2,
});

/** From the inputs first: a target is what the experiment is about, and goes only if asked. No list is left empty. */
function removalsFrom({ data, constraint }: Experiment, column: string): ProblemFix[] {
  const removals: ProblemFix[] = [];
  const removal = (role: (typeof ROLES)[number]): ExperimentEdit => ({
    kind: 'remove',
    path: ['data', role, data[role].indexOf(column)],
  });
  if (data.inputs.length > 1) removals.push(preferred(fix('Remove it from "inputs"', removal('inputs'))));
  if (data.targets.length > 1) {
    // A bound of its own would be left behind, of no target.
    const ownBound: ExperimentEdit[] = isOwnBound(constraint, column)
      ? [{ kind: 'remove', path: ['constraint', column] }]
      : [];
    removals.push(fix('Remove it from "targets"', removal('targets'), ...ownBound));
  }
  return removals;
}

/** A target may be called like a general bound, `min`, which is a number. */
function isOwnBound(constraint: Experiment['constraint'], target: string): boolean {
  return Object.hasOwn(constraint, target) && typeof constraint[target] === 'object';
}

function checkBounds(experiment: Experiment, root: unknown): ProblemAtPath[] {
  const { constraint, data } = experiment;
  const problems: ProblemAtPath[] = [];
  const checkOrder = (bound: { min?: number; max?: number }, path: JsonPath, whose: string): void => {
    const { min, max } = bound;
    if (min === undefined || max === undefined || min <= max) return;
    const message = `No output${whose} can be at least ${min} and at most ${max}. Swap "min" and "max", or remove one.`;
    const [atMin, atMax] = [
      [...path, 'min'],
      [...path, 'max'],
    ];
    const swap = fix(
      'Swap "min" and "max"',
      { kind: 'set', path: atMin!, value: max },
      { kind: 'set', path: atMax!, value: min },
    );
    problems.push({
      code: 'experiment.min-above-max',
      severity: 'error',
      message,
      path: atMin!,
      fixes: [swap, removeField(atMax!), removeField(atMin!)],
    });
  };
  checkOrder(constraint, ['constraint'], '');
  const { min: _min, max: _max, tolerance: _tolerance, ...own } = constraint;
  // It reads the whole experiment: once, and only if it is needed.
  let fixes: IssueFixes | null = null;
  for (const [target, bound] of Object.entries(own)) {
    if (!data.targets.includes(target)) {
      fixes ??= new IssueFixes(root);
      problems.push(unknownTarget(target, data.targets, fixes));
    } else checkOrder(bound as { min?: number; max?: number }, ['constraint', target], ` "${target}"`);
  }

  const isBound = (target: string): boolean => {
    const { min, max } = boundsOf(experiment, target);
    return min !== null || max !== null;
  };
  const needing = Object.entries(experiment.variants)
    .filter(([, { method }]) => method !== unconstrained.name)
    .map(([name]) => name);
  if (needing.length > 0 && !data.targets.some(isBound)) {
    const message = `No target has a bound, so ${needing.length === 1 ? 'the variant' : 'the variants'} ${listNames(needing)} would have nothing to hold. Add "min": 0 for outputs that are never negative.`;
    // A target's own entry counts in place of the general bound, even an empty one.
    const general = data.targets.find((target) => !Object.hasOwn(own, target));
    const path = general === undefined ? ['constraint', data.targets[0]!, 'min'] : ['constraint', 'min'];
    const fixes = [setField(path, 0)];
    problems.push({ code: 'experiment.no-bound', severity: 'error', message, path: ['constraint'], fixes });
  }
  return problems;
}

function checkNetwork({ network }: Experiment): ProblemAtPath[] {
  if (network.hidden === null || network.hidden.length > 0) return [];
  const message =
    'With no hidden layer the network is one linear layer: each output is a weighted sum of the inputs plus a bias. Good for fitting a line or a plane; for anything bent add a layer, such as [64, 64].';
  const path = ['network', 'hidden'];
  const fixes = [changeTo(path, STARTING_HIDDEN)];
  return [{ code: 'experiment.linear-network', severity: 'information', message, path, fixes }];
}

function checkVariants(experiment: Experiment, root: unknown): ProblemAtPath[] {
  const names = Object.keys(experiment.variants);
  if (names.length === 0) {
    const message =
      'There is no variant to train. Add one, such as "penalty": { "method": "penalty" }, and "baseline": { "method": "unconstrained" } to compare it with.';
    const path = ['variants'];
    const fixes = [fix('Add a baseline and a penalty', { kind: 'set', path, value: STARTING_VARIANTS })];
    return [{ code: 'experiment.no-variants', severity: 'error', message, path, fixes }];
  }
  return names.flatMap((name) => checkVariant(experiment, name, root));
}
