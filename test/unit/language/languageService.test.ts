import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DataReader, InspectOptions } from '../../../extension/data/dataReader';
import type { ProblemAtPath } from '../../../extension/experiment/problems';
import type { LanguageServiceOptions } from '../../../extension/language/languageService';
import type { LensSubject } from '../../../extension/protocol/languageMessages';
import { cut, experimentText, fakeReader, serviceWith as makeService, URI_OF_EXPERIMENT } from './helpers';

const URI = URI_OF_EXPERIMENT;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** With `inspect` counted. */
function serviceWith(options: Partial<LanguageServiceOptions> & { inspect?: DataReader['inspect'] } = {}) {
  const inspect = vi.fn(options.inspect ?? (async (): Promise<ProblemAtPath[]> => []));
  const { service, problemsChanged, failed } = makeService({ reader: fakeReader([], { inspect }), ...options });
  return {
    problemsChanged,
    failed,
    inspect,
    service,
    /** Problems as `code` and the text they underline. */
    problems: (text: string) =>
      service.problems(experimentText(text)).map(({ code, range }) => `${code} ${cut(text, range)}`),
    lenses: (text: string, file?: string) =>
      service.lenses(experimentText(text, file)).map(({ range, subject }) => {
        const what = {
          variant: (each: LensSubject & { kind: 'variant' }) => `train ${each.variant} by ${each.method}`,
          sweep: (each: LensSubject & { kind: 'sweep' }) => `sweep of ${each.runs} runs`,
          experiment: () => 'all',
        }[subject.kind](subject as never);
        return `${range.start.line}: ${what} above ${cut(text, range)}`;
      }),
  };
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

  test('of an engine that cannot run here are told, also where data may not be read', () => {
    const cannot: ProblemAtPath = { code: 'engine.unavailable', severity: 'warning', message: '', path: ['variants'] };
    const { problems } = serviceWith({ checkEngines: () => [cannot], mayReadData: () => false });
    expect(problems(GOOD)).toEqual(['engine.unavailable "variants"']);
  });

  test('of the network to start from come too, at its path, but not while files may not be read', async () => {
    vi.useRealTimers();
    const text = GOOD.replace('"constraint"', '"network": { "from": "nowhere.safetensors" },\n  "constraint"');
    const { problems, problemsChanged } = serviceWith({ pauseMs: 0 });
    expect(problems(text)).toEqual([]);
    await vi.waitFor(() => expect(problemsChanged).toHaveBeenCalledWith(URI));
    expect(problems(text)).toEqual(['weights.missing-file "nowhere.safetensors"']);
    const restricted = serviceWith({ pauseMs: 0, mayReadData: () => false });
    restricted.problems(text);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(restricted.problems(text)).toEqual([]);
  });

  test('of the data come when they are found, without anybody waiting', async () => {
    const missing: ProblemAtPath = {
      code: 'data.missing-column',
      severity: 'error',
      message: 'No column "wind".',
      path: ['data', 'inputs', 0],
    };
    const { problems, problemsChanged } = serviceWith({ inspect: async () => [missing] });
    expect(problems(GOOD)).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(problemsChanged).toHaveBeenCalledWith(URI);
    expect(problems(GOOD)).toEqual(['data.missing-column "wind"']);
  });

  test('of the data are looked for when typing pauses, not at each key', async () => {
    const { problems, inspect } = serviceWith();
    for (let alpha = 1; alpha <= 20; alpha++) {
      problems(GOOD.replace('3', `${alpha}`));
      await vi.advanceTimersByTimeAsync(30);
    }
    expect(inspect).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(40);
    expect(inspect).toHaveBeenCalledTimes(1);
  });

  test('of the data stay while other parts are typed, at their new place', async () => {
    const missing: ProblemAtPath = { code: 'x', severity: 'error', message: '', path: ['data', 'inputs', 0] };
    const { problems } = serviceWith({ inspect: async () => [missing] });
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(1000);
    expect(problems(`// a note\n${GOOD.replace('3', '4')}`)).toEqual(['x "wind"']);
  });

  test('of the data go at once when the data section is another', async () => {
    const missing: ProblemAtPath = { code: 'x', severity: 'error', message: '', path: ['data', 'inputs', 0] };
    const { problems } = serviceWith({ inspect: async () => [missing] });
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(1000);
    expect(problems(GOOD)).toEqual(['x "wind"']);
    expect(problems(GOOD.replace('"wind"', '"gust"'))).toEqual([]);
  });

  test('of older data are dropped when a newer question is open, and the older one is ended', async () => {
    const asked: { answer(problems: ProblemAtPath[]): void; options: InspectOptions }[] = [];
    const inspect: DataReader['inspect'] = (_experiment, options) =>
      new Promise((answer) => {
        asked.push({ answer, options });
      });
    const { problems, problemsChanged } = serviceWith({ inspect });
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(1000);
    const newer = GOOD.replace('"wind"', '"gust"');
    problems(newer);
    expect(asked[0]!.options.signal!.aborted).toBe(true);
    asked[0]!.answer([{ code: 'old', severity: 'error', message: '', path: ['data'] }]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(problems(newer)).toEqual([]);
    asked[1]!.answer([{ code: 'new', severity: 'error', message: '', path: ['data', 'inputs', 0] }]);
    await vi.advanceTimersByTimeAsync(0);
    expect(problems(newer)).toEqual(['new "gust"']);
    expect(problemsChanged).toHaveBeenCalledTimes(1);
  });

  test('of the data are known at once when a text is as it was', async () => {
    const inspect: DataReader['inspect'] = async ({ data }) => [
      { code: data.inputs[0]!, severity: 'error', message: '', path: ['data', 'inputs', 0] },
    ];
    const { problems, problemsChanged } = serviceWith({ inspect });
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(1000);
    problems(GOOD.replace('"wind"', '"gust"'));
    await vi.advanceTimersByTimeAsync(20);
    expect(problems(GOOD)).toEqual(['wind "wind"']);
    // What was asked of the text in between never takes its place.
    await vi.advanceTimersByTimeAsync(1000);
    expect(problems(GOOD)).toEqual(['wind "wind"']);
    expect(problemsChanged).toHaveBeenCalledTimes(1);
  });

  test('of names and types are shown while values are still looked at', async () => {
    const missing: ProblemAtPath = { code: 'name', severity: 'error', message: '', path: ['data', 'inputs', 0] };
    const values: ProblemAtPath = { code: 'values', severity: 'warning', message: '', path: ['data', 'targets', 0] };
    let finish = (): void => {};
    const inspect: DataReader['inspect'] = async (_experiment, { partly }) => {
      partly!([missing]);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return [missing, values];
    };
    const { problems, problemsChanged } = serviceWith({ inspect });
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(40);
    expect(problemsChanged).toHaveBeenCalledTimes(1);
    expect(problems(GOOD)).toEqual(['name "wind"']);
    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(problemsChanged).toHaveBeenCalledTimes(2);
    expect(problems(GOOD)).toEqual(['name "wind"', 'values "rain"']);

    // Once all is known, part of an answer takes nothing back.
    const other = GOOD.replace('"min": 0', '"min": 1');
    problems(other);
    await vi.advanceTimersByTimeAsync(40);
    expect(problems(other)).toEqual(['name "wind"', 'values "rain"']);
  });

  test('of the data are looked for again when their files change, also while they are being looked for', async () => {
    let inFile = 'one';
    const inspect: DataReader['inspect'] = async () => {
      const code = inFile;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return [{ code, severity: 'error', message: '', path: ['data', 'source'] }];
    };
    const { service, problems, problemsChanged } = serviceWith({ inspect });
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(90);
    inFile = 'two';
    service.dataChanged();
    await vi.advanceTimersByTimeAsync(1000);
    expect(problems(GOOD)).toEqual(['two "weather.csv"']);
    expect(problemsChanged).toHaveBeenCalledTimes(1);
    inFile = 'three';
    service.dataChanged();
    expect(problems(GOOD)).toEqual(['two "weather.csv"']);
    await vi.advanceTimersByTimeAsync(1000);
    expect(problemsChanged).toHaveBeenCalledTimes(2);
    expect(problems(GOOD)).toEqual(['three "weather.csv"']);
  });

  test('of the data of a closed file are forgotten, and what is looked for is ended', async () => {
    const missing: ProblemAtPath = { code: 'x', severity: 'error', message: '', path: ['data', 'inputs', 0] };
    const { service, problems, inspect, problemsChanged } = serviceWith({ inspect: async () => [missing] });
    problems(GOOD);
    service.forget(URI);
    await vi.advanceTimersByTimeAsync(1000);
    service.dataChanged();
    await vi.advanceTimersByTimeAsync(1000);
    expect(inspect).not.toHaveBeenCalled();
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(1000);
    service.forget(URI);
    expect(problems(GOOD)).toEqual([]);
    expect(problemsChanged).toHaveBeenCalledTimes(1);
  });

  test('of the data are looked for again when the file is looked at later, and told only if they differ', async () => {
    const { problems, inspect, problemsChanged } = serviceWith();
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(inspect).toHaveBeenCalledTimes(1);
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(1000);
    expect(inspect).toHaveBeenCalledTimes(2);
    expect(problemsChanged).not.toHaveBeenCalled();
  });

  test('of the data are not looked for in restricted mode', async () => {
    const { problems, inspect } = serviceWith({ mayReadData: () => false });
    expect(problems(GOOD.replace('"alpha"', '"alhpa"'))).toHaveLength(1);
    problems(GOOD);
    await vi.advanceTimersByTimeAsync(1000);
    expect(inspect).not.toHaveBeenCalled();
  });

  test('of the data are none when looking for them fails, and the failure is logged', async () => {
    const { problems, failed } = serviceWith({ inspect: async () => Promise.reject(new Error('no database')) });
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

  test('stand above a sweep with the number of its runs, which nobody knows while something is wrong', () => {
    const swept = (sweep: string): string => GOOD.replace('"variants"', `"sweep": ${sweep},\n  "variants"`);
    const above = (sweep: string): string | undefined => serviceWith().lenses(swept(sweep)).at(-1);
    // Two variants and two seeds; then one variant with three strengths.
    expect(above('{ "training.seed": [0, 1] }')).toBe('3: sweep of 4 runs above "sweep"');
    expect(above('{ "penalty.alpha": [1, 2, 3] }')).toBe('3: sweep of 3 runs above "sweep"');
    expect(above('{ "penalty.alhpa": [1, 2, 3] }')).toBe('3: sweep of null runs above "sweep"');
    expect(above('{ "penalty.alpha": [1, ')).toBe('3: sweep of null runs above "sweep"');
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
