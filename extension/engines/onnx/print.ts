/** A graph as text, one line a node: what `orthant trace` and "Show compiled graph" show, and what tests compare. */
import type { Constant, Graph, Named, TensorType, Value } from './graph';

const SHORT: Record<TensorType['type'], string> = { float32: 'f32', int64: 'i64', bool: 'bool' };
/** Elements of a constant that are written out. */
const SHOWN = 8;

/**
 * ```
 * input   inputs  f32[32,3]
 * v0 = Gemm(inputs, 0.weight, 0.bias)  f32[32,64]
 * output  loss = v9
 * ```
 */
export function printGraph(graph: Graph): string {
  const names = new Map<Value, string>();
  for (const { name, value } of graph.inputs) names.set(value, name);
  for (const constant of graph.constants) names.set(constant.value, constantText(constant));
  let next = 0;
  for (const node of graph.nodes) for (const output of node.outputs) names.set(output, `v${next++}`);
  const name = (value: Value): string => names.get(value) ?? '?';

  const inputLine = ({ name, value }: Named): string => `input   ${name}  ${typeText(value)}`;
  const outputLine = ({ name: output, value }: Named): string => `output  ${output} = ${name(value)}`;
  return `${[
    ...graph.inputs.map(inputLine),
    ...graph.nodes.map(({ operator, inputs, attributes, outputs }) => {
      const options = Object.entries(attributes).map(
        ([key, value]) => `${key}=${Array.isArray(value) ? `[${value}]` : value}`,
      );
      const call = `${operator}(${[...inputs.map(name), ...options].join(', ')})`;
      // All parts of a split are of a kind.
      const given =
        outputs.length > 2 ? [outputs[0]!, outputs.at(-1)!].map(name).join(' … ') : outputs.map(name).join(', ');
      return `${given} = ${call}  ${typeText(outputs[0]!)}`;
    }),
    ...graph.outputs.map(outputLine),
  ].join('\n')}\n`;
}

function typeText({ type, shape }: TensorType): string {
  return `${SHORT[type]}[${shape.join(',')}]`;
}

function constantText(constant: Constant): string {
  const { elements, shape, type } = constant;
  const numbers = [...elements.slice(0, SHOWN)].map(String);
  if (type === 'float32' && shape.length === 0) return `${numbers[0]}`;
  const text = `[${numbers.join(',')}${elements.length > SHOWN ? ',…' : ''}]`;
  return type === 'float32' ? `${typeText(constant)}${text}` : text;
}
