/** The JSON support of VS Code as it is set up for experiment files, with the schema that the package contributes. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  getLanguageService,
  type JSONDocument,
  type MarkedString,
  type Position,
  TextDocument,
} from 'vscode-json-languageservice';
import { experimentJsonSchema } from '../../../extension/experiment/jsonSchema';

const root = path.resolve(import.meta.dirname, '../../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const contributed = `file:///orthant/${manifest.contributes.jsonValidation[0].url.replace('./', '')}`;

export const jsonSupport = getLanguageService({
  workspaceContext: { resolveRelativePath: (relative, base) => new URL(relative, base).href },
  schemaRequestService: async (uri) => {
    if (uri === 'file:///orthant/dist/orthant.schema.json') return JSON.stringify(experimentJsonSchema());
    return readFileSync(path.join(root, new URL(uri).pathname.replace('/orthant/', '')), 'utf8');
  },
});
jsonSupport.configure({
  schemas: [{ uri: contributed, fileMatch: [manifest.contributes.jsonValidation[0].fileMatch] }],
});

/** A document from a text with a `|` where the cursor is. */
export function withCursor(marked: string): { document: TextDocument; position: Position; parsed: JSONDocument } {
  const offset = marked.indexOf('|');
  const document = experimentDocument(marked.replace('|', ''));
  return { document, position: document.positionAt(offset), parsed: jsonSupport.parseJSONDocument(document) };
}

export function experimentDocument(text: string): TextDocument {
  return TextDocument.create('file:///project/a.orthant.json', 'jsonc', 1, text);
}

/** What a person sees over the place of the `|`, as Markdown. */
export async function hoverAt(marked: string): Promise<string> {
  const { document, position, parsed } = withCursor(marked);
  const contents = (await jsonSupport.doHover(document, position, parsed))?.contents ?? [];
  return (Array.isArray(contents) ? contents : [contents])
    .map((part: MarkedString | { value: string }) => (typeof part === 'string' ? part : part.value))
    .join('\n');
}
