/** Python as text: literals, and a template that keeps indentation. What an experiment says gets into code here only. */

/** A piece of code, or nothing: a line that holds only nothing is left out. */
type Piece = string | number | null | false;

const MARK = '\u0000';

/**
 * Python from a template: the common indentation goes, a value that stands alone on its line is indented as that line is,
 * and takes the line with it when it is empty.
 */
export function code(strings: TemplateStringsArray, ...pieces: readonly Piece[]): string {
  const lines = strings.raw.join(MARK).replace(/^\n/, '').replace(/\n *$/, '').split('\n');
  const filled = lines.filter((line) => line.trim() !== '');
  const indent = Math.min(...filled.map((line) => line.length - line.trimStart().length));
  let next = 0;
  const text = (): string => {
    const piece = pieces[next++];
    return piece === null || piece === false || piece === undefined ? '' : String(piece);
  };
  return lines
    .flatMap((line): string[] => {
      const own = line.slice(indent);
      if (own.trim() !== MARK) return [own.replaceAll(MARK, text).trimEnd()];
      const inner = text();
      return inner === '' ? [] : [indented(inner, own.length - own.trimStart().length)];
    })
    .join('\n');
}

/** Definitions under each other, with the blank lines between them that Python's style asks for; what is not there is left out. */
export function blocks(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false && part !== '').join('\n\n\n');
}

export function indented(text: string, spaces: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces));
}

/** What a literal can be of; a missing bound is infinite. */
export type PythonValue = string | number | boolean | readonly PythonValue[];

/** A literal. JSON's texts are Python's, too; of a number, nothing is lost. */
export function literal(value: PythonValue): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return textLiteral(value);
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return String(value);
    return value > 0 ? 'math.inf' : '-math.inf';
  }
  return `[${value.map(literal).join(', ')}]`;
}

/** In double quotes, or in single ones where that saves escapes, as Python's formatters have it. */
function textLiteral(text: string): string {
  const quoted = JSON.stringify(text);
  if (!text.includes('"') || text.includes("'")) return quoted;
  return `'${quoted.slice(1, -1).replace(/\\(.)/g, (pair, escaped) => (escaped === '"' ? '"' : pair))}'`;
}

/** A long text over several lines, which Python joins again. */
export function longLiteral(text: string): string {
  const lines = wrapped(text, LINE_WIDTH - 20).split('\n');
  const parts = lines.map((line, index) => literal(index === lines.length - 1 ? line : `${line} `));
  return parts.length === 1 ? parts[0]! : `(\n${parts.map((part) => `    ${part}`).join('\n')}\n)`;
}

const LINE_WIDTH = 110;

/** `NAME = literal`, a list over several lines where one would be too long. */
export function constant(name: string, value: PythonValue, comment = ''): string {
  const after = comment === '' ? '' : `  # ${comment}`;
  const line = `${name} = ${literal(value)}`;
  if (typeof value !== 'object' || line.length <= LINE_WIDTH) return `${line}${after}`;
  const rows: string[] = [];
  for (const element of value) {
    const text = `${literal(element)},`;
    const last = rows.at(-1);
    if (last === undefined || last.length + text.length > LINE_WIDTH) rows.push(`    ${text}`);
    else rows[rows.length - 1] = `${last} ${text}`;
  }
  return [`${name} = [${after}`, ...rows, ']'].join('\n');
}

/** A text over several lines as it was written, where Python takes it so. */
export function longText(name: string, text: string): string {
  const isPlain = text.includes('\n') && !/"{3}|[\\\r\0]/.test(text);
  return isPlain ? `${name} = """\n${text.trim()}\n"""` : constant(name, text);
}

/** What an experiment or a path says, as words of a comment: nothing in it can end the comment. */
export function words(text: string): string {
  return text.replace(/[\s\p{Cc}\\"]+/gu, ' ').trim();
}

/** Words in lines of a width. */
export function wrapped(text: string, width = LINE_WIDTH): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}

/** `dualLearningRate` → `DUAL_LEARNING_RATE`. */
export function constantName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
