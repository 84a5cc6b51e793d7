/** What the fields of an experiment say about each other, and needs no data to know. */
import type { ExperimentFacts } from '../methods/method';
import { findMethod } from '../methods/registry';
import { unconstrained } from '../methods/unconstrained';
import { activationRange } from '../network/featureRange';
import { unknownTarget } from './issues';
import { listNames } from './names';
import type { JsonPath, ProblemAtPath } from './problems';
import { boundsOf, type Experiment, type ResolvedVariant, resolveVariant } from './schema';

export function checkExperiment(experiment: Experiment): ProblemAtPath[] {
  return [
    ...checkColumns(experiment),
    ...checkBounds(experiment),
    ...checkNetwork(experiment),
    ...checkVariants(experiment),
    ...checkMethods(experiment),
    ...checkPolish(experiment),
  ];
}

function checkColumns({ data }: Experiment): ProblemAtPath[] {
  const problems: ProblemAtPath[] = [];
  for (const role of ['inputs', 'targets'] as const) {
    data[role].forEach((column, index) => {
      if (data[role].indexOf(column) < index) {
        const message = `The column "${column}" stands in "${role}" twice. Remove one of the two.`;
        problems.push({ code: 'experiment.duplicate-column', severity: 'error', message, path: ['data', role, index] });
      }
    });
  }
  data.inputs.forEach((column, index) => {
    if (!data.targets.includes(column)) return;
    const message = `"${column}" is a target and an input: the network would only copy it. Remove it from one of the two.`;
    problems.push({ code: 'experiment.target-is-input', severity: 'error', message, path: ['data', 'inputs', index] });
  });
  const { validation } = data;
  if (typeof validation === 'object') {
    const role = (['inputs', 'targets'] as const).find((each) => data[each].includes(validation.column));
    if (role === 'targets') {
      const message = `Holding out the rows where the target "${validation.column}" is ${JSON.stringify(validation.equals)} leaves none of them to train on, so the two splits differ in what they predict.`;
      problems.push({
        code: 'experiment.validation-by-target',
        severity: 'warning',
        message,
        path: ['data', 'validation', 'column'],
      });
    }
  }
  return problems;
}

function checkBounds(experiment: Experiment): ProblemAtPath[] {
  const { constraint, data } = experiment;
  const problems: ProblemAtPath[] = [];
  const checkOrder = (bound: { min?: number; max?: number }, path: JsonPath, whose: string): void => {
    if (bound.min === undefined || bound.max === undefined || bound.min <= bound.max) return;
    const message = `No output${whose} can be at least ${bound.min} and at most ${bound.max}. Swap "min" and "max", or remove one.`;
    problems.push({ code: 'experiment.min-above-max', severity: 'error', message, path: [...path, 'min'] });
  };
  checkOrder(constraint, ['constraint'], '');
  const { min: _min, max: _max, tolerance: _tolerance, ...own } = constraint;
  for (const [target, bound] of Object.entries(own)) {
    if (!data.targets.includes(target)) problems.push(unknownTarget(target, data.targets));
    else checkOrder(bound as { min?: number; max?: number }, ['constraint', target], ` "${target}"`);
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
    problems.push({ code: 'experiment.no-bound', severity: 'error', message, path: ['constraint'] });
  }
  return problems;
}

function checkNetwork({ network }: Experiment): ProblemAtPath[] {
  if (network.hidden.length > 0) return [];
  const message =
    'With no hidden layer the network is one linear layer: each output is a weighted sum of the inputs plus a bias. Good for fitting a line or a plane; for anything bent add a layer, such as [64, 64].';
  return [{ code: 'experiment.linear-network', severity: 'information', message, path: ['network', 'hidden'] }];
}

