/**
 * A method in words, as Markdown: the one source of its section in docs/methods.md and of what an editor shows over its
 * name and its fields. Takes everything from the method's own definition; knows no page and no editor.
 */
import { z } from 'zod';
import { GUARANTEE_WORDS } from '../protocol/figures';
import type { Method, MethodFunctions } from './method';

/** Title, what it does, formula, symbols, when, guarantee, risks, costs and source. */
export function methodMarkdown(method: Method): string {
  const { kept, extraWork, lastLayer } = costOf(method);
  const symbols = Object.entries(method.symbols).map(([symbol, meaning]) => `- ${symbol}: ${meaning}`);
  return [
    `**${method.title}.** ${escapeMarkdown(method.summary)}`,
    `\`\`\`text\n${formulaLines(method)}\n\`\`\``,
    ...(symbols.length > 0 ? [escapeMarkdown(symbols.join('\n'))] : []),
    `**When.** ${escapeMarkdown(method.when)}`,
    `**Guarantee ${method.guarantee}, ${GUARANTEE_WORDS[method.guarantee]}.** ${escapeMarkdown(method.guaranteed)}`,
    `**What can go wrong.**\n\n${method.risks.map((risk) => `- ${escapeMarkdown(risk)}`).join('\n')}`,
    `**Costs.** Kept: ${kept}. Extra work: ${extraWork}. Last layer: ${lastLayer}.`,
    `**Source.** ${escapeMarkdown(capitalized(method.source))}`,
  ].join('\n\n');
}

/** Longer ones would have to be scrolled in a hover. */
const LONGEST_FORMULA_LINE = 72;

/** The formula, a long one with a line for each of its parts, which are set off by two spaces. */
export function formulaLines({ formula }: Method): string {
  return formula.length <= LONGEST_FORMULA_LINE ? formula : formula.replace(/([,;]) {2,}/g, '$1\n');
}

export interface MethodCost {
  /** What is kept between steps beside weights and optimizer. */
  readonly kept: string;
  /** Beside a step of plain training. */
  readonly extraWork: string;
  readonly lastLayer: string;
}

/** With the defaults of its fields. */
export function costOf(method: Method): MethodCost {
  const functions = method.bind({});
  const rows = functions.rows.map(words);
  const constraint = functions.perOutput === undefined ? 'sample and output' : 'output';
  return {
    kept: rows.length === 0 ? 'nothing' : `${rows.join(', ')} per ${constraint}`,
    extraWork: extraWorkOf(functions).join(', ') || 'next to none',
    lastLayer: method.linearOutput ? 'plain linear' : 'no longer plain linear',
  };
}

function extraWorkOf({ order, ascend, descend, lastLayer, polishes }: MethodFunctions): string[] {
  const moves = ascend !== undefined || descend !== undefined;
  return [
    ...(moves && order === 'primal-first' ? ['a second forward pass'] : []),
    ...(moves && order === 'extragradient' ? ['a second forward and backward pass'] : []),
    ...(lastLayer?.project === undefined ? [] : ['a projection of the last layer after each step']),
    ...(polishes === true ? ['after training, one quadratic program per output'] : []),
  ];
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `smoothedViolation` → `smoothed violation` */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

export interface FieldDescription {
  readonly name: string;
  /** What it does and why its default is what it is; Markdown. */
  readonly text: string;
  /** As written in an experiment file; `null` for a field that has to be given or may be left out. */
  readonly fallback: string | null;
}

/** The fields of its own, in the order of the method's definition. */
export function fieldDescriptions(method: Method): FieldDescription[] {
  const { properties = {} } = z.toJSONSchema(method.fields, { io: 'input' });
  return Object.entries(properties).map(([name, field]) => {
    const { description = '', default: fallback } = field as z.core.JSONSchema.BaseSchema;
    return {
      name,
      text: escapeMarkdown(description),
      fallback: fallback === undefined ? null : JSON.stringify(fallback),
    };
  });
}

/** A field's text with its default under it. */
export function fieldMarkdown({ text, fallback }: Omit<FieldDescription, 'name'>): string {
  return fallback === null ? text : `${text}\n\nDefault: \`${fallback}\``;
}

/** Formulas hold `*` and `_`, which Markdown would take for emphasis. What stands in backticks stays as it is. */
export function escapeMarkdown(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[*_<>[\]~]/g, '\\$&')))
    .join('');
}
