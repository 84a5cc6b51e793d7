import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ProblemAtPath } from '../../../extension/experiment/problems';
import { createLanguageService, type LanguageServiceOptions } from '../../../extension/language/languageService';
import type { Range } from '../../../extension/protocol/problems';

const URI = 'file:///project/weather.orthant.json';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function serviceWith(options: Partial<LanguageServiceOptions> = {}) {
  const problemsChanged = vi.fn();
  const inspectData = vi.fn(async (): Promise<ProblemAtPath[]> => []);
  const failed = vi.fn();
  const service = createLanguageService({ inspectData, mayReadData: () => true, problemsChanged, failed, ...options });
  const at = (text: string, file = '/project/weather.orthant.json') => ({ uri: URI, path: file, text });
  return {
    problemsChanged,
    failed,
    inspectData,
    service,
    /** Problems as `code` and the text they underline. */
    problems: (text: string) => service.problems(at(text)).map(({ code, range }) => `${code} ${cut(text, range)}`),
    lenses: (text: string, file?: string) =>
      service.lenses(at(text, file)).map(({ range, subject }) => {
        const what = subject.kind === 'variant' ? `train ${subject.variant} by ${subject.method}` : 'all';
        return `${range.start.line}: ${what} above ${cut(text, range)}`;
      }),
  };
}

function cut(text: string, { start, end }: Range): string {
  return text.split('\n')[start.line]!.slice(start.character, end.line === start.line ? end.character : undefined);
}

const GOOD = `{
  "data": { "source": "weather.csv", "inputs": ["wind"], "targets": ["rain"] },
  "constraint": { "min": 0 },
  "variants": {
    "baseline": { "method": "unconstrained" },
    "penalty": { "method": "penalty", "alpha": 3 },
  },
}`;

