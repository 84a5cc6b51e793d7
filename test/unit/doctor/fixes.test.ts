/** A fix leaves an experiment that can be trained, whatever fields the variant had before. */
import { describe, expect, test } from 'vitest';
import { changeMethod, firstSuitable, takeAugmentedLagrangian } from '../../../extension/doctor/fixes';
import type { Subject } from '../../../extension/doctor/observation';
import { editFields } from '../../../extension/experiment/editFields';
import { parseExperiment } from '../../../extension/experiment/parse';
import { resolveVariant } from '../../../extension/experiment/schema';
import { factsOf } from '../../../extension/experiment/variantChecks';
import { METHODS } from '../../../extension/methods/registry';
import type { Fix } from '../../../extension/protocol/diagnosis';

/** A variant of a network with two hidden layers, trained in batches. */
function subjectWith(
  variant: Record<string, unknown>,
  constraint: object = { min: 0 },
): { subject: Subject; text: string } {
  const text = JSON.stringify({
    data: { source: 'x.csv', inputs: ['x'], targets: ['t'] },
    network: { hidden: [8, 8] },
    constraint,
    variants: { tested: variant },
  });
  const { experiment, problems } = parseExperiment(text);
  if (experiment === null) throw new Error(problems.map(({ message }) => message).join('\n'));
  const resolved = resolveVariant(experiment, 'tested')!;
  const subject = {
    variant: resolved,
    facts: factsOf(experiment, resolved),
    reduction: 'mean',
    targets: [{ name: 't' }],
    batchSize: 32,
    stepsPerEpoch: 10,
  } as unknown as Subject;
  return { subject, text };
}

function problemsAfter(text: string, { edits }: Fix): string[] {
  const { problems } = parseExperiment(editFields(text, edits));
  return problems
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ message }) => message);
}

/** What fixes change to. */
const OFFERED = ['augmented-lagrangian', 'softplus', 'bounded-features', 'nonnegative-weights'];

describe.for(METHODS.filter(({ name }) => name !== 'sigmoid').map(({ name }) => name))('In place of %s', (method) => {
  // Every field written out: the new method may have one of that name with other values, or no use for it.
  const fields = METHODS.find(({ name }) => name === method)!.fields.parse({});
  const { subject, text } = subjectWith({ method, ...fields });

  test.for(OFFERED.filter((other) => other !== method))('%s is a variant without a problem', (other) => {
    expect(problemsAfter(text, changeMethod(subject, 'Change it', other, {}))).toEqual([]);
  });
});

test('a last layer that is no longer plain is not polished', () => {
  const { subject, text } = subjectWith({ method: 'penalty', polish: true });
  expect(problemsAfter(text, changeMethod(subject, 'Change it', 'softplus', {}))).toEqual([]);
  const kept = editFields(text, changeMethod(subject, 'Change it', 'augmented-lagrangian', {}).edits);
  expect(JSON.parse(kept).variants.tested).toEqual({ method: 'augmented-lagrangian', polish: true });
});

test('fields that the new method has, too, stay as a person set them', () => {
  const { subject, text } = subjectWith({
    method: 'projected-lagrangian',
    dualLearningRate: 0.3,
    order: 'simultaneous',
  });
  const changed = editFields(text, changeMethod(subject, 'Change it', 'augmented-lagrangian', {}).edits);
  expect(JSON.parse(changed).variants.tested).toEqual({
    method: 'augmented-lagrangian',
    dualLearningRate: 0.3,
    order: 'simultaneous',
  });
});

test('a method is offered only where the experiment can take it', () => {
  const one = subjectWith({ method: 'relu' }).subject;
  const two = subjectWith({ method: 'relu' }, { min: 0, max: 9 }).subject;
  // Softplus holds one bound, a sigmoid needs both.
  expect([one, two].map((subject) => firstSuitable(subject, ['softplus', 'sigmoid']))).toEqual(['softplus', 'sigmoid']);
  expect(firstSuitable(two, ['softplus'])).toBeUndefined();
});

test('the augmented Lagrangian gets the strength of the term it replaces, and steps that suit the batches', () => {
  const { subject } = subjectWith({ method: 'penalty' });
  const set = (it: Subject, ...given: number[]): unknown =>
    Object.fromEntries(
      takeAugmentedLagrangian(it, ...given).edits.flatMap(({ path, value }) =>
        value === null ? [] : [[path[2], value]],
      ),
    );
  const method = 'augmented-lagrangian';
  // A visit once an epoch takes steps of 2.5 c, a step that visits every sample 0.05 c.
  expect(set(subject)).toEqual({ method, penaltyCoefficient: 20, dualLearningRate: 50 });
  expect(set({ ...subject, stepsPerEpoch: 1 })).toEqual({ method, penaltyCoefficient: 20, dualLearningRate: 1 });
  // Added up over 32 samples, all strengths are 32 times as strong.
  expect(set({ ...subject, reduction: 'sum' })).toEqual({
    method,
    penaltyCoefficient: 0.625,
    dualLearningRate: 1.56,
  });
  expect(set(subject, 2, 0.1)).toEqual({ method, penaltyCoefficient: 2, dualLearningRate: 0.1 });
});
