/** Every diagnosis on a run built to show it, in numbers worked out by hand, and each of its fixes on the same run. */
import { afterAll, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../../extension/protocol/diagnosis';
import { A1, A1_LOSS, type Case, CaseFolder, cured, type Examined, examine as train } from './examine';

const cases = new CaseFolder();
afterAll(() => cases.remove());

/** Terms added up and every step size 0.05, as in methods.md A1. */
const SMALL_STEPS = { dualLearningRate: 0.05, reduction: 'sum' };
/** The recipe of the founding question: slacks √[y − min]₊, no damping, all at once. */
const LITERAL = {
  method: 'lagrangian',
  slackNudge: 0,
  damping: 0,
  order: 'simultaneous',
  slackStep: 'gradient',
  slackLearningRate: 0.05,
  ...SMALL_STEPS,
};

/** Trains, and expects of every fix of every diagnosis that it leaves an experiment without a problem. */
async function examine(original: Case): Promise<Examined> {
  const run = await train(original);
  for (const diagnosis of run.diagnoses) {
    for (const place of diagnosis.fixes.keys()) cured(original, diagnosis, place);
  }
  return run;
}

function found({ diagnoses }: Examined, code: string): Diagnosis {
  const diagnosis = diagnoses.find((each) => each.code === code);
  if (diagnosis === undefined) throw new Error(`no ${code} among ${diagnoses.map((each) => each.code)}`);
  return diagnosis;
}

/** Trains on after a fix and expects the diagnosis to be gone, and that the fix brought no other one. */
async function withFix(original: Case, diagnosis: Diagnosis, place: number): Promise<Examined> {
  const after = await examine(cured(original, diagnosis, place));
  expect(after.codes, diagnosis.fixes[place]!.label).toEqual([]);
  return after;
}

describe('The slack trap', () => {
  // A2: slacks of 0 on the row that starts outside; c = 1 stops everything else from swinging.
  const trap = cases.line({ ...LITERAL, damping: 1 }, { training: { epochs: 4000 } });

  test('is told of case A2 with the multiplier and the loss that methods.md gives: λ₁ ≈ −4.12, loss 1.5', async () => {
    const run = await examine(trap);
    const { message } = found(run, 'doctor.slack-trap');
    expect(message).toMatch(/^1 of 4 training outputs is held exactly at the bound by a slack of 0/);
    expect(message).toMatch(/λ down to -4\.12\d? where/);
    expect(message).toContain('the loss (1.5)');
    expect(run.loss).toBeCloseTo(1.5, 4);
  });

  test('is cured by slacks that start above 0, and by the augmented Lagrangian: loss 5/14', async () => {
    const trapped = found(await examine(trap), 'doctor.slack-trap');
    expect(trapped.fixes.map(({ label }) => label)).toEqual([
      'Start the slacks above 0',
      'Use the augmented Lagrangian',
    ]);
    for (const place of [0, 1]) expect((await withFix(trap, trapped, place)).loss).toBeCloseTo(A1_LOSS, 4);
  });

  test('is told of the literal recipe, too, long before its end', async () => {
    const literal = await examine({ ...trap, text: trap.text.replace('"damping": 1', '"damping": 0') });
    expect(literal.everTold).toContain('doctor.slack-trap');
  });

  test('is not told of slacks that start above 0', async () => {
    const nudged = await examine({ ...trap, text: trap.text.replace('"slackNudge": 0', '"slackNudge": 0.1') });
    expect(nudged.everTold).not.toContain('doctor.slack-trap');
  });
});

describe('The rotation of slacks', () => {
  // Without damping each simultaneous step widens the circle of a row inside: at y = 1 by √(1 + 4·0.05²), 0.5 % a step (A7).
  const rotating = cases.line({ ...LITERAL, slackNudge: 0.1 }, { training: { epochs: 8000 } });

  test('is told with the radius, which has grown from the 0.1 of the start', async () => {
    const run = await examine(rotating);
    const { message } = found(run, 'doctor.slack-rotation');
    expect(message).toMatch(
      /^On the [34] training outputs inside their bounds, slack and multiplier circle each other/,
    );
    expect(Number(/radius of ([\d.]+) times the slack/.exec(message)![1])).toBeGreaterThan(0.3);
    // Still far from the optimum after eight thousand steps.
    expect(Math.abs(run.loss - A1_LOSS)).toBeGreaterThan(0.01);
  });

  test('is cured by damping, by moving the multipliers first and by the augmented Lagrangian', async () => {
    const diagnosis = found(await examine(rotating), 'doctor.slack-rotation');
    expect(diagnosis.fixes.map(({ label }) => label)).toEqual([
      'Damp the slacks with 1',
      'Move the multipliers first',
      'Use the augmented Lagrangian',
    ]);
    for (const place of [0, 1, 2]) {
      const after = await withFix(rotating, diagnosis, place);
      expect(after.loss).toBeCloseTo(A1_LOSS, 3);
      expect(after.everTold).not.toContain('doctor.slack-rotation');
    }
  });
});

describe('Multiplier wind-up', () => {
  // The default step of the multipliers, 50, for weights that Adam moves by 0.003 a step.
  const adam = { optimizer: 'adam', learningRate: 0.003 };

  test.for([
    ['augmented-lagrangian', {}],
    ['lagrangian', {}],
    ['projected-lagrangian', { dualLearningRate: 1 }],
    ['nu-pi', { dualLearningRate: 1 }],
    ['pid', { integralGain: 1 }],
  ] as const)(
    'is told of %s where the weights can not follow, and cured by smaller steps',
    async ([method, fields]) => {
      const winding = cases.line({ method, ...fields }, { training: adam });
      const diagnosis = found(await examine(winding), 'doctor.multiplier-windup');
      const [, peak, pull] =
        /ran away: ([\d.e+]+) on average at step [\d,]+, where the loss never pulled with more than ([\d.]+) on/.exec(
          diagnosis.message,
        )!;
      // At the optimum they average 20/7 / 4 = 0.71, and the loss pulls with 2·mean|y − t| = 1.0.
      expect(Number(peak)).toBeGreaterThan(10 * Number(pull));
      const after = await withFix(winding, diagnosis, 0);
      expect(Math.abs(after.loss - A1_LOSS)).toBeLessThan(0.05);
    },
  );

  test('is told of outputs thrown so far inside that the loss pulls harder than it ever would at the bounds', async () => {
    // At least 3.3541 where the targets are −1 to 2: a constant there is off by 2.8541 on average, a pull of 5.7082.
    const thrown = cases.line(
      { method: 'augmented-lagrangian', boundMargin: 3 },
      { training: { ...adam, learningRate: 0.02, schedule: 'cosine', epochs: 1000 } },
    );
    const { message } = found(await examine(thrown), 'doctor.multiplier-windup');
    expect(message).toContain('never pulled with more than 5.708 on the way to the bounds');
  });

  test('is not told of multipliers that overshoot once and settle', async () => {
    const run = await examine(cases.line({ method: 'augmented-lagrangian', penaltyCoefficient: 1, ...SMALL_STEPS }));
    expect(run.everTold).toEqual(new Set());
  });
});

describe('A penalty that is too weak', () => {
  test('is told with what it leaves: b = −5/19 at α = 1, which is λ/2α for λ = 10/19', async () => {
    const run = await examine(cases.line({ method: 'penalty', alpha: 1, reduction: 'sum' }));
    const { message } = found(run, 'doctor.penalty-too-weak');
    // 5/19 = 0.2632, and the targets' standard deviation is √(5/4) = 1.118.
    expect(message).toMatch(/^1 training output stays outside, "t" by up to 0\.2632 \(0\.2354 sd\)/);
    expect(message).toContain('λ = 0.5263');
    expect(message).toContain('α = 1:');
  });

  test('is cured by the augmented Lagrangian, a larger α and an exact last layer', async () => {
    const weak = cases.line({ method: 'penalty', alpha: 1, reduction: 'sum' });
    const diagnosis = found(await examine(weak), 'doctor.penalty-too-weak');
    expect(diagnosis.fixes.map(({ label }) => label)).toEqual([
      'Use the augmented Lagrangian',
      'Raise α to 100, with smaller steps',
      'Solve the last layer exactly after training',
    ]);
    for (const place of [0, 1, 2]) {
      const after = await withFix(weak, diagnosis, place);
      expect(after.ended.summary.verdict.kind).toBe('feasible');
    }
  });

  test.for([
    // λ₀ = 5/7 where terms are added up, 20/7 where they are averaged.
    ['exact, α = 0.3 below λ* = 5/7', { method: 'penalty', form: 'exact', alpha: 0.3, reduction: 'sum' }],
    ['l2, α = 0.3 below λ* = 5/7', { method: 'penalty', form: 'l2', alpha: 0.3, reduction: 'sum' }],
    ['log-barrier, t = 0.4 below λ* = 20/7', { method: 'log-barrier', t: 0.4, tSchedule: 'constant' }],
  ] as const)('is told of the %s, and cured by ten times as much', async ([, variant]) => {
    const weak = cases.line(variant, { training: { learningRate: 0.02, schedule: 'cosine' } });
    const diagnosis = found(await examine(weak), 'doctor.penalty-too-weak');
    expect(diagnosis.message).toMatch(/The term pushes with [αt] = 0\.[34] at most, and these outputs need more/);
    const raise = diagnosis.fixes.findIndex(({ label }) => label.startsWith('Raise'));
    expect((await withFix(weak, diagnosis, raise)).ended.summary.verdict.kind).toBe('feasible');
  });

  test('is told of an α that rises only once it has risen, and then of its end', async () => {
    const rising = cases.line({ method: 'penalty', alpha: 0.1, alphaSchedule: 'geometric', alphaEnd: 4 });
    const run = await examine(rising);
    const diagnosis = found(run, 'doctor.penalty-too-weak');
    expect(diagnosis.fixes[1]!.edits[0]!.path).toEqual(['variants', 'tested', 'alphaEnd']);
  });

  test('is told of a pure barrier with its slope of 1000, whatever t is, and offers no larger t', async () => {
    // A1 in units a thousand times smaller: λ₀ = 20/7 · 1000 = 2857 where terms are averaged.
    const samples = A1.map(([x, t]) => [x, 1000 * t] as const);
    const pure = { method: 'log-barrier', form: 'pure', tEnd: 100 };
    const weak = cases.line(pure, { samples, training: { learningRate: 0.02, schedule: 'cosine' } });
    const { message, fixes } = found(await examine(weak), 'doctor.penalty-too-weak');
    expect(message).toContain('The term pushes with S = 1000 at most, whatever t is, and these outputs need more.');
    expect(fixes.map(({ label }) => label)).toEqual([
      'Use the augmented Lagrangian',
      'Solve the last layer exactly after training',
    ]);
  });

  test('is not told of an exact form whose steps throw outputs outside', async () => {
    // At 3 all four rows are held, with multipliers of 8, 6, 4 and 2: less than α, and steps of 0.05 · 10 leap about.
    const fields = { method: 'penalty', form: 'exact', alpha: 10 };
    const run = await examine(cases.line(fields, { constraint: { min: 3 }, training: { learningRate: 0.05 } }));
    expect(run.ended.summary.verdict.kind).toBe('infeasible');
    expect(run.everTold).toEqual(new Set());
  });

  test('is not told where the steps of the weights are too large, which a stronger term makes worse', async () => {
    // The slow blow-up of a plain training (see below), with a term that hardly adds to it.
    const slow = { learningRate: 0.2387, epochs: 1200 };
    const run = await examine(
      cases.line({ method: 'penalty', alpha: 1e-6 }, { training: slow, start: { w: 1, b: -1.05 } }),
    );
    expect(run.ended.summary.verdict.kind).toBe('infeasible');
    expect(run.codes).toEqual(['doctor.step-too-large']);
  });

  test('is not told of an exact form that only trembles about the bound', async () => {
    // α = 1 above 5/7: feasible at its optimum, with steps of 0.0005 within 1e-3 of it.
    const exact = { method: 'penalty', form: 'exact', alpha: 1, reduction: 'sum' };
    const run = await examine(cases.line(exact, { training: { learningRate: 0.0005, epochs: 20_000 } }));
    expect(run.everTold).toEqual(new Set());
  });
});

describe('A step that is too large', () => {
  // As in case B10, a penalty that rises until the steps are too long for it; two bounds, so that it leaps to and fro.
  const late = cases.line(
    { method: 'penalty', alpha: 1, alphaSchedule: 'geometric', alphaEnd: 1000 },
    { constraint: { max: 1.5 } },
  );

  test('is told of a penalty that rises until it blows up late, with what blew up', async () => {
    const run = await examine(late);
    expect(run.ended.status).toBe('failed');
    expect(run.ended.summary.steps).toBeGreaterThan(1000);
    const { message } = found(run, 'doctor.step-too-large');
    expect(message).toMatch(/The weights blew up first: at most [\d.]+ after step [\d,]+, [\d.e+]+ after step 1,\d+\./);
  });

  test('is cured by steps as small as the strength at the end asks for', async () => {
    const diagnosis = found(await examine(late), 'doctor.step-too-large');
    expect((await withFix(late, diagnosis, 0)).ended.status).toBe('finished');
  });

  test('is told of a plain training whose rate is too high, and cured by a lower one', async () => {
    // The loss has the curvature [[7, 3], [3, 2]], at most 8.4: steps of 1 are four times the 2/8.4 that it bears.
    const wild = cases.line({ method: 'unconstrained' }, { training: { learningRate: 1 }, start: { w: 0, b: 0 } });
    const diagnosis = found(await examine(wild), 'doctor.step-too-large');
    expect((await withFix(wild, diagnosis, 0)).loss).toBeCloseTo(0, 6);
  });

  test.for([
    // From an exact fit to outputs of 3 and more: at best all are 3, off by 4, 3, 2 and 1: (16 + 9 + 4 + 1)/4 = 7.5.
    ['the projected Lagrangian', { method: 'projected-lagrangian', ...SMALL_STEPS }, 3, 7.5],
    ['an exact last layer', { method: 'polish' }, 3, 7.5],
    // Three standard deviations of √1.25 are 3.3541: (4.3541² + 3.3541² + 2.3541² + 1.3541²)/4 = 9.3959.
    ['an exact last layer with a margin', { method: 'polish', boundMargin: 3 }, 0, 9.3959],
  ] as const)('is not told of %s that has to raise the loss to keep the bounds', async ([, method, min, loss]) => {
    const run = await examine(cases.line(method, { constraint: { min }, training: { epochs: 4000 } }));
    expect(run.measured[0]!.train.overall.loss).toBeLessThan(0.1);
    expect(run.loss).toBeCloseTo(loss, 2);
    expect(run.everTold).toEqual(new Set());
  });

  test('is told while it happens, if it happens slowly: a loss far above that of the mean', async () => {
    // The curvature's largest eigenvalue is (9 + √61)/2 = 8.405: a step of 0.2387 multiplies by 1 − 0.2387·8.405 = −1.006.
    const slow = cases.line(
      { method: 'unconstrained' },
      { training: { learningRate: 0.2387, epochs: 1200 }, start: { w: 1, b: -1.05 } },
    );
    const run = await examine(slow);
    expect(run.ended.status).toBe('finished');
    expect(found(run, 'doctor.step-too-large').message).toMatch(/The loss was [\d.e-]+ at step [\d,]+ and is/);
  });
});

describe('Dead rows', () => {
  test('are told behind a ReLU head where they start outside, and cured by another head or method', async () => {
    // y = max(−x − 1, 0) is 0 on all four rows; targets 1 and 2 lie inside.
    const dead = cases.line({ method: 'relu' }, { start: { w: -1, b: -1 } });
    const run = await examine(dead);
    const diagnosis = found(run, 'doctor.dead-rows');
    expect(diagnosis.message).toMatch(/^2 of 4 training rows have "t" exactly at its bound .* lie 1\.5 inside it/);
    // Nothing moves: mean(t²) stays 6/4.
    expect(run.loss).toBeCloseTo(1.5, 6);
    for (const place of [0, 1]) expect((await withFix(dead, diagnosis, place)).loss).toBeLessThan(0.5);
  });

  test('are told of a network whose first weights happen to put all rows outside', async () => {
    const source = cases.write('x,t', Array.from({ length: 64 }, () => A1).flat());
    const drawn = (seed: number): Case =>
      cases.experiment({
        data: { source, inputs: ['x'], targets: ['t'], validation: 0, standardize: false },
        network: { hidden: [8, 8] },
        constraint: { min: 0 },
        training: { learningRate: 0.01, batchSize: 32, epochs: 100, seed },
        variants: { tested: { method: 'relu' } },
      });
    const [dead, alive] = [await examine(drawn(0)), await examine(drawn(1))];
    expect([dead.codes, dead.loss]).toEqual([['doctor.dead-rows'], 1.5]);
    expect(alive.codes).toEqual([]);
    // All that is left is the target of −1: 1/4.
    expect(alive.loss).toBeCloseTo(0.25, 2);
  });

  test('are not told of a ReLU head whose rows are alive', async () => {
    expect((await examine(cases.line({ method: 'relu' }, { start: { w: 1, b: 1 } }))).everTold).toEqual(new Set());
  });
});

describe('Violations on held-out rows', () => {
  // Trained where y = x is inside its bound, held out where it is not: x = −10, …, −1.
  const rows = Array.from({ length: 40 }, (_, index) => [index - 10, index - 10, index < 10 ? 'new' : 'old'] as const);
  const content = (variant: Record<string, unknown>, of: readonly (readonly (number | string)[])[] = rows): object => ({
    data: {
      source: cases.write('x,t,part', of),
      inputs: ['x'],
      targets: ['t'],
      validation: { column: 'part', equals: 'new' },
    },
    network: { hidden: [], activation: 'tanh' },
    constraint: { min: 0 },
    training: { optimizer: 'adam', learningRate: 0.02, schedule: 'cosine', batchSize: 10, epochs: 400 },
    variants: { tested: variant },
  });

  test('are told of a method that guarantees its training rows, with both counts', async () => {
    const run = await examine(cases.experiment(content({ method: 'augmented-lagrangian' })));
    const { message, severity } = found(run, 'doctor.held-out-violations');
    expect(severity).toBe('information');
    expect(message).toMatch(/^(9|10) rows of 10 held out .* "t" by up to [\d.]+ .*, against 0 of 30 training rows/);
  });

  test('are cured by a margin while training: figures go by the bounds themselves', async () => {
    const violated = cases.experiment(content({ method: 'augmented-lagrangian' }));
    const diagnosis = found(await examine(violated), 'doctor.held-out-violations');
    expect(diagnosis.fixes[0]!.edits[0]!.path).toEqual(['variants', 'tested', 'boundMargin']);
    const after = await withFix(violated, diagnosis, 0);
    expect(after.measured.at(-1)!.validation!.rowsOutside).toBe(0);
  });

  test('are cured by more margin where there is one already', async () => {
    const violated = cases.experiment(content({ method: 'augmented-lagrangian', boundMargin: 0.1 }));
    const diagnosis = found(await examine(violated), 'doctor.held-out-violations');
    const needed = Number(/by up to [\d.]+ \(([\d.]+) sd\)/.exec(diagnosis.message)![1]);
    // The worst row is that far outside with 0.1 already; two digits upwards are less than 0.01 more.
    const { boundMargin } = JSON.parse(cured(violated, diagnosis, 0).text).variants.tested;
    expect(boundMargin - needed).toBeGreaterThan(0.1 - 0.005);
    expect(boundMargin - needed).toBeLessThan(0.1 + 0.015);
    expect((await withFix(violated, diagnosis, 0)).measured.at(-1)!.validation!.rowsOutside).toBe(0);
  });

  test('are offered no margin that an experiment can not have', async () => {
    // On the line y = x the row at −1001 is a hundred standard deviations outside; a margin is 10 at most.
    const far = rows.map(([x, t, part]) => [part === 'new' ? 100 * x - 1 : x, t, part] as const);
    const run = await examine(cases.experiment(content({ method: 'augmented-lagrangian' }, far)));
    const { message, fixes } = found(run, 'doctor.held-out-violations');
    expect(Number(/\(([\d.]+) sd\)/.exec(message)![1])).toBeGreaterThan(10);
    expect(fixes.flatMap(({ edits }) => edits.map(({ path }) => path.at(-1)))).not.toContain('boundMargin');
  });

  test('are no matter for a method that promises nothing', async () => {
    const run = await examine(cases.experiment(content({ method: 'unconstrained' })));
    expect(run.measured.at(-1)!.validation!.rowsOutside).toBeGreaterThan(0);
    expect(run.everTold).toEqual(new Set());
  });
});
