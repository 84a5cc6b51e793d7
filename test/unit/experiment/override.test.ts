import { expect, test } from 'vitest';
import { overrideExperiment } from '../../../extension/experiment/override';

const text = '{\n  // mine\n  "training": { "epochs": 50 },\n  "variants": { "c=0.5": { "method": "penalty" } }\n}';

test('A field is replaced and comments stay', () => {
  expect(overrideExperiment(text, 'training.epochs', '3')).toBe(text.replace('50', '3'));
});

test('A field that was left to its default is added', () => {
  expect(overrideExperiment(text, 'network.hidden', '[8]')).toContain('"hidden": [8]'.slice(0, 9));
  expect(JSON.parse((overrideExperiment('{}', 'network.hidden', '[8]') as string) ?? '')).toEqual({
    network: { hidden: [8] },
  });
});

test('What is no JSON is text', () => {
  expect(overrideExperiment(text, 'training.optimizer', 'sgd')).toMatch(/"optimizer": ?"sgd"/);
});

test("A variant's name may hold dots", () => {
  expect(overrideExperiment(text, 'variants.c=0.5.alpha', '7')).toMatch(
    /"c=0\.5": \{\s*"method": "penalty",\s*"alpha": ?7/,
  );
});

test.each([
  ['training.epochs.deep', 'is a single value and has no fields'],
  ['training..epochs', 'a name between two dots is empty'],
  ['', 'a name between two dots is empty'],
])('%s is refused with a reason', (path, reason) => {
  expect(overrideExperiment(text, path, '1')).toMatchObject({
    code: 'experiment.bad-override',
    message: expect.stringContaining(reason),
  });
});

test('What follows stays on its line', () => {
  const list = '{\n  "network": { "hidden": [\n    8,\n    8\n  ] },\n  "variants": {} // last\n}';
  for (const [path, value] of [
    ['network.hidden', '[8]'],
    ['network.activation', 'tanh'],
    ['training.epochs', '3'],
  ] as const) {
    const lines = (overrideExperiment(list, path, value) as string).split('\n');
    expect(lines[5]).toMatch(/"variants": \{\}.* \/\/ last$/);
    expect(lines).toHaveLength(7);
  }
});
