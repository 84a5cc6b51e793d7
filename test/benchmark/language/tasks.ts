/** What a person types into an experiment over three million rows, and what is to be said of it. */

export interface Task {
  readonly name: string;
  /** The text typed in round `round`; no two are the same, so that nothing is answered from memory. */
  text(round: number): string;
  /** Codes of the problems that are right for it, in their order. */
  readonly codes: readonly string[];
}

/** flights-3m.parquet of the package vega-datasets: date, delay, distance, origin, destination. */
export const DATA = 'flights-3m.parquet';

const LINES = (query: string, inputs: string, min: string, method: string): string => `{
  "data": {
    "source": "${DATA}",${query}
    "inputs": [${inputs}],
    "targets": ["distance"]
  },
  "constraint": { "min": ${min} },
  "variants": { "penalty": { "method": "${method}" } }
}
`;

/** Without a fault. `round` stands in a comment. */
export function goodText(round: number): string {
  return `// ${round}\n${LINES('', '"delay"', '0', 'penalty')}`;
}

/** Inside the list of inputs, and on the name of the target. */
export const PLACES = { completion: { line: 4, character: 17 }, hover: { line: 5, character: 19 } };

export const TASKS: readonly Task[] = [
  { name: 'a comment, and nothing is wrong', text: goodText, codes: [] },
  {
    name: 'a method that is none',
    text: (round) => LINES('', '"delay"', '0', `penalty${round}`),
    codes: ['experiment.unknown-method'],
  },
  {
    name: 'a column that is not there',
    text: (round) => LINES('', `"delay${round}"`, '0', 'penalty'),
    codes: ['data.missing-column'],
  },
  {
    name: 'a bound that targets violate',
    text: (round) => LINES('', '"delay"', `${100 + round}.5`, 'penalty'),
    codes: ['data.bound-violated'],
  },
  {
    name: 'a query with a fault in it',
    text: (round) => LINES(`\n    "query": "SELECT *, delay + x${round} AS z FROM source",`, '"delay"', '0', 'penalty'),
    codes: ['data.query-error'],
  },
  {
    name: 'a query without a fault: its columns',
    text: (round) => LINES(`\n    "query": "SELECT *, delay + ${round} AS z FROM source",`, '"z", "w"', '0', 'penalty'),
    codes: ['data.missing-column'],
  },
  {
    name: 'a query without a fault: its values, run once over all rows',
    text: (round) =>
      LINES(`\n    "query": "SELECT *, delay + ${round} AS z FROM source",`, '"z"', `${100 + round}.5`, 'penalty'),
    codes: ['data.bound-violated'],
  },
];

/** Hundreds of names that aren't there, each near many that are. */
export const WIDE_DATA = 'wide.csv';

export function wideData(): string {
  const names = Array.from({ length: 1500 }, (_, index) => `pixel_value_${index}`);
  const rows = Array.from({ length: 200 }, (_, row) => names.map((_, index) => (row * 31 + index * 17) % 251).join());
  return `${names.join()},distance\n${rows.map((row, index) => `${row},${index}`).join('\n')}\n`;
}

export function wideText(round: number): string {
  const inputs = Array.from({ length: 784 }, (_, index) => JSON.stringify(`pixel${index}_${round}`)).join(', ');
  return goodText(round).replace(DATA, WIDE_DATA).replace('"delay"', inputs);
}

export const WIDE_CODES = Array.from({ length: 784 }, () => 'data.missing-column');
