/** The top of a script: what it is in words, and every setting of the run as a constant. */
import type { Reading } from '../../data/reading';
import { type DataSection, hiddenOf } from '../../experiment/schema';
import type { Figures } from '../../protocol/figures';
import { usesBounds } from './constraint';
import { startSettings } from './firstWeights';
import { constant, constantName, indented, literal, longText, type PythonValue, words, wrapped } from './pythonText';
import type { Plan } from './subject';

/** The script's own docstring: the method with its formula, symbols and source. */
export function docstring({ variant, method, experimentFile, run, version, rows }: Plan): string {
  const needs = ['torch', 'numpy', ...(rows.from === 'files' && rows.reading.plainText === null ? ['duckdb'] : [])];
  const symbols = {
    ...(method.formula.includes('f(θ)') && { 'f, θ': 'the loss, and weights and biases' }),
    ...(method.formula.includes('λ') && !('λ' in method.symbols) && { λ: 'multipliers, at least 0' }),
    ...method.symbols,
  };
  const lines = [
    wrapped(`${method.title}: ${method.summary}`),
    '',
    wrapped(
      `The variant '${words(variant.name)}' of ${words(experimentFile)}, trained in PyTorch as Orthant ${version} trained the run ${words(run)}: the same rows, first weights, batches and steps, up to the rounding of float32.`,
    ),
    '',
    `    ${method.formula.replace(/([,;]) {2,}/g, '$1\n    ')}`,
    '',
    ...Object.entries(symbols).map(([symbol, meaning]) => indented(wrapped(`${symbol}: ${meaning}`), 4)),
    '',
    wrapped(`Source: ${method.source}`),
    '',
    'g is how far an output is outside its bound: below 0 inside, above 0 outside. Bounds and figures are in the units of the',
    'targets, everything else in the units that the network trains in.',
    '',
    `Needs ${needs.slice(0, -1).join(', ')} and ${needs.at(-1)}.`,
  ];
  // No line of blanks twice, where a method has no symbols.
  return `"""\n${lines.filter((line, index) => line !== '' || lines[index - 1] !== '').join('\n')}\n"""`;
}

export function settings(plan: Plan): string {
  return [
    rowSettings(plan),
    startSettings(plan),
    boundSettings(plan),
    trainingSettings(plan),
    methodSettings(plan),
    recordSettings(plan),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function rowSettings({ rows, experiment, fingerprint }: Plan): string[] {
  const { inputs, targets, validation } = experiment.data;
  const columns = [constant('INPUTS', inputs), constant('TARGETS', targets)];
  const own = `# SHA-256 of the rows that the run trained and was measured on.\n${constant('FINGERPRINT', fingerprint)}`;
  if (rows.from === 'copy') return [`ROWS = Path(__file__).parent / ${JSON.stringify(rows.file)}`, ...columns, own];
  const { reading } = rows;
  return [
    `FOLDER = ${rows.folder}`,
    constant('FILES', reading.files),
    ...(reading.query === null ? [] : [longText('QUERY', reading.query)]),
    ...columns,
    ...heldOutSettings(validation, reading),
    own,
  ];
}

function heldOutSettings(validation: DataSection['validation'], { heldOut, plainText }: Reading): string[] {
  if (typeof validation === 'number') return [constant('HELD_OUT', validation, 'share of the rows, drawn by the seed')];
  if (plainText === null) return ['# True for the rows that are held out.', constant('HELD_OUT', heldOut!)];
  const { column, equals } = validation;
  return [
    `HELD_OUT = (${literal(column)}, ${literal(equals)})  # a column, and its value in the rows that are held out`,
  ];
}

function boundSettings(plan: Plan): string[] {
  const { bounds, context, experiment, variant } = plan;
  if (context === null) return [];
  const { boundMargin } = variant.training;
  const names = experiment.data.targets;
  const isSame = (side: 'min' | 'max'): boolean => bounds.every((bound) => bound[side] === bounds[0]![side]);
  const perTarget = (side: 'min' | 'max', none: number): PythonValue => bounds.map((bound) => bound[side] ?? none);
  const comment = isSame('min') && isSame('max') ? '' : `of ${names.map(words).join(', ')}`;
  return [
    ...(context.sides === 'upper' ? [] : [constant('MINIMUM', perTarget('min', Number.NEGATIVE_INFINITY), comment)]),
    ...(context.sides === 'lower' ? [] : [constant('MAXIMUM', perTarget('max', Number.POSITIVE_INFINITY), comment)]),
    ...(boundMargin > 0 && usesBounds(plan)
      ? [constant('BOUND_MARGIN', boundMargin, 'trained to stay this far inside, in standard deviations of the target')]
      : []),
  ];
}

function trainingSettings({ experiment, variant }: Plan): string[] {
  const { learningRate, optimizer, momentum, batchSize, epochs, seed } = variant.training;
  return [
    constant('HIDDEN', hiddenOf(experiment), 'widths of the hidden layers'),
    constant('LEARNING_RATE', learningRate),
    ...(optimizer === 'sgd' && momentum > 0 ? [constant('MOMENTUM', momentum)] : []),
    constant('BATCH_SIZE', batchSize),
    constant('EPOCHS', epochs),
    constant('SEED', seed),
  ];
}

function methodSettings({ part, variant }: Plan): string[] {
  return part.fields.map((field) => constant(constantName(field), variant.fields[field] as PythonValue));
}

function recordSettings({ recorded }: Plan): string[] {
  if (recorded === null) return [];
  const { train, validation } = recorded;
  const entry = (split: string, { loss, negativeShare, minOutput }: Figures): string =>
    `    "${split}": (${loss}, ${negativeShare}, ${minOutput}),`;
  return [
    '# What the run ended with: mean squared error, share of outputs outside, smallest output.',
    'RECORDED = {',
    entry('train', train),
    ...(validation === null ? [] : [entry('held out', validation)]),
    '}',
  ];
}
