import { describe, expect, test } from 'vitest';
import { UnsupportedStepError } from '../../../../extension/engines/engine';
import { ModelProto } from '../../../../extension/engines/onnx/onnxProto';
import { STAGES, stepGraph } from '../../../../extension/engines/onnx/stepGraph';
import { findMethod } from '../../../../extension/methods/registry';
import { createOptimizer } from '../../../../extension/optimizers/registry';
import { sidesOf } from '../../../../extension/step/sides';
import { createStep, type TrainingStep } from '../../../../extension/step/step';

function penaltyStep(): TrainingStep {
  return createStep({
    network: { layers: [3, 4, 1], activation: 'relu' },
    loss: 'mse',
    sides: sidesOf([{ min: 0, max: null }], { mean: Float64Array.of(1), deviation: Float64Array.of(2) }),
    method: findMethod('penalty')!.bind({}),
    optimizer: createOptimizer('sgd', { momentum: 0 }),
  });
}

describe('the graph of a step', () => {
  test('has fewer nodes after the passes than traced, at every stage the same numbers of both', () => {
    const graphs = STAGES.map((stage) => stepGraph(penaltyStep(), [8, 8, 5], stage));
    const [traced, compiled, unrolled] = graphs.map(({ nodes }) => nodes);
    expect(compiled!.compiled).toBeLessThan(compiled!.traced);
    for (const nodes of [compiled!, unrolled!]) expect(nodes).toMatchObject({ ...traced, shown: nodes.shown });
    expect([traced!.shown, compiled!.shown]).toEqual([traced!.traced, compiled!.compiled]);
    expect(unrolled!.shown).toBeGreaterThan(2 * compiled!.compiled);
  });

  test('is of the first batch, and unrolled of all that one call takes, the last one smaller', () => {
    const inputs = (stage: (typeof STAGES)[number]): string =>
      /input {3}inputs {2}(\S+)/.exec(stepGraph(penaltyStep(), [8, 8, 5], stage).print())![1]!;
    expect(STAGES.map(inputs)).toEqual(['f32[8,3]', 'f32[8,3]', 'f32[21,3]']);
    expect(stepGraph(penaltyStep(), [8, 8, 5], 'compiled').stepsPerCall).toBe(3);
  });

  test('as an ONNX model has the nodes that are printed', () => {
    const graph = stepGraph(penaltyStep(), [8], 'compiled');
    const model = ModelProto.toObject(ModelProto.decode(graph.emit({ name: 'penalty', version: '1.2.3' })));
    const copies = model.graph.node.filter(({ opType }: { opType: string }) => opType === 'Identity').length;
    expect(model.graph.node.length - copies).toBe(graph.nodes.shown);
  });

  test('of a step that reads a value is refused, with the reason', () => {
    const step = penaltyStep();
    const reading: TrainingStep = {
      ...step,
      run: (inputs) => {
        inputs.inputs.dataSync();
        return step.run(inputs);
      },
    };
    const show = (): unknown => stepGraph(reading, [8], 'compiled');
    expect(show).toThrow(UnsupportedStepError);
    expect(show).toThrow(/read a value.*no graph of this variant's step/);
  });
});
