/**
 * docs/methods.md as text: the hand-written template with the table of all methods and a section for each. The words come
 * from the registry, the figures from the runs. Pure; a test compares it with the page.
 */
import {
  costOf,
  escapeMarkdown,
  type FieldDescription,
  fieldDescriptions,
  methodMarkdown,
} from '../../extension/methods/describe';
import type { Method } from '../../extension/methods/method';
import type { RunWords } from './runWords';

/** Stands before and after the README's table of methods. */
const README_MARK = '<!-- methods: npm run docs -->';

/** What a training of each method gave; kept in runs.json, so that words can be changed without training anew. */
export interface Recorded {
  readonly engine: string;
  /** By name of the method. */
  readonly methods: Readonly<Record<string, RecordedMethod>>;
}

export interface RecordedMethod {
  readonly run: RunWords;
  /** The picture in words. */
  readonly picture: string;
  /** What of the experiment was not the example's, as it would stand there; `null` for most. */
  readonly changes: string | null;
}

interface Entry extends RecordedMethod {
  readonly method: Method;
}

/**
 * The template with each `<!-- name -->` in place.
 * @throws Error when a method was never trained, or the template names what there is not.
 */
export function methodsPage(template: string, methods: readonly Method[], recorded: Recorded): string {
  const entries = methods.map((method): Entry => {
    const ofMethod = recorded.methods[method.name];
    if (ofMethod === undefined) throw new Error(`There is no run of "${method.name}" yet: run "npm run docs".`);
    return { method, ...ofMethod };
  });
  const parts: Record<string, string> = {
    generated: '<!-- Written by npm run docs; the words by hand are in scripts/docs/template.md. -->',
    engine: recorded.engine,
    table: methodTable(entries),
    methods: entries.map(section).join('\n\n'),
  };
  return template.replace(/<!-- (\w+) -->/g, (_, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`The template names "${name}", which is none of ${Object.keys(parts)}.`);
    return part;
  });
}

/** The README with its table of methods as it has to be, between two marks. */
export function withReadmeTable(readme: string, methods: readonly Method[]): string {
  const table = markdownTable(
    ['method', 'guarantee', 'what it does'],
    methods.map(({ name, guarantee, summary }) => [
      `[\`${name}\`](docs/methods.md#${name})`,
      guarantee,
      escapeMarkdown(summary),
    ]),
  );
  const [before, , after] = readme.split(README_MARK);
  if (after === undefined) throw new Error(`README.md has no two marks ${README_MARK} for its table of methods.`);
  return [before, `\n\n${table}\n\n`, after].join(README_MARK);
}

/** A column of the table of all methods: its head, and what stands under it. */
const COLUMNS: readonly (readonly [string, (entry: Entry) => string])[] = [
  ['method', ({ method }) => `[${method.name}](#${method.name})`],
  ['guarantee', ({ method }) => method.guarantee],
  ['last layer', ({ method }) => costOf(method).lastLayer],
  ['kept', ({ method }) => costOf(method).kept],
  ['extra work', ({ method }) => costOf(method).extraWork],
  ['feasible', ({ run }) => run.feasible],
  ['worst', ({ run }) => run.worst],
  ['outside', ({ run }) => run.outside],
  ['held out', ({ run }) => run.heldOut],
  ['new rows', ({ run }) => run.newRows],
  ['price', ({ run }) => run.price],
  ['time', ({ run }) => `× ${run.time}`],
];

function methodTable(entries: readonly Entry[]): string {
  return markdownTable(
    COLUMNS.map(([head]) => head),
    entries.map((entry) => COLUMNS.map(([, cell]) => withUnit(cell(entry)))),
  );
}

/** Numbers keep their units on their line. */
function withUnit(words: string): string {
  return words.replace(/([≤×]) |(\d) (?=sd|%|of \d)|(of) (?=\d)/g, '$1$2$3\u00a0');
}

function section({ method, run, picture, changes }: Entry): string {
  const needed = changes === null ? '' : ` (with \`${changes}\`, which it needs)`;
  const { verdict, feasible, heldOut, newRows, prices } = run;
  return [
    `### ${method.name}`,
    methodMarkdown(method),
    fieldTable(method),
    `![${picture}](methods/${method.name}.svg)`,
    `On the weather example${needed}: ${verdict}; of held-out outputs ${heldOut} outside, of new rows ${newRows}. Over the seeds: feasible ${feasible}, price ${prices}.`,
  ].join('\n\n');
}

function fieldTable(method: Method): string {
  const fields = fieldDescriptions(method);
  if (fields.length === 0) return 'It has no fields of its own.';
  return markdownTable(
    ['field', 'default', 'what it does'],
    fields.map(({ name, fallback, text }) => [`\`${name}\``, defaultWords(fallback), text]),
  );
}

function defaultWords(fallback: FieldDescription['fallback']): string {
  return fallback === null ? '–' : `\`${fallback}\``;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
