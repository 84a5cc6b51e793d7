/** What an accepted completion writes: the whole name or value at the cursor, quoted, with a comma where one is missing. */
import type { CompletionItem } from 'vscode-languageserver';
import type { Positions } from '../../experiment/positions';
import { type Cursor, separatorAfter } from '../cursor';
import { SNIPPET } from '../protocolNumbers';

export interface CompletionPlace {
  readonly cursor: Cursor;
  readonly positions: Positions;
}

type Written = Pick<CompletionItem, 'label' | 'filterText' | 'textEdit'>;

/** A string in JSON, whatever the name holds. */
export function quoted(name: string, place: CompletionPlace): Written {
  return written(name, JSON.stringify(name), place);
}

/** Text of JSON that needs no quotes, such as a number. */
export function written(label: string, json: string, { cursor, positions }: CompletionPlace): Written {
  return {
    label,
    // An editor compares it with what stands between the range's start and the cursor, the quote included.
    filterText: cursor.string === null ? json : `"${label}"`,
    textEdit: { range: positions.rangeOf(cursor.offset, cursor.length), newText: json + separatorAfter(cursor) },
  };
}

/** A property's name; with `value`, a snippet, where none is written yet. */
export function named(
  name: string,
  value: string,
  place: CompletionPlace,
): Written & Pick<CompletionItem, 'insertTextFormat'> {
  const item = quoted(name, place);
  const { cursor, positions } = place;
  if (cursor.next?.kind === ':') return item;
  const newText = `${plain(JSON.stringify(name))}: ${value}${separatorAfter(cursor)}`;
  const range = positions.rangeOf(cursor.offset, cursor.length);
  return { ...item, insertTextFormat: SNIPPET, textEdit: { range, newText } };
}

/** Text as it stands in a snippet. */
export function plain(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}
