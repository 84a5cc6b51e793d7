/** Experiments that nobody thought of: one that is sound, changed at random places in random ways. Seeded. */
import { type RandomStream, randomStream } from '../../../extension/data/random';
import { pathsOf } from './layouts';
import { textOf } from './mending';

const START = {
  data: {
    source: 'weather.csv',
    query: 'SELECT * FROM source',
    inputs: ['temp_max', 'temp_min', 'season'],
    targets: ['precipitation', 'wind'],
    validation: 0.2,
  },
  network: { hidden: [64, 64], activation: 'relu' },
  constraint: { min: 0, wind: { min: 0, max: 60 } },
  training: { optimizer: 'adam', learningRate: 0.003, batchSize: 128, epochs: 300, momentum: 0 },
  variants: {
    baseline: { method: 'unconstrained' },
    penalty: { method: 'penalty', alpha: 10 },
    softplus: { method: 'softplus', sharpness: 2 },
  },
  sweep: {
    variants: ['penalty', 'baseline'],
    random: 3,
    'penalty.alpha': [1, 10],
    'penalty.boundMargin': { from: 0, to: 1 },
    'network.hidden': [[64], [8, 8]],
    'training.batchSize': { from: 8, to: 128, count: 3, scale: 'log' },
  },
};

const NAMES = [
  'epochs',
  'alpha',
  'min',
  'max',
  'wind',
  'tolerance',
  'constructor',
  '__proto__',
  'polish',
  'method',
  '',
];
const VALUES = [
  ...[0, -1, 1.5, 1e9, true, false, [], {}, 'relu', 'penalti', '5', '20 %', '', 'temp_max', 'softplus', 'sgd', 'mae'],
  ...[['wind'], [64], { min: 0 }, { max: -1, min: 2 }, { method: 'penalty' }, { method: 'softplus', polish: true }],
];

const pick = <Item>(stream: RandomStream, items: readonly Item[]): Item => items[stream.integer(items.length)]!;

/** Another value, or none, or another name, somewhere. */
function changeSomething(stream: RandomStream, experiment: object): void {
  const path = pick(stream, pathsOf(experiment as never).slice(0, -1));
  const holder = path.slice(0, -1).reduce<never>((value, key) => value[key as never], experiment as never);
  const key = path.at(-1)! as never;
  const put = (name: string, value: unknown): void => {
    Object.defineProperty(holder, name, { value, enumerable: true, writable: true, configurable: true });
  };
  const isList = Array.isArray(holder);
  const value = holder[key];
  switch (stream.integer(4)) {
    case 0:
      put(String(key), structuredClone(pick(stream, VALUES)));
      break;
    case 1:
      if (isList) (holder as unknown[]).splice(Number(key), 1);
      else delete holder[key];
      break;
    case 2:
      if (isList) (holder as unknown[]).push(value);
      else {
        delete holder[key];
        put(stream.integer(2) === 0 ? pick(stream, NAMES) : String(key).slice(0, -1), value);
      }
      break;
    case 3:
      if (!isList) put(pick(stream, NAMES), structuredClone(pick(stream, VALUES)));
  }
}

/** The text of one with a mistake to three. */
export function brokenExperiment(seed: number): string {
  const stream = randomStream(seed, 'split');
  const experiment = structuredClone(START);
  for (let count = 0; count <= seed % 3; count++) changeSomething(stream, experiment);
  return textOf(experiment);
}
