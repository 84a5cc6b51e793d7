/**
 * Trains every method of the registry with its defaults on the weather example: the same rows, network and training
 * section for all, and several seeds. What comes out is the same every time but for the clock; nothing is written.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { getNodeValue, parseTree } from 'jsonc-parser';
import type { Method } from '../../extension/methods/method';
import { METHODS } from '../../extension/methods/registry';
import { formatProblem } from '../../extension/protocol/problems';
import { applyEvent, initialRunState, type RunState } from '../../extension/protocol/runState';
import { TrainingControl } from '../../extension/trainer/control';
import { type PreparedVariant, prepare } from '../../extension/trainer/prepare';
import { train } from '../../extension/trainer/train';

/** Parts of the experiment, each in place of the example's own. */
type Changes = Readonly<Record<string, unknown>>;

/** What a method can't do without and the example doesn't have. Everything else trains as the example says. */
const NEEDED_CHANGES: Readonly<Record<string, Changes>> = {
  sigmoid: { constraint: { precipitation: { min: 0, max: 60 }, wind: { min: 0, max: 10 } } },
  'bounded-features': { network: { hidden: [64, 64], activation: 'tanh' } },
};

/** Each draws first weights, batches and held-out rows of its own. The first one is shown, the others tell luck apart. */
const SEEDS = [0, 1, 2, 3, 4];
/** Of the run shown: 60 points of a curve. */
const MEASURE_EVERY_EPOCHS = 5;

export interface MethodRuns {
  readonly method: Method;
  /** What of the experiment was not the example's; `null` for most. */
  readonly changes: Changes | null;
  readonly variant: PreparedVariant;
  /** By seed. Those after the first are measured before training and at the end only. */
  readonly runs: readonly RunState[];
}

/** @throws Error when the experiment is refused for a method: then that method needs an entry in `NEEDED_CHANGES`. */
export async function trainMethods(example: string, say: (line: string) => void): Promise<MethodRuns[]> {
  const trained: MethodRuns[] = [];
  for (const method of METHODS) {
    const changes = NEEDED_CHANGES[method.name] ?? null;
    const variants = await prepareMethod(example, method, changes ?? {});
    const runs: RunState[] = [];
    for (const [index, variant] of variants.entries()) {
      const run = await trainOnce(variant, index === 0 ? MEASURE_EVERY_EPOCHS : variant.variant.training.epochs);
      if (run.error !== null) say(`${method.name}, ${variant.variant.name}: ${run.error}`);
      runs.push(run);
    }
    say(`${method.name}: ${runs.map(({ ended }) => ended!.summary.verdict.kind).join(', ')}`);
    trained.push({ method, changes, variant: variants[0]!, runs });
  }
  return trained;
}

/** A variant for each seed. */
async function prepareMethod(example: string, method: Method, changes: Changes): Promise<PreparedVariant[]> {
  const root = parseTree(readFileSync(example, 'utf8'), [], { allowTrailingComma: true });
  const ofSeeds = SEEDS.map((seed) => [`seed ${seed}`, { method: method.name, seed }]);
  const experiment = { ...getNodeValue(root!), ...changes, variants: Object.fromEntries(ofSeeds) };
  const text = JSON.stringify(experiment, null, 2);
  const { variants, problems } = await prepare({ experimentPath: path.resolve(example), text, engine: 'auto' });
  if (variants !== null) return variants;
  const reasons = problems.map((problem) => formatProblem(method.name, problem));
  throw new Error(
    `The weather example can't be trained by ${method.name}; NEEDED_CHANGES in scripts/docs/weather.ts is for that.\n${reasons.join('\n')}`,
  );
}

async function trainOnce(prepared: PreparedVariant, measureEveryEpochs: number): Promise<RunState> {
  const { name } = prepared.variant;
  let state = initialRunState({ run: name, experiment: prepared.experimentPath, variant: name });
  const events = train({ ...prepared, run: name, control: new TrainingControl(), measureEveryEpochs });
  for await (const event of events) state = applyEvent(state, event);
  return state;
}
