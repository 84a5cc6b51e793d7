/** What is wrong with one variant: fields that do nothing, its method's own complaints, a polish that can't be. */
import type { ExperimentFacts, MethodFix } from '../methods/method';
import { findMethod } from '../methods/registry';
import { unconstrained } from '../methods/unconstrained';
import { activationRange } from '../network/featureRange';
import type { ExperimentEdit, ProblemFix } from '../protocol/problems';
import { fix, preferred, removeField, setField, withFixes } from './fixes';
import type { JsonPath, ProblemAtPath } from './problems';
import {
  boundsOf,
  type Experiment,
  type ResolvedVariant,
  resolveVariant,
  TRAINING_FIELD_NAMES,
  type Training,
} from './schema';
import { valueAt } from './schemaAt';

interface Variant extends ResolvedVariant {
  readonly path: JsonPath;
  /** What it gives itself, as its file has it: no defaults, nothing of "training". */
  readonly own: Readonly<Record<string, unknown>>;
}

/** `root` is the experiment as its file has it, without defaults. */
export function checkVariant(experiment: Experiment, name: string, root: unknown): ProblemAtPath[] {
  const path = ['variants', name];
  const own = valueAt(root, path) as Record<string, unknown>;
  const variant: Variant = { ...resolveVariant(experiment, name)!, path, own };
  const problems = [
    ...unusedMargin(variant),
    ...unusedMomentum(experiment, variant),
    ...methodProblems(experiment, variant),
    ...impossiblePolish(variant),
    ...changedStart(experiment, variant),
  ];
  // Of a field that is wrong as it is, nobody needs to hear that it could be left out.
  const isSaid = ({ path: place }: ProblemAtPath): boolean =>
    problems.some((problem) => problem.path.join() === place.join());
  return [...problems, ...shadowedFields(experiment, variant).filter((problem) => !isSaid(problem))];
}

function unusedMargin({ name, method, path, own, training }: Variant): ProblemAtPath[] {
  if (method !== unconstrained.name || !(Number(own.boundMargin ?? 0) > 0) || training.polish) return [];
  const message = `The variant "${name}" trains without a constraint, so there is no bound to keep a margin from. Remove "boundMargin", or take a method that keeps the bounds.`;
  return [unused('experiment.unused-margin', message, [...path, 'boundMargin'])];
}

/** What stands there does nothing. */
function unused(code: string, message: string, path: JsonPath): ProblemAtPath {
  return { code, severity: 'warning', message, path, fixes: [preferred(removeField(path))], isUnnecessary: true };
}

function unusedMomentum(experiment: Experiment, { name, path, own, training }: Variant): ProblemAtPath[] {
  const { momentum, optimizer } = training;
  if (momentum === 0 || optimizer === 'sgd') return [];
  const isOwn = own.momentum !== undefined || own.optimizer !== undefined;
  const message = `The variant "${name}" trains with "${optimizer}", which has no use for the momentum ${momentum}. Remove "momentum", or set "optimizer": "sgd".`;
  const shared = ['training', 'momentum'];
  const place = isOwn ? [...path, 'momentum'] : shared;
  // Where "training" gives one too, that of the variant can't just go; where another variant uses it, it has to stay.
  const isForNobody = own.momentum === undefined ? !isUsed(experiment) : experiment.training.momentum === 0;
  const goes = own.momentum === undefined ? shared : [...path, 'momentum'];
  const optimizerPath = [...(own.optimizer === undefined ? ['training'] : path), 'optimizer'];
  return [
    {
      code: 'experiment.unused-momentum',
      severity: 'warning',
      message,
      path: place,
      isUnnecessary: isForNobody && !(isOwn && own.momentum === undefined),
      fixes: [
        preferred(isForNobody ? removeField(goes) : setField([...path, 'momentum'], 0)),
        setField(optimizerPath, 'sgd'),
      ],
    },
  ];
}

/** Whether a variant makes use of the momentum that "training" gives. */
function isUsed(experiment: Experiment): boolean {
  return Object.entries(experiment.variants).some(
    ([name, own]) =>
      resolveVariant(experiment, name)!.training.optimizer === 'sgd' &&
      (own as { momentum?: number }).momentum === undefined,
  );
}

/** Fields of "training" that the variant repeats with the same value. */
function shadowedFields({ training }: Experiment, { name, path, own }: Variant): ProblemAtPath[] {
  return TRAINING_FIELD_NAMES.filter((field) => own[field] !== undefined && own[field] === training[field]).map(
    (field): ProblemAtPath => {
      const value = JSON.stringify(training[field]);
      const message = `"${field}" is ${value} for every variant that says nothing else, so "${name}" need not say it.`;
      const place = [...path, field];
      return {
        code: 'experiment.shadowed-field',
        severity: 'hint',
        message: `${message} Remove it.`,
        path: place,
        at: 'key',
        fixes: [preferred(removeField(place))],
        isUnnecessary: true,
      };
    },
  );
}

