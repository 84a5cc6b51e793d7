import { expect, test } from 'vitest';
import { applyFix } from '../../../extension/experiment/applyFix';
import type { Fix } from '../../../extension/protocol/diagnosis';

const TEXT = `{
  "variants": {
    // The literal recipe.
    "slack": { "method": "lagrangian", "slackNudge": 0 },
    "plain": { "method": "unconstrained" }
  }
}
`;
const NUDGE: Fix = {
  label: 'Start the slacks above 0',
  edits: [{ path: ['variants', 'slack', 'slackNudge'], value: 0.1 }],
};
const TRAINED = { name: 'slack', method: 'lagrangian' };

test('a fix is the shortest change of whole words, so that a person sees what it is', () => {
  const outcome = applyFix(TEXT, NUDGE, TRAINED);
  if (outcome.kind !== 'changed') throw new Error(outcome.kind);
  expect(outcome.change).toEqual({ offset: TEXT.indexOf('0 }'), length: 1, content: '0.1' });
  expect(outcome.text).toBe(TEXT.replace('"slackNudge": 0', '"slackNudge": 0.1'));
  const back = applyFix(outcome.text, { label: '', edits: [{ ...NUDGE.edits[0]!, value: 0 }] }, TRAINED);
  if (back.kind !== 'changed') throw new Error(back.kind);
  expect(back.change).toEqual({ offset: TEXT.indexOf('0 }'), length: 3, content: '0' });
});

test('a fix that was made already changes nothing', () => {
  const made = TEXT.replace('"slackNudge": 0', '"slackNudge": 0.1');
  expect(applyFix(made, NUDGE, TRAINED)).toEqual({ kind: 'unchanged' });
});

test('a file that changed since is left alone: no variant, another method, no JSON', () => {
  expect(applyFix(TEXT.replace('"slack"', '"slacks"'), NUDGE, TRAINED)).toEqual({ kind: 'no-variant' });
  expect(applyFix(TEXT.replace('"lagrangian"', '"penalty"'), NUDGE, TRAINED)).toEqual({
    kind: 'other-method',
    method: 'penalty',
  });
  expect(applyFix(TEXT.replace('"method": "lagrangian", ', ''), NUDGE, TRAINED)).toEqual({
    kind: 'other-method',
    method: null,
  });
  expect(applyFix(TEXT.slice(0, -4), NUDGE, TRAINED)).toEqual({ kind: 'no-json' });
  expect(applyFix('', NUDGE, TRAINED)).toEqual({ kind: 'no-json' });
});
