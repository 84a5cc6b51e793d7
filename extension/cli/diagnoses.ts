/** What the failure doctor found, as `orthant train` prints it: the words, and each fix as the lines of the file it changes. */
import { applyFix } from '../experiment/applyFix';
import type { Diagnosis, Fix } from '../protocol/diagnosis';
import type { RunSummary } from '../protocol/events';

const WIDTH = 80;

/** `text` is the experiment that was trained. Empty when nothing was found. */
export function diagnosisText(summaries: readonly RunSummary[], text: string): string {
  const found = summaries.flatMap((summary) => summary.diagnoses.map((diagnosis) => ({ summary, diagnosis })));
  if (found.length === 0) return '';
  const parts = found.map(({ summary, diagnosis }) => diagnosisLines(summary, diagnosis, text).join('\n'));
  return ['What the failure doctor found:', ...parts].join('\n\n');
}

function diagnosisLines(
  { variant, method }: RunSummary,
  { code, title, message, fixes }: Diagnosis,
  text: string,
): string[] {
  return [
    `${variant}: ${title} (${code})`,
    ...wrapped(message, '  '),
    ...fixes.flatMap((fix, index) => [
      ...wrapped(`${index === 0 ? 'Fix' : 'Or'}: ${fix.label}.`, '  '),
      ...changedLines(fix, { name: variant, method }, text),
    ]),
  ];
}

/** The lines before with a minus, those after with a plus. */
function changedLines(fix: Fix, trained: { name: string; method: string }, text: string): string[] {
  const outcome = applyFix(text, fix, trained);
  if (outcome.kind !== 'changed') return [];
  const [before, after] = [text.split(/\r?\n/), outcome.text.split(/\r?\n/)];
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const signed = (sign: string, lines: readonly string[]): string[] =>
    lines.map((line) => `    ${sign} ${line.trim()}`);
  return [
    ...signed('-', before.slice(start, before.length - end)),
    ...signed('+', after.slice(start, after.length - end)),
  ];
}

function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent.trimEnd();
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent.trimEnd();
    }
    line = line.trim() === '' ? `${indent}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}
