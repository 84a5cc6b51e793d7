/** A column in words: a line beside its completion, a paragraph and a picture in its hover. */
import type { ColumnKind, ColumnProfile, ColumnSummary } from '../protocol/columns';
import { histogramText } from './histogramText';
import { codeText, plainText } from './markdown';
import { counted, grouped, numberText, rangeText, shareText } from './numberText';

const SHOWN_VALUES = 6;

/** `0 … 55.9, 3 % empty`; empty until the values are known. */
export function columnLine({ values }: ColumnSummary): string {
  if (values === null) return '';
  const { min, max, rows, nulls, notANumber, distinct } = values;
  if (rows > 0 && nulls === rows) return 'no value in any row';
  const range = min !== null && max !== null ? rangeText(min, max) : counted(distinct, 'value');
  const empty = nulls > 0 ? [`${shareText(nulls, rows)} empty`] : [];
  const nan = notANumber > 0 ? [`${shareText(notANumber, rows)} NaN`] : [];
  return [range, ...empty, ...nan].join(', ');
}

/** Markdown. */
export function columnMarkdown(profile: ColumnProfile): string {
  const { name, type, values, width } = profile;
  const lists = profile.kind === 'list' ? `, ${counted(width, 'element')} a row` : '';
  return [
    `**${plainText(name)}** ${codeText(type)}, ${counted(values.rows, 'row')}${lists}`,
    ...numbersParts(profile),
    sharesLine(profile),
    ...frequentPart(profile),
  ].join('\n\n');
}

function numbersParts({ kind, values, numbers }: ColumnProfile): string[] {
  if (numbers === null || values.min === null || values.max === null) return [];
  const [first, median, third] = numbers.quartiles;
  const spread = `${numberText(numbers.mean)} ± ${numberText(numbers.standardDeviation)}`;
  const table = [
    '| min | ¼ | median | ¾ | max | mean ± sd |',
    '| --: | --: | --: | --: | --: | --: |',
    `| ${[values.min, first, median, third, values.max].map(numberText).join(' | ')} | ${spread} |`,
  ].join('\n');
  const drawn = histogramText(numbers.histogram, { min: values.min, max: values.max });
  const sampled = numbers.sampled === null ? [] : [sampleLine(kind, numbers.sampled)];
  return [table, ...(drawn === null ? [] : [`\`\`\`text\n${drawn}\n\`\`\``]), ...sampled];
}

/** Of a list column, only the ends are of every element. */
function sampleLine(kind: ColumnKind, sampled: number): string {
  const which = kind === 'list' ? 'All but min and max' : 'Quartiles and histogram';
  return `${which} are of ${counted(sampled, 'value')} drawn from all.`;
}

/** `None empty, 57 % zero, none negative.` */
function sharesLine({ kind, values, numbers, width }: ColumnProfile): string {
  const { rows, nulls, notANumber, distinct } = values;
  const share = (count: number, what: string, all = rows): string =>
    `${count === 0 ? 'none' : shareText(count, all)} ${what}`;
  // Of a list column every element counts that was looked at.
  const elements = kind === 'list' ? (numbers?.sampled ?? rows * width) : rows;
  const different = distinct === rows ? 'all different' : `about ${counted(distinct, 'different value')}`;
  const parts = [
    share(nulls, 'empty'),
    ...(notANumber > 0 ? [share(notANumber, 'NaN')] : []),
    ...(numbers === null
      ? [different]
      : [share(numbers.zero, 'zero', elements), share(numbers.negative, 'negative', elements)]),
  ];
  const line = parts.join(', ');
  return `${line[0]!.toUpperCase()}${line.slice(1)}.`;
}

function frequentPart({ frequent, values }: ColumnProfile): string[] {
  if (frequent.length === 0) return [];
  const shown = frequent.slice(0, SHOWN_VALUES);
  if (frequent[0]!.count === 1) return [`Such as ${shown.map(({ value }) => codeText(value)).join(', ')}.`];
  const lines = shown.map(
    ({ value, count }) => `- ${codeText(value)} in ${grouped(count)} (${shareText(count, values.rows)})`,
  );
  return [lines.join('\n')];
}
