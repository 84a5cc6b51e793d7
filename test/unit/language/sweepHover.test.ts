/** What stands over the keys of a sweep: text with a `|` for the pointer in, Markdown out. */
import { expect, test } from 'vitest';
import { escapeMarkdown } from '../../../extension/methods/describe';
import { penalty } from '../../../extension/methods/penalty';
import { experimentText, marked, serviceWith } from './helpers';

async function hoverOver(sweep: string, mayRead = true): Promise<string | null> {
  const { text, position } = marked(`{
    "data": { "source": "a.csv", "inputs": ["a"], "targets": ["b"] },
    "constraint": { "min": 0 },
    "variants": { "mine": { "method": "penalty" } },
    "sweep": ${sweep}
  }`);
  const { service } = serviceWith({ mayReadData: () => mayRead });
  const hover = await service.hover(experimentText(text), position);
  return hover === null ? null : (hover.contents as { value: string }).value;
}

test('The field of a variant is explained as in the variant, with or without data', async () => {
  const description = escapeMarkdown(penalty.fields.shape.alpha.description!);
  expect(description).toContain('Strength');
  expect(await hoverOver('{ "mine.al|pha": [1, 2] }')).toBe(description);
  expect(await hoverOver('{ "mine.al|pha": [1, 2] }', false)).toBe(description);
});

test('A range says which values it comes to', async () => {
  const range = '{ "from": 1, "to": 100, "count": 3, "scale": "log" }';
  expect(await hoverOver(`{ "mine.al|pha": ${range} }`)).toMatch(/\n\nValues: 1, 10, 100\.$/);
  // What the field is for, the schema says.
  expect(await hoverOver(`{ "training.ep|ochs": ${range} }`)).toBe('Values: 1, 10, 100.');
  // Twenty of 25 numbers from 1, one apart.
  expect(await hoverOver('{ "training.ep|ochs": { "from": 1, "to": 25, "count": 25 } }')).toMatch(
    /19, 20 and 5 more\.$/,
  );
});

test('Nothing is said of values while they are wrong, of what is drawn at random, and of other places', async () => {
  expect(await hoverOver('{ "training.ep|ochs": { "from": 9, "to": 1, "count": 3 } }')).toBeNull();
  expect(await hoverOver('{ "random": 3, "training.ep|ochs": { "from": 1, "to": 9 } }')).toBeNull();
  expect(await hoverOver('{ "training.epochs": [|1, 2] }')).toBeNull();
  expect(await hoverOver('{ "ran|dom": 3, "training.epochs": { "from": 1, "to": 9 } }')).toBeNull();
  expect(await hoverOver('{ "no.su|ch": [1] }')).toBeNull();
});
