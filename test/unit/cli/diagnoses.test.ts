import { expect, test } from 'vitest';
import { diagnosisText } from '../../../extension/cli/diagnoses';
import type { Diagnosis } from '../../../extension/protocol/diagnosis';
import type { RunSummary } from '../../../extension/protocol/events';

const TEXT = `{
  "variants": {
    "slack": {
      "method": "lagrangian",
      "slackNudge": 0
    }
  }
}
`;

const TRAP: Diagnosis = {
  code: 'doctor.slack-trap',
  severity: 'warning',
  title: 'Slack trap',
  message: `1 of 4 training outputs is held. ${'Such an output never leaves its bound. '.repeat(3).trim()}`,
  fixes: [
    { label: 'Start the slacks above 0', edits: [{ path: ['variants', 'slack', 'slackNudge'], value: 0.1 }] },
    {
      label: 'Use the augmented Lagrangian',
      edits: [
        { path: ['variants', 'slack', 'method'], value: 'augmented-lagrangian' },
        { path: ['variants', 'slack', 'slackNudge'], value: null },
      ],
    },
  ],
};

const summary = (diagnoses: Diagnosis[], method = 'lagrangian'): RunSummary =>
  ({ variant: 'slack', method, diagnoses }) as RunSummary;

test('each diagnosis stands with its numbers and every fix as the lines of the file that it changes', () => {
  expect(diagnosisText([summary([]), summary([TRAP])], TEXT)).toBe(
    [
      'What the failure doctor found:',
      '',
      'slack: Slack trap (doctor.slack-trap)',
      '  1 of 4 training outputs is held. Such an output never leaves its bound. Such',
      '  an output never leaves its bound. Such an output never leaves its bound.',
      '  Fix: Start the slacks above 0.',
      '    - "slackNudge": 0',
      '    + "slackNudge": 0.1',
      '  Or: Use the augmented Lagrangian.',
      '    - "method": "lagrangian",',
      '    - "slackNudge": 0',
      '    + "method": "augmented-lagrangian"',
    ].join('\n'),
  );
});

test('nothing is printed where nothing was found', () => {
  expect(diagnosisText([summary([])], TEXT)).toBe('');
});

test('a fix without a place in the text is named without lines', () => {
  const lines = diagnosisText([summary([TRAP], 'penalty')], TEXT).split('\n');
  expect(lines.filter((line) => /^ {4}[-+]/.test(line))).toEqual([]);
  expect(lines.at(-1)).toBe('  Or: Use the augmented Lagrangian.');
});
