/**
 * What editors insert for a field besides its default: values with places to fill in, as VS Code's JSON support takes
 * them (`defaultSnippets`). A text that starts with `^` is inserted as it stands; a field with a single snippet gets its
 * value together with its name, one with several opens the list of them.
 */
import { VARIANT_TEMPLATES, type VariantTemplate } from './variantTemplates';

export interface Snippet {
  label: string;
  description?: string;
  body: string;
}

export const DATA_SNIPPET: Snippet = {
  label: 'source, inputs and targets',
  description: 'A data file beside this one, the columns that the network takes, and those that it learns to give.',
  body: '^{\n\t"source": "$1",\n\t"inputs": ["$2"],\n\t"targets": ["$3"]\n}',
};

export const SOURCE_SNIPPETS: readonly Snippet[] = [
  { label: '"a file or a glob"', body: '^"$1"' },
  { label: '["several files"]', body: '^["$1"]' },
];

export const COLUMNS_SNIPPET: Snippet = { label: '["columns"]', body: '^["$1"]' };

export const QUERY_SNIPPET: Snippet = {
  label: '"a SELECT over the table source"',
  body: `^"SELECT *, ${place(1, 'a + b')} AS ${place(2, 'sum')} FROM source"`,
};

export const VALIDATION_SNIPPETS: readonly Snippet[] = [
  {
    label: 'by the value of a column',
    description: 'Rows where the column has this value are held out.',
    body: '^{ "column": "$1", "equals": $2 }',
  },
];

export const HIDDEN_SNIPPET: Snippet = { label: '[64, 64]', body: `^[${place(1, 64)}, ${place(2, 64)}]` };

export const BOUNDS_SNIPPETS: readonly Snippet[] = [
  { label: 'never negative', description: 'Every output is at least 0.', body: `^{ "min": ${place(1, 0)} }` },
  {
    label: 'from … to …',
    description: 'Every output lies between two bounds.',
    body: `^{ "min": ${place(1, 0)}, "max": ${place(2, 1)} }`,
  },
  {
    label: 'a bound per target',
    description: 'A target with an entry of its own has the bounds of that entry only, not the general ones.',
    body: `^{ "min": ${place(1, 0)}, "${place(2, 'target')}": { "min": ${place(3, 0)}, "max": ${place(4, 1)} } }`,
  },
];

export const TARGET_BOUND_SNIPPETS: readonly Snippet[] = [
  { label: 'at least', body: `^{ "min": ${place(1, 0)} }` },
  { label: 'at most', body: `^{ "max": ${place(1, 1)} }` },
  { label: 'from … to …', body: `^{ "min": ${place(1, 0)}, "max": ${place(2, 1)} }` },
];

export function variantSnippet(template: VariantTemplate): Snippet {
  return { label: template.name, description: template.summary, body: `^${variantBody(template)}` };
}

/** Values of `variants` as a whole: few to compare, the baseline always among them. */
export const VARIANTS_SNIPPETS: readonly Snippet[] = [
  {
    label: 'baseline, penalty and augmented',
    description: 'What is lost without a constraint, the simplest way to hold one, and the one that serves best.',
    body: variantsBody(['baseline', 'penalty', 'augmented']),
  },
  {
    label: 'baseline and penalty',
    description: 'What is lost without a constraint, and the simplest way to hold one.',
    body: variantsBody(['baseline', 'penalty']),
  },
  { label: 'one variant', body: `^{\n\t"${place(1, 'penalty')}": { "method": "${place(2, 'penalty')}" }\n}` },
];

/** A whole experiment, with `source` as a JSON string or a place to fill in. */
export function experimentBody(source: string): string {
  const variants = variantsBody(['baseline', 'penalty', 'augmented']).slice(1).replaceAll('\n', '\n\t');
  return [
    '{',
    '\t"data": {',
    `\t\t"source": ${source},`,
    '\t\t"inputs": ["$2"],',
    '\t\t"targets": ["$3"],',
    '\t\t"validation": 0.2',
    '\t},',
    '\t"network": { "hidden": [64, 64], "activation": "relu" },',
    `\t"constraint": { "min": ${place(4, 0)} },`,
    '\t"training": { "learningRate": 0.003, "schedule": "cosine", "batchSize": 128, "epochs": 100 },',
    `\t"variants": ${variants.replace(/\$\{\d+:([^}]*)\}/g, '$1')}`,
    '}',
  ].join('\n');
}

function variantsBody(names: readonly string[]): string {
  let stop = 0;
  const variants = names.map((name) => {
    const template = VARIANT_TEMPLATES.find((each) => each.name === name)!;
    const body = variantBody(template).replace(/\$\{\d+/g, () => `\${${++stop}`);
    return `\t${JSON.stringify(name)}: ${body}`;
  });
  return `^{\n${variants.join(',\n')}\n}`;
}

/** `{ "method": "penalty", "alpha": ${1:10} }` */
function variantBody({ method, fields }: VariantTemplate): string {
  const own = Object.entries(fields).map(([name, value], index) => {
    const filled = place(index + 1, value);
    return `, ${JSON.stringify(name)}: ${typeof value === 'string' ? `"${filled}"` : filled}`;
  });
  return `{ "method": ${JSON.stringify(method)}${own.join('')} }`;
}

/** A place to fill in, with what stands there until then. */
function place(stop: number, value: string | number | boolean): string {
  return `\${${stop}:${value}}`;
}
