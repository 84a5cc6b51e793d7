/**
 * Ten thousand edits, truncations, undone edits, changed data files and closed documents drive one service, as an editor
 * would: it asks again when it is told to. Nothing throws, and whenever things have settled, what the editor shows is what
 * a fresh service says of the same text and the same data. Seeded; a failure prints what led to it.
 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DataReader } from '../../../extension/data/dataReader';
import { randomStream } from '../../../extension/data/random';
import { positionsOf } from '../../../extension/experiment/positions';
import type { ProblemAtPath } from '../../../extension/experiment/problems';
import type { Experiment } from '../../../extension/experiment/schema';
import { toDiagnostic } from '../../../extension/language/diagnostics';
import type { LanguageService } from '../../../extension/language/languageService';
import type { Problem } from '../../../extension/protocol/problems';
import { experimentText, fakeReader, serviceWith, URI_OF_EXPERIMENT } from './helpers';

const VALID = [
  `{
  "data": { "source": "a.csv", "inputs": ["temp", "wind"], "targets": ["rain"], "validation": 0.2 },
  "constraint": { "min": 0 }, // never negative
  "training": { "batchSize": 32, "epochs": 10 },
  "variants": {
    "baseline": { "method": "unconstrained" },
    "penalty": { "method": "penalty", "alpha": 10 }
  }
}
`,
  `{
  "data": {
    "source": ["a.csv", "b.csv"],
    "query": "SELECT *, temp * 2 AS twice FROM source",
    "inputs": ["twice"],
    "targets": ["rain", "wind"],
    "validation": { "column": "split", "equals": "test" },
  },
  "network": { "hidden": [8], "activation": "tanh" },
  "constraint": { "rain": { "min": 0 }, "wind": { "min": 0, "max": 60 } },
  "variants": { "one": { "method": "augmented-lagrangian" } }
}
`,
];
const INVALID = [
  '',
  '{',
  '[]',
  '{ "data": {} }',
  VALID[0]!.replace('"rain"', '"temp"'),
  VALID[1]!.replace('"tanh"', '"tan"'),
];

/** What stands in for each other, so that many edits leave an experiment that can be judged. */
const ALIKE: readonly (readonly string[])[] = [
  ['"temp"', '"wind"', '"gone"', '"twice"'],
  ['"a.csv"', '"b.csv"', '"c.csv"'],
  ['"penalty"', '"polish"', '"unconstrained"', '"penlty"'],
  ['0', '1', '2', '32', '0.2'],
];
const PIECES = ['"', '{', '}', '[', ']', ',', ':', ' ', '\n', '\\', '//', '/*', '*/', 'x', 'é', '"min": 1, ', '"rain"'];

const STEPS = 2000;
const SETTLED_MS = 400;
const LONGEST_ANSWER_MS = 120;

/** What the data have to say of an experiment, as files of that version are. */
function answerTo(
  { data, constraint }: Experiment,
  version: number,
): { names: ProblemAtPath[]; values: ProblemAtPath[] } {
  const missing = data.inputs.flatMap((name, index): ProblemAtPath[] => {
    if (name !== 'gone') return [];
    const path = ['data', 'inputs', index];
    const fixes = [{ title: 'Remove', edits: [{ kind: 'remove' as const, path }], isPreferred: true }];
    return [{ code: 'data.missing-column', severity: 'error', message: name, path, fixes }];
  });
  const violated: ProblemAtPath[] =
    (constraint.min ?? 0) > version % 2
      ? [
          {
            code: 'data.bound-violated',
            severity: 'warning',
            message: `${constraint.min}`,
            path: ['constraint', 'min'],
          },
        ]
      : [];
  const files: ProblemAtPath = {
    code: 'data.version',
    severity: 'information',
    message: `${version} of ${JSON.stringify(data.source)} ${data.query ?? ''}`,
    path: ['data', 'source'],
  };
  return { names: missing, values: [...missing, ...violated, files] };
}

class Session {
  readonly #random;
  readonly #history: string[] = [];
  readonly #service: LanguageService;
  #version = 0;
  #text = VALID[0]!;
  readonly #earlier: string[] = [];
  #shown: Problem[] = [];
  readonly failures: unknown[] = [];
  /** Of comparisons with a fresh service: how many of them had something to say of the data. */
  readonly compared = { all: 0, ofData: 0 };

  constructor(seed: number) {
    this.#random = randomStream(seed, 'batches');
    this.#history.push(`seed ${seed}`);
    const { service } = serviceWith({
      reader: this.#reader(() => this.#random.integer(LONGEST_ANSWER_MS)),
      problemsChanged: () => this.#show(),
      failed: (error) => this.failures.push(error),
    });
    this.#service = service;
    this.#show();
  }

