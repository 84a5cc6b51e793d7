/** The experiments whose runs are exported as PyTorch scripts: every method, order, side, loss and optimizer at least once. */
import type { RowChoice } from '../../extension/export/pytorch/exportPytorch';

export interface Trial {
  readonly name: string;
  /** Python packages that its scripts need beside torch and numpy. */
  readonly needs?: string;
  readonly rows?: RowChoice;
  readonly data?: object;
  readonly network: { hidden?: number[]; from?: string; activation: string };
  readonly constraint: object;
  readonly training?: object;
  readonly variants: Readonly<Record<string, { readonly method: string } & Record<string, unknown>>>;
}

export const TRIALS: readonly Trial[] = [
  {
    name: 'outputs that may not be negative',
    network: { hidden: [8, 8], activation: 'relu' },
    constraint: { min: 0 },
    variants: {
      unconstrained: { method: 'unconstrained' },
      penalty: { method: 'penalty' },
      lagrangian: { method: 'lagrangian' },
      'augmented-lagrangian': { method: 'augmented-lagrangian' },
      'penalty, exact and growing': { method: 'penalty', form: 'exact', alphaSchedule: 'multiplicative', alpha: 0.3 },
      'penalty, l2 and adding up': { method: 'penalty', form: 'l2', alphaSchedule: 'additive', alphaRestart: false },
      'penalty, rising, summed': {
        method: 'penalty',
        alphaSchedule: 'geometric',
        alpha: 0.1,
        alphaEnd: 1,
        reduction: 'sum',
      },
      'log-barrier': { method: 'log-barrier' },
      'log-barrier, pure': { method: 'log-barrier', form: 'pure', tSchedule: 'constant' },
      'lagrangian, literal': {
        method: 'lagrangian',
        slackStep: 'gradient',
        damping: 1,
        dualLearningRate: 0.5,
        slackLearningRate: 0.05,
        order: 'simultaneous',
      },
      'lagrangian, primal first': { method: 'lagrangian', order: 'primal-first', dualLearningRate: 2 },
      'projected-lagrangian': { method: 'projected-lagrangian', damping: 5, dualRestart: true },
      'projected-lagrangian, extragradient': { method: 'projected-lagrangian', order: 'extragradient' },
      'projected-lagrangian, radius': { method: 'projected-lagrangian', multiplierRadius: 0.2, order: 'simultaneous' },
      'augmented-lagrangian, growing': {
        method: 'augmented-lagrangian',
        coefficientSchedule: 'additive',
        order: 'primal-first',
      },
      'augmented-lagrangian, per output': { method: 'augmented-lagrangian', per: 'output', dualLearningRate: 1 },
      'nu-pi': { method: 'nu-pi', smoothing: 0.3 },
      pid: { method: 'pid', derivativeGain: 5 },
      'rate, hinge': { method: 'rate', percent: 5 },
      'rate, sigmoid': { method: 'rate', percent: 5, proxy: 'sigmoid', order: 'extragradient' },
      'nonnegative-weights': { method: 'nonnegative-weights' },
      'nonnegative-weights, softplus': { method: 'nonnegative-weights', form: 'softplus' },
      softplus: { method: 'softplus', sharpness: 2 },
      exp: { method: 'exp' },
      square: { method: 'square' },
      relu: { method: 'relu' },
      clip: { method: 'clip' },
      'plain descent, absolute errors': {
        method: 'augmented-lagrangian',
        optimizer: 'sgd',
        loss: 'mae',
        boundMargin: 0.1,
      },
      polish: { method: 'polish' },
      'augmented-lagrangian, polished': { method: 'augmented-lagrangian', polish: true },
      'momentum, Huber': { method: 'nonnegative-weights', optimizer: 'sgd', momentum: 0.9, loss: 'huber' },
    },
  },
  {
    name: 'outputs between two bounds',
    rows: 'copy',
    network: { hidden: [8], activation: 'tanh' },
    constraint: { p: { min: 0, max: 4 }, q: { min: 0, max: 0.5 } },
    training: { boundMargin: 0.05, schedule: 'constant' },
    variants: {
      penalty: { method: 'penalty', form: 'l2' },
      'log-barrier, pure': { method: 'log-barrier', form: 'pure' },
      lagrangian: { method: 'lagrangian' },
      'projected-lagrangian': { method: 'projected-lagrangian', dualLearningRate: 10 },
      'projected-lagrangian, per output': {
        method: 'projected-lagrangian',
        per: 'output',
        aggregate: 'max',
        dualLearningRate: 1,
      },
      'augmented-lagrangian': { method: 'augmented-lagrangian', coefficientSchedule: 'multiplicative' },
      'augmented-lagrangian, extragradient': { method: 'augmented-lagrangian', order: 'extragradient' },
      'nu-pi': { method: 'nu-pi' },
      pid: { method: 'pid' },
      rate: { method: 'rate' },
      'bounded-features': { method: 'bounded-features' },
      sigmoid: { method: 'sigmoid' },
      'penalty, polished': { method: 'penalty', polish: true },
      clip: { method: 'clip' },
    },
  },
  {
    name: 'one target with two bounds, one with a maximum, of which some rows are held out by a mark',
    data: { validation: { column: 'split', equals: 'test' }, standardize: { inputs: false, targets: true } },
    network: { hidden: [8], activation: 'sigmoid' },
    constraint: { p: { min: 0, max: 4 }, q: { max: 0.5 } },
    variants: {
      'augmented-lagrangian': { method: 'augmented-lagrangian', reduction: 'sum', dualLearningRate: 1 },
      'log-barrier': { method: 'log-barrier' },
      'bounded-features': { method: 'bounded-features' },
      relu: { method: 'relu' },
    },
  },
  {
    name: 'a minimum of one target, a maximum of the other',
    data: { validation: 0 },
    network: { hidden: [8], activation: 'elu' },
    constraint: { p: { min: 0.5 }, q: { max: 0.4 } },
    variants: {
      'bounded-features': { method: 'bounded-features' },
      softplus: { method: 'softplus' },
      'nu-pi': { method: 'nu-pi' },
    },
  },
  {
    name: 'a maximum of one target alone',
    network: { hidden: [8, 8], activation: 'silu' },
    constraint: { q: { max: 0.4 } },
    variants: {
      penalty: { method: 'penalty' },
      exp: { method: 'exp' },
      'bounded-features': { method: 'bounded-features' },
    },
  },
  {
    name: 'a last layer of weights that are never negative, turned for a maximum',
    network: { hidden: [8, 8], activation: 'softplus' },
    constraint: { p: { min: 0.5 }, q: { max: 0.4 } },
    variants: {
      projection: { method: 'nonnegative-weights' },
      softplus: { method: 'nonnegative-weights', form: 'softplus' },
    },
  },
  {
    name: 'a query, with a list among the inputs, and rows marked by a number',
    needs: 'duckdb',
    data: {
      query: 'SELECT *,\n  [day, phase, day * phase] AS "both, together"\nFROM source\nWHERE p IS NOT NULL',
      inputs: ['day', 'both, together'],
      validation: { column: 'phase', equals: 3 },
    },
    network: { hidden: [8], activation: 'gelu' },
    constraint: { min: 0 },
    // A name that must not become code.
    variants: { '"""\nimport missing': { method: 'augmented-lagrangian' } },
  },
  {
    name: "weights of the user's own",
    network: { from: 'own.safetensors', activation: 'softplus' },
    constraint: { min: 0 },
    variants: {
      unconstrained: { method: 'unconstrained' },
      lagrangian: { method: 'lagrangian' },
      'log-barrier, pure': { method: 'log-barrier', form: 'pure' },
      'nonnegative-weights, softplus': { method: 'nonnegative-weights', form: 'softplus' },
    },
  },
  {
    name: "a copy of weights of the user's own, on raw units",
    rows: 'copy',
    data: { standardize: { inputs: true, targets: false } },
    network: { from: 'own.safetensors', activation: 'relu' },
    constraint: { min: 0 },
    variants: { penalty: { method: 'penalty' } },
  },
];
