/** What an editor shows over a method and its fields: text with a `|` for the pointer in, Markdown out. */
import { describe, expect, test } from 'vitest';
import { fieldDescriptions, fieldMarkdown, formulaLines, methodMarkdown } from '../../../extension/methods/describe';
import { METHODS } from '../../../extension/methods/registry';
import { hoverAt } from './jsonSupport';

function variant(marked: string): string {
  return `{
  "data": { "source": "a.csv", "inputs": ["a"], "targets": ["b"] },
  "constraint": { "min": 0 },
  "variants": { "mine": ${marked} }
}`;
}

const GENERAL = 'How this variant keeps its outputs inside the bounds.';

describe('Over a method', () => {
  test('stands what it does, its formula, when to take it, its guarantee, its risks and what it costs', async () => {
    expect(await hoverAt(variant('{ "method": "projected-|lagrangian" }'))).toBe(`${GENERAL}

\`projected-lagrangian\`: ${methodMarkdown(METHODS.find(({ name }) => name === 'projected-lagrangian')!)}`);
  });

  test.each(METHODS.map((method) => [method.name, method] as const))(
    '%s stand its own words, once',
    async (name, method) => {
      const hover = await hoverAt(variant(`{ "method": "${name.slice(0, 2)}|${name.slice(2)}" }`));
      for (const part of [
        `**${method.title}.**`,
        `\n${formulaLines(method)}\n`,
        `**Guarantee ${method.guarantee},`,
        '**When.**',
        '**Costs.**',
      ])
        expect(hover.split(part)).toHaveLength(2);
    },
  );

  test('stands the same when the pointer is on the word "method"', async () => {
    const overValue = await hoverAt(variant('{ "method": "pen|alty", "alpha": 3 }'));
    expect(await hoverAt(variant('{ "met|hod": "penalty", "alpha": 3 }'))).toBe(overValue);
  });

  test('stand its words in a variant that has a fault elsewhere', async () => {
    expect(await hoverAt(variant('{ "method": "pen|alty", "damping": 3 }'))).toContain('**Penalty.**');
    expect(await hoverAt(variant('{ "method": "pen|alty", "alpha": "much" }'))).toContain('**Penalty.**');
  });

  test('that is none stands no other method', async () => {
    expect(await hoverAt(variant('{ "method": "penal|t", "alpha": 3 }'))).toBe(GENERAL);
    expect(await hoverAt(variant('{ "method": "|" }'))).toBe(GENERAL);
  });
});

describe('Over a field', () => {
  test('stand what it does and its default', async () => {
    expect(await hoverAt(variant('{ "method": "lagrangian", "slack|Nudge": 0 }'))).toBe(
      'Added to the first slacks √(y − min)₊, in training units. 0 is the literal recipe: a row that starts outside its bounds then keeps slack 0 for ever and is held to equality, which a tenth of a deviation ends.\n\nDefault: `0.1`',
    );
  });

  test.each(METHODS.map((method) => [method.name, method] as const))(
    'of %s stand the words of its section in the docs',
    async (name, method) => {
      for (const field of fieldDescriptions(method)) {
        const hover = await hoverAt(variant(`{ "method": "${name}", "|${field.name}": ${field.fallback ?? 0} }`));
        expect(hover).toBe(fieldMarkdown(field));
      }
    },
  );

  test('that belongs to another method stands nothing', async () => {
    expect(await hoverAt(variant('{ "method": "lagrangian", "al|pha": 3 }'))).toBe('');
  });
});
