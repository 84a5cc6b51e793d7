/**
 * One variant in training: data in training units, step, session and rows. Knows how to train a few batches and how to
 * measure itself; when to do either is `train.ts`.
 */
import type { Dataset, Split } from '../data/dataset';
import { randomStream } from '../data/random';
import type { MeasuredValues } from '../doctor/observation';
import { type Engine, type Session, type TrainResult, UnsupportedStepError } from '../engines/engine';
import { boundsOf } from '../experiment/schema';
import { foldScaling, type NamedArray } from '../network/fold';
import { initializeParameters } from '../network/initialize';
import { lastLayerNames, parameterSpecs } from '../network/network';
import type { KktResiduals, LastLayerFloor, MultiplierSpread, SplitFigures } from '../protocol/figures';
import { type BinCounts, countBins } from '../protocol/histogram';
import type { TargetRows } from '../protocol/rows';
import { splitFigures } from '../step/figures';
import { kktResiduals, multiplierSpread, type SideValues } from '../step/kkt';
import { scheduledLearningRate } from '../step/schedule';
import { violationOf } from '../step/sides';
import { type ExactLayer, exactLayer, type LayerData, recoverMultipliers, zeroMultipliers } from './lastLayer';
import { type Plan, type PlanOptions, planOf } from './plan';
import { polishLastLayer } from './polish';
import { rowsBehind } from './rowsBehind';
import { gatherRows, RowTables } from './rowTables';
import { startInside } from './startInside';

/** Rows × features² up to which the exact last layer takes well under a second, so that every run can be told its floor. */
const FLOOR_BUDGET = 2e8;

export interface ModelOptions extends PlanOptions {
  readonly engine: Engine;
  /** First parameters in training units, weights `[in, out]`; drawn by the seed when absent. */
  readonly initialParameters?: Readonly<Record<string, Float32Array>>;
}

export interface Measures {
  readonly train: SplitFigures;
  readonly validation: SplitFigures | null;
  readonly multipliers: MultiplierSpread | null;
  readonly histograms: { train: Record<string, BinCounts>; validation: Record<string, BinCounts> | null };
}

interface ScaledSplit {
  readonly count: number;
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
}

export class Model {
  readonly #options: ModelOptions;
  readonly #plan: Plan;
  readonly #session: Session;
  readonly #train: ScaledSplit;
  readonly #validation: ScaledSplit;
  readonly #rows: RowTables;
  #polished: ExactLayer | null = null;

  private constructor(
    options: ModelOptions,
    parts: { plan: Plan; session: Session; train: ScaledSplit; validation: ScaledSplit; rows: RowTables },
  ) {
    this.#options = options;
    this.#plan = parts.plan;
    this.#session = parts.session;
    this.#train = parts.train;
    this.#validation = parts.validation;
    this.#rows = parts.rows;
  }

  static async create(options: ModelOptions, plan: Plan = planOf(options)): Promise<Model> {
    const { variant, dataset, engine } = options;
    const { shape, method, step, batchSize } = plan;
    const stream = randomStream(variant.training.seed, 'weights');
    const parameters = options.initialParameters ?? initializeParameters(shape, () => stream.uniform());
    const state = step.initialState(parameters);
    const session = await engine.createSession(step, state, { batchSize }).catch((error: unknown) => {
      if (!(error instanceof UnsupportedStepError)) throw error;
      throw new Error(`Engine "${engine.name}" can't train the method "${variant.method}": ${error.message}`);
    });
    try {
      const train = scaleSplit(dataset.train, dataset);
      if (method.startInside !== undefined) {
        const names = dataset.targets.map(({ name }) => name);
        await startInside(session, plan, train, method.startInside, names);
      }
      const outputs = await session.predict(train.inputs, train.count);
      const tables: Record<string, Float32Array> = {};
      for (const side of method.perOutput === undefined ? step.spec.sides : []) {
        for (const [row, values] of Object.entries(method.initialRows(violationOf(side, outputs)))) {
          tables[`${side.name}.${row}`] = values;
        }
      }
      const rows = new RowTables(tables, dataset.targets.length);
      return new Model(options, { plan, session, train, validation: scaleSplit(dataset.validation, dataset), rows });
    } catch (error) {
      session.dispose();
      throw error;
    }
  }

