/** What an editor can show, and answers made so that one that can do less still shows them. */
import type { ClientCapabilities, CompletionItem, CompletionList, Location, LocationLink } from 'vscode-languageserver';
import { SNIPPET } from './protocolNumbers';

export interface ClientSupport {
  /** Places to fill in, in a completion. */
  readonly snippets: boolean;
  /** A second text beside a completion's label. */
  readonly labelDetails: boolean;
  /** Where a definition was asked from. */
  readonly definitionLinks: boolean;
  /** It asks for problems; others are told. */
  readonly pullsDiagnostics: boolean;
  /** It asks for problems again when told to. */
  readonly refreshesDiagnostics: boolean;
  /** It answers what a setting is. */
  readonly configuration: boolean;
  /** It watches files below a folder when asked to. */
  readonly watchesFiles: boolean;
}

export function supportOf({ textDocument, workspace }: ClientCapabilities): ClientSupport {
  const completion = textDocument?.completion?.completionItem;
  const files = workspace?.didChangeWatchedFiles;
  return {
    snippets: completion?.snippetSupport === true,
    labelDetails: completion?.labelDetailsSupport === true,
    definitionLinks: textDocument?.definition?.linkSupport === true,
    pullsDiagnostics: textDocument?.diagnostic !== undefined || workspace?.diagnostics?.refreshSupport === true,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    configuration: workspace?.configuration === true,
    watchesFiles: files?.dynamicRegistration === true && files.relativePatternSupport === true,
  };
}

export function supportedList(list: CompletionList, { snippets, labelDetails }: ClientSupport): CompletionList {
  const items = list.items
    .map((item) => (snippets ? item : withoutPlaces(item)))
    .map((item) => (labelDetails ? item : withoutLabelDetails(item)));
  return { ...list, items };
}

export function supportedDefinitions(
  links: readonly LocationLink[],
  { definitionLinks }: ClientSupport,
): LocationLink[] | Location[] {
  if (definitionLinks) return [...links];
  return links.map(({ targetUri, targetSelectionRange }) => ({ uri: targetUri, range: targetSelectionRange }));
}

const PLACE = /(?<!\\)\$(?:\d+|\{\d+:([^}]*)\})/g;

function withoutPlaces({ insertTextFormat, ...item }: CompletionItem): CompletionItem {
  if (insertTextFormat !== SNIPPET || item.textEdit === undefined) return item;
  const newText = item.textEdit.newText.replace(PLACE, '$1').replace(/\\([\\$}])/g, '$1');
  return { ...item, textEdit: { ...item.textEdit, newText } };
}

function withoutLabelDetails({ labelDetails, ...item }: CompletionItem): CompletionItem {
  const parts = [item.detail, labelDetails?.description].filter((part) => part !== undefined);
  return parts.length === 0 ? item : { ...item, detail: parts.join(', ') };
}