function checkVariants(experiment: Experiment): ProblemAtPath[] {
  const names = Object.keys(experiment.variants);
  if (names.length === 0) {
    const message =
      'There is no variant to train. Add one, such as "penalty": { "method": "penalty" }, and "baseline": { "method": "unconstrained" } to compare it with.';
    return [{ code: 'experiment.no-variants', severity: 'error', message, path: ['variants'] }];
  }
  return names.flatMap((name): ProblemAtPath[] => {
    const { training, method } = resolveVariant(experiment, name)!;
    const { boundMargin = 0 } = experiment.variants[name] as { boundMargin?: number };
    if (method === unconstrained.name && boundMargin > 0 && !training.polish) {
      const message = `The variant "${name}" trains without a constraint, so there is no bound to keep a margin from. Remove "boundMargin", or take a method that keeps the bounds.`;
      const path = ['variants', name, 'boundMargin'];
      return [{ code: 'experiment.unused-margin', severity: 'warning', message, path }];
    }
    if (training.momentum === 0 || training.optimizer === 'sgd') return [];
    const own = experiment.variants[name] as { momentum?: number; optimizer?: string };
    const isOwn = own.momentum !== undefined || own.optimizer !== undefined;
    const message = `The variant "${name}" trains with "${training.optimizer}", which has no use for the momentum ${training.momentum}. Remove "momentum", or set "optimizer": "sgd".`;
    const path = isOwn ? ['variants', name, 'momentum'] : ['training', 'momentum'];
    return [{ code: 'experiment.unused-momentum', severity: 'warning', message, path }];
  });
}

/** What each variant's method says of its fields in this experiment. */
function checkMethods(experiment: Experiment): ProblemAtPath[] {
  return Object.keys(experiment.variants).flatMap((name): ProblemAtPath[] => {
    const variant = resolveVariant(experiment, name)!;
    return findMethod(variant.method)!
      .check(variant.fields, factsOf(experiment, variant))
      .map(({ field, ...problem }) => ({ ...problem, path: ['variants', name, field] }));
  });
}

/** What a method's `check` asks for. */
export function factsOf(experiment: Experiment, { training }: ResolvedVariant): ExperimentFacts {
  const { network, data } = experiment;
  return {
    activation: network.activation,
    features: network.hidden.length === 0 ? null : activationRange(network.activation),
    hiddenLayers: network.hidden.length,
    loss: training.loss,
    optimizer: training.optimizer,
    targets: data.targets.map((name) => ({ name, ...boundsOf(experiment, name) })),
  };
}

/** An exact last layer needs a squared error, and an output that is that layer's. */
function checkPolish(experiment: Experiment): ProblemAtPath[] {
  return Object.keys(experiment.variants).flatMap((name): ProblemAtPath[] => {
    const { method, fields, training } = resolveVariant(experiment, name)!;
    const { polishes, head, lastLayer } = findMethod(method)!.bind(fields);
    if (!training.polish && polishes !== true) return [];
    const own = experiment.variants[name] as { loss?: string; polish?: boolean };
    if (polishes === true && own.polish === false) {
      const message = `The variant "${name}" is polished all the same: that is what the method "polish" does. Remove "polish": false, or take the method "unconstrained".`;
      return [
        { code: 'experiment.polish-all-the-same', severity: 'warning', message, path: ['variants', name, 'polish'] },
      ];
    }
    const asked = polishes === true ? ['variants', name, 'method'] : ['variants', name, 'polish'];
    const place = polishes === true || own.polish !== undefined ? asked : ['training', 'polish'];
    if (head !== undefined || lastLayer !== undefined) {
      const message = `The variant "${name}" can't be polished: "${method}" has ${head === undefined ? 'a last layer of its own make' : 'a head after the linear layer'}, which the exact solution would undo. Set "polish": false for it.`;
      return [{ code: 'experiment.polish-without-plain-layer', severity: 'error', message, path: place }];
    }
    if (training.loss === 'mse') return [];
    const message = `The variant "${name}" can't be polished: the last layer is solved exactly for the loss "mse" only, and it trains with "${training.loss}". Set "loss": "mse" or leave out the polish.`;
    const path = own.loss === undefined ? place : ['variants', name, 'loss'];
    return [{ code: 'experiment.polish-needs-mse', severity: 'error', message, path }];
  });
}