  get stepsPerCall(): number {
    return this.#session.stepsPerCall;
  }

  /** Trains the batches (indices of training rows, none twice) as steps `firstStep`, `firstStep + 1`, … of `epoch`. */
  async trainBatches(
    batches: readonly Uint32Array[],
    firstStep: number,
    epoch: number,
  ): Promise<Pick<TrainResult, 'loss' | 'penalty'>> {
    const { inputSize, targets } = this.#options.dataset;
    const result = await this.#session.train({
      counts: batches.map((samples) => samples.length),
      inputs: gatherRows(this.#train.inputs, batches, inputSize),
      targets: gatherRows(this.#train.targets, batches, targets.length),
      rows: this.#rows.gather(batches),
      scalars: this.#scalarsOfSteps(batches.length, firstStep, epoch),
    });
    this.#rows.scatter(batches, result.rows);
    return result;
  }

  /** Outputs of both splits as they are now, in raw units, and what follows from them; `values` are those behind it. */
  async measure(step: number, epoch: number): Promise<Measures & { readonly values: MeasuredValues }> {
    const { dataset } = this.#options;
    const scaledTrain = await this.#session.predict(this.#train.inputs, this.#train.count);
    const train = this.#unscale(scaledTrain);
    const multipliers = await this.#sideValues(scaledTrain, step, epoch);
    const validation =
      this.#validation.count === 0
        ? null
        : this.#unscale(await this.#session.predict(this.#validation.inputs, this.#validation.count));
    return {
      train: this.#figures(dataset.train, train),
      validation: validation === null ? null : this.#figures(dataset.validation, validation),
      multipliers: multipliers === null ? null : multiplierSpread(multipliers),
      histograms: {
        train: this.#histograms(train),
        validation: validation === null ? null : this.#histograms(validation),
      },
      values: {
        outputs: scaledTrain,
        targets: this.#train.targets,
        sides: this.#plan.step.spec.sides.map((side, index) => ({
          side,
          g: multipliers?.[index]?.g ?? violationOf(side, scaledTrain),
          multiplier: multipliers?.[index]?.multiplier ?? null,
          rows: this.#rows.ofSide(side.name),
        })),
      },
    };
  }

  /** The rows that matter most, as the network is now: a forward pass over all rows, and a sort of the multipliers. */
  async rows(step: number, epoch: number): Promise<Record<string, TargetRows>> {
    const { experiment, dataset } = this.#options;
    const scaledTrain = await this.#session.predict(this.#train.inputs, this.#train.count);
    const { count, inputs } = this.#validation;
    const validation = count === 0 ? null : this.#unscale(await this.#session.predict(inputs, count));
    return rowsBehind({
      targets: dataset.targets.map(({ name }) => ({ name, bounds: boundsOf(experiment, name) })),
      train: { split: dataset.train, outputs: this.#unscale(scaledTrain) },
      validation: validation === null ? null : { split: dataset.validation, outputs: validation },
      sides: await this.#sideValues(scaledTrain, step, epoch),
    });
  }

  /** Puts the exact optimum in place of the last layer, features frozen. Needs the loss `mse` and a plain last layer. */
  async polish(): Promise<ExactLayer> {
    const names = lastLayerNames(this.#plan.shape);
    this.#polished = await polishLastLayer(this.#session, names, this.#train.inputs, await this.#layerData());
    return this.#polished;
  }

  /** What the exact last layer on these features would reach; `null` where there is none, or it would take long. */
  async lastLayerFloor(): Promise<LastLayerFloor | null> {
    const { method, shape } = this.#plan;
    const isPlain = method.head === undefined && method.lastLayer === undefined;
    if (!isPlain || this.#options.variant.training.loss !== 'mse') return null;
    const features = shape.layers.at(-2)! + 1;
    // With a margin, the layer it ends in was solved for other bounds.
    const own = this.#options.variant.training.boundMargin === 0 ? this.#polished : null;
    if (own === null && this.#train.count * features ** 2 > FLOOR_BUDGET) return null;
    const layer = own ?? exactLayer({ ...(await this.#layerData()), sides: this.#plan.sides });
    const { deviation } = this.#options.dataset.targetScaling;
    // In the targets' own units, as all figures.
    const raw = (values: Float64Array): number =>
      values.reduce((sum, value, output) => sum + value * deviation[output]! ** 2, 0) / values.length;
    return {
      loss: raw(layer.losses),
      dualityGap: raw(layer.dualityGaps.map(Math.abs)),
      active: layer.active,
      polished: own !== null,
    };
  }

  /**
   * KKT residuals of what is trained (a margin inside the bounds included) on the training set; `null` where no target has
   * a bound, and where another network is trained than used.
   */
  async residuals(step: number, epoch: number): Promise<KktResiduals | null> {
    const { dataset } = this.#options;
    if (this.#plan.method.head?.atPredictionOnly) return null;
    const outputs = await this.#session.predict(this.#train.inputs, this.#train.count);
    const recovered = await this.#recovered(outputs);
    const values = recovered ?? (await this.#sideValues(outputs, step, epoch));
    if (values === null || values.length === 0) return null;
    const gradients = await this.#session.residuals(
      this.#train,
      Object.fromEntries(values.map(({ side, multiplier }) => [side.name, multiplier])),
    );
    // What the weights descend on, averaged over an epoch: the mean loss plus, per batch, the mean or the sum of λ·g.
    const entries = this.#train.count * dataset.targets.length;
    const { reduction, perOutput } = this.#plan.method;
    const isMean = recovered !== null || reduction === 'mean';
    // A constraint per output is a mean over samples also where those of the outputs are added up.
    const sums = perOutput === undefined ? this.#plan.stepsPerEpoch : this.#train.count;
    const constraintEntries = isMean ? entries : sums;
    scaleBy(gradients.objective, 1 / entries);
    scaleBy(gradients.constraint, 1 / constraintEntries);
    return kktResiduals(values, gradients.objective, gradients.constraint);
  }

  /** All that training goes on from: parameters, optimizer and rows, in training units. */
  async state(): Promise<NamedArray[]> {
    const values = await this.#session.readState();
    return [
      ...this.#plan.step.state.map(({ name, shape }) => ({ name, shape, values: values[name]! })),
      ...Object.entries(this.#rows.tables).map(([name, table]) => ({
        name: `rows.${name}`,
        shape: [this.#train.count, this.#options.dataset.targets.length],
        values: table.slice(),
      })),
    ];
  }

  /**
   * Back to a state that `state` gave, here or in another process.
   * @throws Error when it is the state of another training.
   */
  async restore(tensors: readonly NamedArray[]): Promise<void> {
    const values = new Map(tensors.map(({ name, values }) => [name, values]));
    const valuesOf = (name: string, count: number): Float32Array => {
      const recorded = values.get(name);
      if (recorded?.length === count) return recorded;
      throw new Error(`the checkpoint holds ${recorded?.length ?? 'no'} values of "${name}" and not ${count}`);
    };
    await this.#session.writeState(
      Object.fromEntries(
        this.#plan.step.state.map(({ name, shape }) => [
          name,
          valuesOf(
            name,
            shape.reduce((a, b) => a * b, 1),
          ),
        ]),
      ),
    );
    for (const [name, table] of Object.entries(this.#rows.tables)) {
      table.set(valuesOf(`rows.${name}`, table.length));
    }
  }

  /** A copy of the trained parameters as they are now, in training units: what `export` takes later. */
  async parameters(): Promise<Record<string, Float32Array>> {
    const state = await this.#session.readState();
    return Object.fromEntries(parameterSpecs(this.#plan.shape).map(({ name }) => [name, state[name]!]));
  }

  /** The network of these parameters in raw units with PyTorch's names. */
  export(parameters: Readonly<Record<string, Float32Array>>): NamedArray[] {
    const { inputScaling, targetScaling } = this.#options.dataset;
    const used = this.#plan.step.usedParameters(parameters);
    return foldScaling(this.#plan.shape, used, inputScaling, targetScaling);
  }

  dispose(): void {
    this.#session.dispose();
  }

  #scalars(step: number, epoch: number): Record<string, number> {
    const { learningRate, schedule } = this.#options.variant.training;
    return this.#plan.step.scalars({
      step,
      epoch,
      steps: this.#plan.steps,
      epochs: this.#options.variant.training.epochs,
      learningRate: scheduledLearningRate(schedule, learningRate, step, this.#plan.steps),
    });
  }

  /** Per name, `[steps]`. */
  #scalarsOfSteps(steps: number, firstStep: number, epoch: number): Record<string, Float32Array> {
    const values = Object.fromEntries(this.#plan.step.scalarNames.map((name) => [name, new Float32Array(steps)]));
    for (let index = 0; index < steps; index++) {
      for (const [name, value] of Object.entries(this.#scalars(firstStep + index, epoch))) values[name]![index] = value;
    }
    return values;
  }

  async #sideValues(outputs: Float32Array, step: number, epoch: number): Promise<SideValues[] | null> {
    const multipliers =
      this.#polished?.multipliers ??
      (await this.#session.multipliers(outputs, this.#rows.tables, this.#scalars(step, epoch)));
    if (multipliers === null) return null;
    return this.#plan.step.spec.sides.map((side) => ({
      side,
      g: violationOf(side, outputs),
      multiplier: multipliers[side.name]!,
    }));
  }

  /** Multipliers that the method doesn't keep: of the exact last layer, or those that explain the last layer best. */
  async #recovered(outputs: Float32Array): Promise<SideValues[] | null> {
    const { method, step } = this.#plan;
    const isKept = method.multiplier !== undefined && !method.hasKink;
    if (this.#polished === null && isKept) return null;
    const data = await this.#layerData();
    const multipliers =
      this.#polished?.multipliers ??
      // A head keeps the bounds by itself: what is left is a problem without constraints.
      (method.head === undefined
        ? recoverMultipliers(data, outputs, this.#options.variant.training.loss)
        : zeroMultipliers(data));
    return step.spec.sides.map((side) => ({
      side,
      g: violationOf(side, outputs),
      multiplier: multipliers[side.name]!,
    }));
  }

  async #layerData(): Promise<LayerData> {
    const { count, inputs, targets } = this.#train;
    const features = await this.#session.features(inputs, count);
    return { count, features, targets, sides: this.#plan.step.spec.sides };
  }

  #unscale(outputs: Float32Array): Float64Array {
    const { mean, deviation } = this.#options.dataset.targetScaling;
    const width = mean.length;
    return Float64Array.from(outputs, (value, index) => value * deviation[index % width]! + mean[index % width]!);
  }

  #figures(split: Split, outputs: Float64Array): SplitFigures {
    const { experiment, dataset } = this.#options;
    const columns = dataset.targets.map(({ name, standardDeviation }) => ({
      name,
      bounds: boundsOf(experiment, name),
      standardDeviation,
    }));
    return splitFigures(columns, split.count, split.targets, outputs);
  }

  #histograms(outputs: Float64Array): Record<string, BinCounts> {
    const { targets } = this.#options.dataset;
    return Object.fromEntries(
      targets.map((target, column) => [
        target.name,
        countBins(
          outputs.filter((_, index) => index % targets.length === column),
          target.edges,
        ),
      ]),
    );
  }
}

function scaleSplit(split: Split, dataset: Dataset): ScaledSplit {
  const scale = (values: Float32Array, { mean, deviation }: Dataset['inputScaling']): Float32Array => {
    const width = mean.length;
    return values.map((value, index) => (value - mean[index % width]!) / deviation[index % width]!);
  };
  return {
    count: split.count,
    inputs: scale(split.inputs, dataset.inputScaling),
    targets: scale(split.targets, dataset.targetScaling),
  };
}

function scaleBy(gradients: Record<string, Float64Array>, factor: number): void {
  for (const values of Object.values(gradients)) {
    for (let index = 0; index < values.length; index++) values[index]! *= factor;
  }
}
