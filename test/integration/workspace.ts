/** A temporary folder with an experiment and its data, small enough to train in a second. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunSummary, TrainingEvent } from '../../extension/protocol/events';

const ROWS = 60;

export class Workspace {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'orthant-workspace-'));
  readonly experiment = path.join(this.folder, 'rain.orthant.json');
  readonly runsFolder = path.join(this.folder, '.orthant/runs');

  constructor() {
    // Rain never falls below 0; a line through it does.
    const rows = Array.from({ length: ROWS }, (_, i) => `${i / ROWS},${i % 7},${Math.max(0, i / ROWS - 0.5) * 10}`);
    this.write('rain.csv', `day,phase,rain\n${rows.join('\n')}\n`);
    this.writeExperiment({});
  }

  write(name: string, content: string): void {
    writeFileSync(path.join(this.folder, name), content);
  }

  /** The experiment with some of its sections' fields changed; `undefined` removes one. */
  writeExperiment(changes: {
    data?: object;
    network?: object;
    constraint?: object;
    training?: object;
    variants?: object;
    sweep?: object;
  }): void {
    const experiment = {
      data: { source: 'rain.csv', inputs: ['day', 'phase'], targets: ['rain'], validation: 0.2, ...changes.data },
      network: { hidden: [8], ...changes.network },
      constraint: { min: 0, ...changes.constraint },
      training: { epochs: 5, batchSize: 16, ...changes.training },
      variants: changes.variants ?? {
        baseline: { method: 'unconstrained' },
        penalty: { method: 'penalty' },
      },
      ...(changes.sweep !== undefined && { sweep: changes.sweep }),
    };
    writeFileSync(this.experiment, JSON.stringify(experiment, null, 2));
  }

  experimentText(): string {
    return readFileSync(this.experiment, 'utf8');
  }

  runs(): string[] {
    return existsSync(this.runsFolder) ? readdirSync(this.runsFolder).sort() : [];
  }

  events(run: string): TrainingEvent[] {
    return readFileSync(path.join(this.runsFolder, run, 'events.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as TrainingEvent);
  }

  summary(run: string): RunSummary {
    return JSON.parse(readFileSync(path.join(this.runsFolder, run, 'summary.json'), 'utf8')) as RunSummary;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
