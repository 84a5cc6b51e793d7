import { expect, test } from 'vitest';
import { parseExperiment } from '../../../extension/experiment/parse';
import { VARIANT_TEMPLATES } from '../../../extension/experiment/variantTemplates';
import { findMethod, METHODS } from '../../../extension/methods/registry';

test('There is a variant to start from for every method, in the order of the methods', () => {
  const methods = [...new Set(VARIANT_TEMPLATES.map(({ method }) => method))];
  expect(methods).toEqual(METHODS.map(({ name }) => name));
});

test('Each has a name of its own and a line that says what it is', () => {
  expect(new Set(VARIANT_TEMPLATES.map(({ name }) => name)).size).toBe(VARIANT_TEMPLATES.length);
  for (const { summary } of VARIANT_TEMPLATES) expect(summary).toMatch(/^\p{Lu}.*\.$/u);
});

test.each(VARIANT_TEMPLATES.map((template) => [template.name, template] as const))(
  '%s trains as it is, in an experiment that suits its method',
  (name, { method, fields }) => {
    const { experiment, problems } = parseExperiment(
      JSON.stringify({
        data: { source: 'a.csv', inputs: ['a'], targets: ['b'] },
        // Two methods need features of known range or both bounds.
        network: { activation: method === 'bounded-features' ? 'tanh' : 'relu' },
        constraint: { min: 0, ...(method === 'sigmoid' && { max: 1 }) },
        variants: { [name]: { method, ...fields } },
      }),
    );
    expect(problems).toEqual([]);
    expect(findMethod(experiment!.variants[name]!.method)).toBeDefined();
  },
);
