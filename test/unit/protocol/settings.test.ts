import { expect, test } from 'vitest';
import { differingSettings, flattenSettings, varyingSettings } from '../../../extension/protocol/settings';

test('settings are named by their path, a method by its name, and a list is one setting', () => {
  const resolved = {
    network: { hidden: [64, 64], activation: 'relu' },
    training: { learningRate: 0.003, polish: false },
    method: { name: 'penalty', alpha: 10 },
    constraint: { max: null },
  };
  expect(flattenSettings(resolved)).toEqual({
    'network.hidden': '[64,64]',
    'network.activation': 'relu',
    'training.learningRate': 0.003,
    'training.polish': false,
    method: 'penalty',
    'method.alpha': 10,
    'constraint.max': null,
  });
});

test('what an older or foreign run file holds in place of settings is none', () => {
  for (const resolved of [undefined, null, 'text', 3, []]) expect(flattenSettings(resolved)).toEqual({});
});

test('settings differ where values do, or where some run lacks them', () => {
  const a = { method: 'penalty', 'method.alpha': 1, 'training.seed': 0 };
  const b = { method: 'penalty', 'method.alpha': 10, 'training.seed': 0 };
  const c = { method: 'penalty', 'training.seed': 0 };
  expect(differingSettings([a, b])).toEqual(['method.alpha']);
  expect(differingSettings([a, c])).toEqual(['method.alpha']);
  expect(differingSettings([a, a])).toEqual([]);
  // A number is not the text of it.
  expect(differingSettings([{ x: 1 }, { x: '1' }])).toEqual(['x']);
});

test('a setting varies where runs that have it differ in it: what only one method has comes with the method', () => {
  const penalty = { method: 'penalty', 'method.alpha': 10, 'training.seed': 0 };
  const lagrangian = { method: 'lagrangian', 'method.damping': 30, 'training.seed': 0 };
  expect(varyingSettings([penalty, lagrangian])).toEqual(['method']);
  expect(varyingSettings([penalty, lagrangian, { ...penalty, 'method.alpha': 1 }])).toEqual(['method', 'method.alpha']);
});
