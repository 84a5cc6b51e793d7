/** Paths for `network.from`: safetensors files below the experiment's folder or one that is typed, and the folders on the way. */
import type { CompletionItem } from 'vscode-languageserver';
import { dataEntries } from '../dataFolder';
import { fileItems } from './files';
import type { CompletionPlace } from './replacement';

export async function weightsItems(place: CompletionPlace, directory: string): Promise<CompletionItem[]> {
  const { string } = place.cursor;
  const typed = string === null ? '' : string.value.slice(0, string.before);
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
  return fileItems(await dataEntries(directory, folder, isWeightsFile), place);
}

function isWeightsFile(name: string): boolean {
  return /\.safetensors$/i.test(name) && !name.startsWith('.');
}
