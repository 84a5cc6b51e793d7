/** `orthant trace`: the graph of a variant's training step, to read or to open in a tool. Trains nothing. */
import path from 'node:path';
import { UnsupportedStepError } from '../engines/engine';
import type { Stage } from '../engines/onnx/stepGraph';
import { parseExperiment } from '../experiment/parse';
import { loadVariants } from '../trainer/prepare';
import { variantGraph } from '../trainer/variantGraph';
import { EXIT } from './exit';
import { printProblems, readExperiment } from './readExperiment';
import { applySettings, type Setting } from './settings';
import { OutputError, writeOutput } from './writeOutput';

export interface TraceCommandOptions {
  readonly variant?: string;
  readonly settings: readonly Setting[];
  readonly stage: Stage;
  readonly output?: string;
}

export async function traceCommand(file: string, options: TraceCommandOptions): Promise<number> {
  const { output, stage } = options;
  if (output !== undefined && !/\.(txt|onnx)$/i.test(output)) {
    console.error(`--output ${output}: name a file that ends in .txt for the text or in .onnx for an ONNX model.`);
    return EXIT.wrongInput;
  }
  const read = readExperiment(file);
  if (read === null) return EXIT.wrongInput;
  const text = applySettings(read.text, options.settings);
  if (text === null) return EXIT.wrongInput;
  // Of an experiment that is wrong, what is wrong is said first.
  const names = Object.keys(parseExperiment(text).experiment?.variants ?? {});
  if (options.variant === undefined && names.length > 1) {
    console.error(`${file}: has ${names.length} variants; name one with --variant: ${names.join(', ')}.`);
    return EXIT.wrongInput;
  }

  const { variants, problems } = await loadVariants({
    experimentPath: read.experimentPath,
    text,
    ...(options.variant !== undefined && { variants: [options.variant] }),
  });
  printProblems(
    file,
    problems.filter(({ severity }) => severity === 'error' || severity === 'warning'),
    console.error,
  );
  const [variant] = variants ?? [];
  if (variant === undefined) return EXIT.wrongInput;

  try {
    const graph = variantGraph(variant, stage);
    if (output === undefined) {
      process.stdout.write(graph.text);
    } else {
      writeOutput(output, path.extname(output).toLowerCase() === '.onnx' ? graph.model() : graph.text);
      console.log(`Wrote ${output}`);
    }
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof UnsupportedStepError || error instanceof OutputError)) throw error;
    console.error(error.message);
    return EXIT.wrongInput;
  }
}