describe('problems', () => {
  test('of a good experiment are none', () => {
    expect(serviceWith().problems(GOOD)).toEqual([]);
  });

  test('stand where the fault is', () => {
    const { problems } = serviceWith();
    expect(problems(GOOD.replace('"alpha"', '"alhpa"'))).toEqual(['experiment.unknown-field "alhpa"']);
    expect(problems(GOOD.replace('"penalty", ', '"penalt", '))).toEqual(['experiment.unknown-method "penalt"']);
  });

  test("leave broken syntax and repeated keys to the editor's JSON support", () => {
    const { problems } = serviceWith();
    expect(problems(GOOD.replace('"wind"', 'wind'))).toEqual([]);
    expect(problems(GOOD.replace('"baseline"', '"penalty"'))).toEqual([]);
  });

  test('of the data come when they are found, without anybody waiting', async () => {
    const missing: ProblemAtPath = {
      code: 'data.missing-column',
      severity: 'error',
      message: 'No column "wind".',
      path: ['data', 'inputs', 0],
    };
    const { problems, problemsChanged } = serviceWith({ inspectData: async () => [missing] });
    expect(problems(GOOD)).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(problemsChanged).toHaveBeenCalledWith(URI);
    expect(problems(GOOD)).toEqual(['data.missing-column "wind"']);
  });

  test('of the data are looked for when typing pauses, not at each key', async () => {
    const { problems, inspectData } = serviceWith();
    for (let alpha = 1; alpha <= 20; alpha++) {
      problems(GOOD.replace('3', `${alpha}`));
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(inspectData).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(inspectData).toHaveBeenCalledTimes(1);
  });

  test('of the data stay while other parts are typed, at their new place', async () => {
    const missing: ProblemAtPath = { code: 'x', severity: 'error', message: '', path: ['data', 'inputs', 0] };
    const { problems } = serviceWith({ inspectData: async () => [missing] });
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(1000);
    expect(problems(`// a note\n${GOOD.replace('3', '4')}`)).toEqual(['x "wind"']);
  });

  test('of older data are dropped when a newer question is open', async () => {
    let answer: (problems: ProblemAtPath[]) => void = () => {};
    const inspectData = vi.fn(
      () =>
        new Promise<ProblemAtPath[]>((resolve) => {
          answer = resolve;
        }),
    );
    const { problems, problemsChanged } = serviceWith({ inspectData });
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(1000);
    const answerOld = answer;
    const newer = GOOD.replace('"wind"', '"gust"');
    problems(newer);
    answerOld([{ code: 'old', severity: 'error', message: '', path: ['data'] }]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(problems(newer)).toEqual([]);
    answer([{ code: 'new', severity: 'error', message: '', path: ['data', 'inputs', 0] }]);
    await vi.advanceTimersByTimeAsync(0);
    expect(problems(newer)).toEqual(['new "gust"']);
    expect(problemsChanged).toHaveBeenCalledTimes(1);
  });

  test('of the data are looked for again when the file is looked at later, and told only if they differ', async () => {
    const { problems, inspectData, problemsChanged } = serviceWith();
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(inspectData).toHaveBeenCalledTimes(1);
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(1000);
    expect(inspectData).toHaveBeenCalledTimes(2);
    expect(problemsChanged).not.toHaveBeenCalled();
  });

  test('of the data are not looked for in restricted mode', async () => {
    const { problems, inspectData } = serviceWith({ mayReadData: () => false });
    expect(problems(GOOD.replace('"alpha"', '"alhpa"'))).toHaveLength(1);
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(1000);
    expect(inspectData).not.toHaveBeenCalled();
  });

  test('of the data are none when looking for them fails, and the failure is logged', async () => {
    const { problems, failed } = serviceWith({ inspectData: async () => Promise.reject(new Error('no database')) });
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(1000);
    expect(failed).toHaveBeenCalledTimes(1);
    expect(problems(GOOD)).toEqual([]);
  });
});

describe('lenses', () => {
  test('stand above the variants and above each of them', () => {
    expect(serviceWith().lenses(GOOD)).toEqual([
      '3: all above "variants"',
      '4: train baseline by unconstrained above "baseline"',
      '5: train penalty by penalty above "penalty"',
    ]);
  });

  test('are none without variants', () => {
    expect(serviceWith().lenses('{ "data": {} }')).toEqual([]);
    expect(serviceWith().lenses('')).toEqual([]);
  });

  test.each([
    ['a text that was never closed', (text: string) => text.replace('"unconstrained"', '"unconstr')],
    ['a missing brace', (text: string) => text.replace('"alpha": 3 }', '"alpha": ')],
    ['a brace too many', (text: string) => text.replace('"min": 0 }', '"min": 0 }}')],
    ['a lone quote', (text: string) => text.replace('"baseline":', '"\n    "baseline":')],
  ])('stay at their variants through %s', (_what, edit) => {
    const { lenses } = serviceWith();
    lenses(GOOD);
    const after = lenses(edit(GOOD)).map((lens) => lens.replace(/^\d+: /, ''));
    expect(after).toEqual(expect.arrayContaining(['all above "variants"']));
    expect(after.filter((lens) => lens.includes('above "penalty"'))).toHaveLength(1);
    expect(after.filter((lens) => lens.includes('above "baseline"'))).toHaveLength(1);
  });

  test('go with a variant that was removed', () => {
    const { lenses } = serviceWith();
    lenses(GOOD);
    const after = GOOD.replace(/ {4}"baseline".*\n/, '');
    expect(lenses(after)).toEqual(['3: all above "variants"', '4: train penalty by penalty above "penalty"']);
  });

  test('are none in the copy that a run keeps', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'orthant-'));
    const copy = path.join(folder, 'experiment.orthant.json');
    expect(serviceWith().lenses(GOOD, copy)).toHaveLength(3);
    writeFileSync(path.join(folder, 'run.json'), '{}');
    expect(serviceWith().lenses(GOOD, copy)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
