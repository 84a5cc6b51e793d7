import { expect, test } from 'vitest';
import { diagnosesOf, hasFix, refusedFixText } from '../../../extension/host/fixText';
import { runContext, runTooltip } from '../../../extension/host/runText';
import { type Diagnosis, fixWords } from '../../../extension/protocol/diagnosis';
import { applyEvent } from '../../../extension/protocol/runState';
import { NOW, run, started, summary } from './runFixture';

const TRAP: Diagnosis = {
  code: 'doctor.slack-trap',
  severity: 'warning',
  title: 'Slack trap',
  message: '1 of 4 training outputs is held.',
  fixes: [
    {
      label: 'Use the augmented Lagrangian',
      edits: [
        { path: ['variants', 'slack', 'method'], value: 'augmented-lagrangian' },
        { path: ['variants', 'slack', 'slackNudge'], value: null },
        { path: ['variants', 'slack', 'penaltyCoefficient'], value: 20 },
      ],
    },
  ],
};
const HELD_OUT: Diagnosis = { ...TRAP, code: 'doctor.held-out-violations', title: 'Held out', fixes: [] };

const TRAINED = { experiment: '/project/weather.orthant.json', variant: 'slack', method: 'lagrangian' };

test('a run of this window has the diagnoses told so far, a listed one those of its summary', () => {
  const live = run({ status: 'running' });
  live.state = applyEvent(live.state, started('r1'));
  expect(diagnosesOf(live)).toEqual([]);
  const event = { type: 'diagnosed', time: NOW, epoch: 3, step: 30, diagnoses: [TRAP] } as const;
  live.state = applyEvent(live.state, { ...event, diagnoses: [...event.diagnoses] });
  expect(diagnosesOf(live)).toEqual([TRAP]);
  const listed = run({ status: 'finished', summary: summary({ diagnoses: [HELD_OUT] }) });
  expect(diagnosesOf(listed)).toEqual([HELD_OUT]);
});

test('menus offer a fix only for a run that has one', () => {
  const fixable = run({ status: 'finished', folder: '/runs/a', summary: summary({ diagnoses: [TRAP, HELD_OUT] }) });
  expect(runContext(fixable)).toBe('run.finished.ended.stored.unstarred.fixable');
  const told = run({ status: 'finished', folder: '/runs/a', summary: summary({ diagnoses: [HELD_OUT] }) });
  expect([hasFix(told), runContext(told)]).toEqual([false, 'run.finished.ended.stored.unstarred']);
});

test('the tooltip names what the doctor found, and says nothing of it when there is nothing', () => {
  expect(runTooltip(run({ summary: summary({ diagnoses: [TRAP, HELD_OUT] }) }))).toContain(
    'Doctor: Slack trap, Held out',
  );
  expect(runTooltip(run({ summary: summary() }))).not.toContain('Doctor');
});

test('a fix is told by what it writes, not by what goes', () => {
  expect(fixWords(TRAP.fixes[0]!)).toBe('"method": "augmented-lagrangian", "penaltyCoefficient": 20');
});

test('why a file was left alone is said with its name, the variant and what to do', () => {
  const text = (outcome: Parameters<typeof refusedFixText>[0]): string => refusedFixText(outcome, TRAINED);
  expect(text({ kind: 'unchanged' })).toMatch(/^weather\.orthant\.json says so already\. Train slack again/);
  expect(text({ kind: 'no-variant' })).toMatch(/^weather\.orthant\.json has no variant slack any more/);
  expect(text({ kind: 'no-json' })).toMatch(/Correct it first; nothing was changed\.$/);
  expect(text({ kind: 'other-method', method: 'penalty' })).toMatch(
    /the variant slack has the method penalty by now, and the fix is for lagrangian\. Nothing was changed\./,
  );
});