  async step(): Promise<void> {
    const choice = this.#random.integer(100);
    if (choice < 45) this.#edit('replace a word', replacedWord(this.#text, this.#random));
    else if (choice < 53) this.#edit('insert', inserted(this.#text, this.#random));
    else if (choice < 57) this.#edit('delete', deleted(this.#text, this.#random));
    else if (choice < 59) this.#edit('truncate', this.#text.slice(0, this.#random.integer(this.#text.length + 1)));
    else if (choice < 70) this.#edit('undo', this.#earlier.at(-1 - this.#random.integer(3)) ?? this.#text);
    else if (choice < 82) this.#edit('paste', pick(this.#random.integer(4) > 0 ? VALID : INVALID, this.#random));
    else if (choice < 88) this.#changeFiles();
    else if (choice < 91) this.#reopen();
    else await this.#ask();
    await vi.advanceTimersByTimeAsync(this.#random.integer(70));
  }

  /** @throws Error with the history when the editor shows anything else than what is true. */
  async settle(): Promise<void> {
    await vi.advanceTimersByTimeAsync(SETTLED_MS);
    const { service } = serviceWith({ reader: this.#reader(() => 0) });
    service.problems(experimentText(this.#text));
    await vi.advanceTimersByTimeAsync(SETTLED_MS);
    const truth = service.problems(experimentText(this.#text));
    service.dispose();
    this.compared.all++;
    if (truth.some(({ code }) => code.startsWith('data.'))) this.compared.ofData++;
    const [shown, expected] = [JSON.stringify(this.#shown, null, 1), JSON.stringify(truth, null, 1)];
    if (shown === expected && this.failures.length === 0) return;
    const led = this.#history.slice(-80).join('\n');
    throw new Error(`${led}\n${this.#text}\nis shown with ${shown}\nand should be with ${expected}\n${this.failures}`);
  }

  #reader(wait: () => number): DataReader {
    return fakeReader(undefined, {
      inspect: async (experiment, { partly, signal }) => {
        // What is read is read when the question comes; the answer may take longer than the file stays as it is.
        const { names, values } = answerTo(experiment, this.#version);
        await pause(wait());
        partly?.(names);
        await pause(wait());
        signal?.throwIfAborted();
        return values;
      },
    });
  }

  #show(): void {
    this.#shown = this.#service?.problems(experimentText(this.#text)) ?? [];
  }

  #edit(what: string, text: string): void {
    this.#earlier.push(this.#text);
    this.#history.push(`${what}: ${JSON.stringify(text)}`);
    this.#text = text;
    this.#show();
  }

  #changeFiles(): void {
    this.#version++;
    this.#history.push(`data files change: version ${this.#version}`);
    this.#service.dataChanged();
  }

  #reopen(): void {
    this.#history.push('close and open');
    this.#service.forget(URI_OF_EXPERIMENT);
    this.#show();
  }

  async #ask(): Promise<void> {
    const document = experimentText(this.#text);
    const offset = this.#random.integer(this.#text.length + 1);
    this.#history.push(`ask at ${offset}`);
    const position = positionsOf(this.#text).positionAt(offset);
    const diagnostics = this.#shown.map(toDiagnostic);
    this.#service.codeActions(document, { start: position, end: position }, { diagnostics, triggerKind: 1 });
    this.#service.lenses(document);
    this.#service.symbols(document);
    this.#service.folding(document);
    await this.#service.completions(document, position);
    await this.#service.hover(document, position);
    await this.#service.definitions(document, position);
    await this.#service.links(document);
  }
}

type Random = ReturnType<typeof randomStream>;

function replacedWord(text: string, random: Random): string {
  const words = [...text.matchAll(/"(?:[^"\\\n]|\\.)*"|[\d.]+/g)].flatMap(({ 0: word, index }) => {
    const alike = ALIKE.find((each) => each.includes(word));
    return alike === undefined ? [] : [{ word, index, alike }];
  });
  if (words.length === 0) return text;
  const { word, index, alike } = pick(words, random);
  return text.slice(0, index) + pick(alike, random) + text.slice(index + word.length);
}

function inserted(text: string, random: Random): string {
  const at = random.integer(text.length + 1);
  return text.slice(0, at) + pick(PIECES, random) + text.slice(at);
}

function deleted(text: string, random: Random): string {
  const at = random.integer(text.length + 1);
  return text.slice(0, at) + text.slice(at + 1 + random.integer(12));
}

function pick<Choice>(choices: readonly Choice[], random: Random): Choice {
  return choices[random.integer(choices.length)]!;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test.each([1, 2, 3, 4, 5])(
  'Two thousand edits leave no stale problem and break nothing (seed %d)',
  async (seed) => {
    const session = new Session(seed);
    for (let step = 1; step <= STEPS; step++) {
      await session.step();
      if (step % 5 === 0) await session.settle();
    }
    await session.settle();
    expect(session.compared.all).toBe(STEPS / 5 + 1);
    // Not only texts that nobody could say anything of.
    expect(session.compared.ofData).toBeGreaterThan(session.compared.all / 4);
  },
  120_000,
);
