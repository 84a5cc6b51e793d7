/** Numbers of the language server protocol by their names: its library's own tables would bring the connection along. */
import type { CompletionItemKind, DiagnosticTag, InsertTextFormat, SymbolKind } from 'vscode-languageserver';

export const COMPLETION = {
  function: 3,
  field: 5,
  value: 12,
  keyword: 14,
  snippet: 15,
  file: 17,
  folder: 19,
  table: 22,
} as const satisfies Record<string, CompletionItemKind>;

export const SYMBOL = {
  section: 3,
  variant: 12,
} as const satisfies Record<string, SymbolKind>;

export const SNIPPET: typeof InsertTextFormat.Snippet = 2;

export const UNNECESSARY: typeof DiagnosticTag.Unnecessary = 1;
