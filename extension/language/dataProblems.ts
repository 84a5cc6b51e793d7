/**
 * What is wrong with the data of open experiments, looked for in the background: an answer is given at once from what
 * is known, and whoever asked is told to ask again when more is. Late answers about an older text are dropped.
 */
import type { ProblemAtPath } from '../experiment/problems';
import type { Experiment } from '../experiment/schema';

export type InspectData = (experiment: Experiment, options: { directory: string }) => Promise<ProblemAtPath[]>;

export interface DataProblemsOptions {
  inspect: InspectData;
  /** Another answer than before is there for this document. */
  changed(document: string): void;
  /** An inspection itself failed; there is nothing to say about the data then. */
  failed(error: unknown): void;
  /** Typing goes on for a while; the data are looked at when it pauses. */
  pauseMs?: number;
  /** Data files change without a word: an answer older than this is given, and looked for again. */
  freshMs?: number;
}

interface Inspection {
  /** What the answer is about. */
  key: string;
  data: string;
  problems: ProblemAtPath[];
  madeAt: number;
}

export class DataProblems {
  readonly #known = new Map<string, Inspection>();
  readonly #pending = new Map<string, { key: string; timer: NodeJS.Timeout | null }>();

  constructor(private readonly options: DataProblemsOptions) {}

  /** What is known now; looks for more when that is of another text or old. */
  of(document: string, experiment: Experiment, directory: string): readonly ProblemAtPath[] {
    const key = JSON.stringify([experiment, directory]);
    const data = JSON.stringify([experiment.data, directory]);
    const known = this.#known.get(document);
    const isFresh = known?.key === key && performance.now() - known.madeAt < (this.options.freshMs ?? 5000);
    if (!isFresh) this.#request(document, experiment, directory, key, data);
    return this.#shown(document, data);
  }

  forget(document: string): void {
    this.#cancel(document);
    this.#known.delete(document);
  }

  dispose(): void {
    for (const document of [...this.#pending.keys()]) this.#cancel(document);
  }

  /** While the data section stays the same, old squiggles stay rather than flicker. */
  #shown(document: string, data: string): readonly ProblemAtPath[] {
    const known = this.#known.get(document);
    return known?.data === data ? known.problems : [];
  }

  #request(document: string, experiment: Experiment, directory: string, key: string, data: string): void {
    if (this.#pending.get(document)?.key === key) return;
    this.#cancel(document);
    const request: { key: string; timer: NodeJS.Timeout | null } = { key, timer: null };
    this.#pending.set(document, request);
    request.timer = setTimeout(async () => {
      request.timer = null;
      let problems: ProblemAtPath[] | null = null;
      try {
        problems = await this.options.inspect(experiment, { directory });
      } catch (error) {
        this.options.failed(error);
      }
      if (this.#pending.get(document) !== request) return;
      this.#pending.delete(document);
      const shown = this.#shown(document, data);
      this.#known.set(document, { key, data, problems: problems ?? [], madeAt: performance.now() });
      if (JSON.stringify(shown) !== JSON.stringify(problems ?? [])) this.options.changed(document);
    }, this.options.pauseMs ?? 300);
  }

  #cancel(document: string): void {
    const timer = this.#pending.get(document)?.timer;
    if (timer != null) clearTimeout(timer);
    this.#pending.delete(document);
  }
}
