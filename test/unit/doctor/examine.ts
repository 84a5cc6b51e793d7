/** Trains small experiments through the real trainer and gives what the failure doctor told of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { applyFix } from '../../../extension/experiment/applyFix';
import { parseExperiment } from '../../../extension/experiment/parse';
import type { Diagnosis } from '../../../extension/protocol/diagnosis';
import type { EndedEvent, MeasuredEvent } from '../../../extension/protocol/events';
import type { RowsEvent } from '../../../extension/protocol/rows';
import { TrainingControl } from '../../../extension/trainer/control';
import { prepare } from '../../../extension/trainer/prepare';
import { train } from '../../../extension/trainer/train';

export interface Case {
  /** Text of an experiment file whose variant to train is `tested`. */
  readonly text: string;
  /** Folder of its data. */
  readonly folder: string;
  readonly start?: { readonly w: number; readonly b: number };
  readonly engine?: 'wasm' | 'onnx';
  /** Measures over the whole training; by default 40. */
  readonly measures?: number;
}

export interface Examined {
  readonly ended: EndedEvent;
  /** Of the end. */
  readonly diagnoses: readonly Diagnosis[];
  readonly codes: readonly string[];
  /** Every code that was told at some time, the end included. */
  readonly everTold: ReadonlySet<string>;
  readonly measured: readonly MeasuredEvent[];
  /** What was recorded of rows, in order. */
  readonly rows: readonly RowsEvent[];
  /** Training loss at the end, in the target's units squared. */
  readonly loss: number;
}

export async function examine({ text, folder, start, engine = 'onnx', measures = 40 }: Case): Promise<Examined> {
  const experimentPath = path.join(folder, 'case.orthant.json');
  const { variants, problems } = await prepare({ experimentPath, text, engine, variants: ['tested'] });
  if (variants === null) throw new Error(problems.map(({ message }) => message).join('\n'));
  const [prepared] = variants;
  const measured: MeasuredEvent[] = [];
  const rows: RowsEvent[] = [];
  const everTold = new Set<string>();
  let ended: EndedEvent | null = null;
  const events = train({
    ...prepared!,
    run: 'run',
    control: new TrainingControl(),
    measureEveryEpochs: Math.max(1, Math.round(prepared!.variant.training.epochs / measures)),
    ...(start && {
      initialParameters: { '0.weight': Float32Array.of(start.w), '0.bias': Float32Array.of(start.b) },
    }),
  });
  for await (const event of events) {
    if (event.type === 'measured') measured.push(event);
    if (event.type === 'rows') rows.push(event);
    if (event.type === 'diagnosed') for (const { code } of event.diagnoses) everTold.add(code);
    if (event.type === 'ended') ended = event;
  }
  const { diagnoses } = ended!.summary;
  for (const { code } of diagnoses) everTold.add(code);
  return {
    ended: ended!,
    diagnoses,
    codes: diagnoses.map(({ code }) => code),
    everTold,
    measured,
    rows,
    loss: measured.at(-1)!.train.overall.loss,
  };
}

/** The same case after a fix of a diagnosis; the edited text must be an experiment without a problem in it. */
export function cured(original: Case, { fixes }: Diagnosis, place: number): Case {
  const { experiment } = parseExperiment(original.text);
  const fix = fixes[place]!;
  const outcome = applyFix(original.text, fix, { name: 'tested', method: experiment!.variants.tested!.method });
  if (outcome.kind !== 'changed') throw new Error(`"${fix.label}" is ${outcome.kind}`);
  const problems = parseExperiment(outcome.text).problems.filter(({ severity }) => severity !== 'information');
  if (problems.length > 0) throw new Error(`${fix.label}: ${problems.map(({ message }) => message).join(' ')}`);
  return { ...original, text: outcome.text };
}

export interface LineOptions {
  readonly training?: Record<string, unknown>;
  readonly constraint?: Record<string, unknown>;
  readonly start?: { readonly w: number; readonly b: number };
  readonly samples?: readonly (readonly [number, number])[];
}

/** Data files of cases, gone with the process's tests. */
export class CaseFolder {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'orthant-doctor-'));
  #files = 0;

  /** A data file with this header and these rows. */
  write(header: string, rows: readonly (readonly (number | string)[])[]): string {
    const name = `data${this.#files++}.csv`;
    writeFileSync(path.join(this.#folder, name), `${[header, ...rows.map((row) => row.join(','))].join('\n')}\n`);
    return name;
  }

  /** `y = w·x + b` by plain descent on all samples at once, in raw units: methods.md, A1, unless told otherwise. */
  line(variant: Record<string, unknown>, { training, constraint, start, samples }: LineOptions = {}): Case {
    const rows = samples ?? A1;
    return this.experiment(
      {
        data: { source: this.write('x,t', rows), inputs: ['x'], targets: ['t'], validation: 0, standardize: false },
        network: { hidden: [] },
        constraint: { min: 0, ...constraint },
        training: { optimizer: 'sgd', learningRate: 0.05, batchSize: rows.length, epochs: 2000, ...training },
        variants: { tested: variant },
      },
      { start: start ?? { w: 1, b: -1 } },
    );
  }

  experiment(content: object, options: Pick<Case, 'start' | 'measures'> = {}): Case {
    return { text: JSON.stringify(content, null, 2), folder: this.#folder, ...options };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/**
 * The line fit: y = x − 1 fits exactly and is −1 at the first sample. Inside the bound the best is w = 4/7, b = 0, with
 * loss 5/14 = 0.3571 and λ₀ = 5/7 for terms that are added up.
 */
export const A1 = [
  [0, -1],
  [1, 0],
  [2, 1],
  [3, 2],
] as const;
export const A1_LOSS = 5 / 14;