function methodProblems(experiment: Experiment, variant: Variant): ProblemAtPath[] {
  return findMethod(variant.method)!
    .check(variant.fields, factsOf(experiment, variant))
    .map(({ field, fixes = [], ...problem }) => ({
      ...problem,
      path: [...variant.path, field],
      ...withFixes(fixes.map((each) => toProblemFix(each, variant))),
    }));
}

function toProblemFix({ title, fields = {}, network = {}, isPreferred }: MethodFix, variant: Variant): ProblemFix {
  const { path, own } = variant;
  const next = typeof fields.method === 'string' ? findMethod(fields.method)!.fields.shape : null;
  const isForeign = (field: string): boolean =>
    next !== null && !Object.hasOwn(next, field) && Object.hasOwn(variant.fields, field);
  const removals = Object.keys(own).filter((field) => fields[field] === null || isForeign(field));
  const edits: ExperimentEdit[] = [
    ...Object.entries(fields).flatMap(([field, value]): ExperimentEdit[] =>
      value === null ? [] : [{ kind: 'set', path: [...path, field], value }],
    ),
    ...removals.map((field): ExperimentEdit => ({ kind: 'remove', path: [...path, field] })),
    ...Object.entries(network).map(
      ([field, value]): ExperimentEdit => ({ kind: 'set', path: ['network', field], value }),
    ),
  ];
  const made = fix(title, ...edits);
  return isPreferred ? preferred(made) : made;
}

/** What a method's `check` asks for. */
export function factsOf(experiment: Experiment, { training }: ResolvedVariant): ExperimentFacts {
  const { network, data } = experiment;
  // Before the file is read that they follow from, that there is one.
  const hiddenLayers = network.hidden?.length ?? 1;
  return {
    activation: network.activation,
    features: hiddenLayers === 0 ? null : activationRange(network.activation),
    hiddenLayers,
    loss: training.loss,
    optimizer: training.optimizer,
    targets: data.targets.map((name) => ({ name, ...boundsOf(experiment, name) })),
  };
}

/** A network to start from is one with a plain linear last layer, which some methods put another in place of. */
function changedStart({ network: { from } }: Experiment, { name, method, fields, path }: Variant): ProblemAtPath[] {
  if (from === undefined) return [];
  const { head, lastLayer, startInside } = findMethod(method)!.bind(fields);
  const place = [...path, 'method'];
  if (head !== undefined) {
    const message = `The variant "${name}" can't start from "${from}": "${method}" puts a head behind the last layer, so that the same weights would predict something else. Take a method that keeps the last layer linear, or leave out "from".`;
    return [{ code: 'weights.method-with-head', severity: 'error', message, path: place }];
  }
  if (lastLayer === undefined && startInside === undefined) return [];
  const what =
    lastLayer === undefined
      ? 'shifts its last layer until all training outputs are inside the bounds'
      : 'makes its last layer fit the bounds';
  const message = `The variant "${name}" does not start with the outputs of "${from}": "${method}" ${what}, before the first step.`;
  return [{ code: 'weights.start-moved', severity: 'information', message, path: place }];
}

/** An exact last layer needs a squared error, and an output that is that layer's. */
function impossiblePolish({ name, method, fields, training, path, own }: Variant): ProblemAtPath[] {
  const { polishes = false, head, lastLayer } = findMethod(method)!.bind(fields);
  if (!training.polish && !polishes) return [];
  const ownPolish = [...path, 'polish'];
  if (polishes && own.polish === false) {
    const message = `The variant "${name}" is polished all the same: that is what the method "polish" does. Remove "polish": false, or take the method "unconstrained".`;
    return [unused('experiment.polish-all-the-same', message, ownPolish)];
  }
  const asked = polishes ? [...path, 'method'] : ownPolish;
  const place = polishes || own.polish !== undefined ? asked : ['training', 'polish'];
  const without: ProblemFix[] = polishes ? [] : [withoutPolish(ownPolish, own)];
  if (head !== undefined || lastLayer !== undefined) {
    const message = `The variant "${name}" can't be polished: "${method}" has ${head === undefined ? 'a last layer of its own make' : 'a head after the linear layer'}, which the exact solution would undo. Set "polish": false for it.`;
    return [
      {
        code: 'experiment.polish-without-plain-layer',
        severity: 'error',
        message,
        path: place,
        fixes: without.map(preferred),
      },
    ];
  }
  if (training.loss === 'mse') return [];
  const message = `The variant "${name}" can't be polished: the last layer is solved exactly for the loss "mse" only, and it trains with "${training.loss}". Set "loss": "mse" or leave out the polish.`;
  const loss: keyof Training = 'loss';
  const atLoss = own.loss === undefined ? place : [...path, loss];
  return [
    {
      code: 'experiment.polish-needs-mse',
      severity: 'error',
      message,
      path: atLoss,
      fixes: [setField([...path, loss], 'mse'), ...without],
    },
  ];
}

/** `false` over what "training" asks for; one that stands there is changed. */
function withoutPolish(path: JsonPath, own: Readonly<Record<string, unknown>>): ProblemFix {
  return own.polish === undefined
    ? fix('Do not polish this variant', ...setField(path, false).edits)
    : setField(path, false);
}
