/** What `network.from` means now: the layers of its file. */
import { type LayerShape, layerShapes } from '../../weights/layerShapes';
import { WeightsError } from '../../weights/weightsError';
import { codeText } from '../markdown';
import { counted } from '../numberText';

const MOST_LAYERS = 8;

/** Markdown; `null` where the file gives no network: then there is a problem that says why. */
export async function weightsMarkdown(from: string, directory: string): Promise<string | null> {
  const layers = await layerShapes(from, directory).catch((error: unknown) => {
    if (error instanceof WeightsError) return null;
    throw error;
  });
  return layers === null ? null : describe(layers);
}

function describe(layers: readonly LayerShape[]): string {
  const sizes = [layers[0]!.inputs, ...layers.map(({ outputs }) => outputs)];
  const parameters = layers.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);
  const listed = layers
    .slice(0, MOST_LAYERS)
    .map(
      ({ name, inputs, outputs }) =>
        `- ${codeText(`${name}.weight`)} [${outputs}, ${inputs}], ${codeText(`${name}.bias`)} [${outputs}]`,
    );
  const more = layers.length - MOST_LAYERS;
  return [
    `${counted(layers.length, 'linear layer')} ${sizes.join('-')}, ${counted(parameters, 'parameter')}`,
    [...listed, ...(more > 0 ? [`- and ${counted(more, 'layer')} more`] : [])].join('\n'),
  ].join('\n\n');
}
