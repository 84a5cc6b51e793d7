/** At every place of every beginning of an experiment file, each feature answers: nobody types in the order of a parser. */
import { describe, expect, test } from 'vitest';
import type { CompletionItem, TextEdit } from 'vscode-languageserver';
import { positionsOf } from '../../../extension/experiment/positions';
import { toDiagnostic } from '../../../extension/language/diagnostics';
import type { LanguageService } from '../../../extension/language/languageService';
import { experimentText, fakeReader, serviceWith } from './helpers';

const TEXT = `// Rain is never negative.
{
  "data": {
    "source": ["a.csv", "b*.csv"], /* two */
    "query": "SELECT *, sin(temp) AS \\"a \\u00e9\\" FROM source -- all",
    "inputs": ["temp", "wind"],
    "targets": ["rain"],
    "validation": { "column": "split", "equals": "test" }
  },
  "constraint": { "min": 0, "rain": { "max": 60 } },
  "variants": { "p": { "method": "penalty", "alpha": 3 } },
}`;

async function askAll(service: LanguageService, text: string, offset: number): Promise<CompletionItem[]> {
  const document = experimentText(text);
  const position = positionsOf(text).positionAt(offset);
  const { items } = await service.completions(document, position);
  if (items.length > 0) await service.resolveCompletion(items[0]!, document);
  await service.hover(document, position);
  await service.definitions(document, position);
  return items;
}

/** What doesn't depend on a place. */
async function askOfAll(service: LanguageService, text: string): Promise<void> {
  const document = experimentText(text);
  const diagnostics = service.problems(document).map(toDiagnostic);
  const whole = positionsOf(text).rangeOf(0, text.length);
  service.codeActions(document, whole, { diagnostics, triggerKind: 1 });
  service.symbols(document);
  service.folding(document);
  service.lenses(document);
  service.dataPatterns(document);
  await service.links(document);
}

describe('Every feature answers', () => {
  test('at every place of a whole file, completing only on the line and around the cursor', async () => {
    const { service, failed } = serviceWith();
    const { offsetAt, positionAt } = positionsOf(TEXT);
    await askOfAll(service, TEXT);
    for (let offset = 0; offset <= TEXT.length; offset++) {
      for (const { textEdit } of await askAll(service, TEXT, offset)) {
        const { range } = textEdit as TextEdit;
        expect(range.start.line).toBe(positionAt(offset).line);
        expect(range.end.line).toBe(positionAt(offset).line);
        expect(offsetAt(range.start)).toBeLessThanOrEqual(offset);
        expect(offsetAt(range.end)).toBeGreaterThanOrEqual(offset);
      }
    }
    expect(failed).not.toHaveBeenCalled();
  });

  test('at every place of every beginning of it', async () => {
    const { service } = serviceWith();
    let asked = 0;
    for (let length = 0; length <= TEXT.length; length++) {
      const text = TEXT.slice(0, length);
      await askOfAll(service, text);
      // Every place of each beginning is n²/2 of them; near its end they differ from those of the beginning before.
      for (let offset = Math.max(0, length - 20); offset <= length; offset++, asked++)
        await askAll(service, text, offset);
    }
    // 21 places of each beginning but of the first 20: 21 · (n + 1) − (1 + … + 20)
    expect(asked).toBe(21 * (TEXT.length + 1) - (20 * 21) / 2);
  });

  test('at every place with a piece missing, doubled or spoiled', async () => {
    const { service } = serviceWith();
    for (let offset = 0; offset < TEXT.length; offset += 3) {
      const [before, after] = [TEXT.slice(0, offset), TEXT.slice(offset)];
      for (const text of [before + after.slice(5), `${before}"${after}`, `${before}}${after}`, `${before}\\${after}`]) {
        await askOfAll(service, text);
        await askAll(service, text, offset);
      }
    }
  });

  test.each([
    ['nothing', ''],
    ['a byte order mark', '\uFEFF'],
    ['spaces and line ends of every kind', ' \r\n\r\t\n'],
    ['null', 'null'],
    ['a list', '[[[[[['],
    ['deep nesting', '{"a":'.repeat(2000)],
    ['a lone surrogate', '{ "data": { "inputs": ["\uD800"], "source": "a" } }'],
    ['control characters', '{ "data": { "source": "a\u0000b", "inputs": ["\u0001"] } }'],
    [
      'names that every object has',
      '{ "__proto__": {}, "constructor": 1, "data": { "toString": 1 }, "constraint": { "hasOwnProperty": 1 } }',
    ],
  ])('in a file of %s', async (_what, text) => {
    const { service } = serviceWith();
    await askOfAll(service, text);
    for (let offset = 0; offset <= Math.min(text.length, 200); offset++) await askAll(service, text, offset);
  });

  test('when the data can’t be read', async () => {
    const reader = fakeReader([], {
      columns: async () => null,
      profile: async () => null,
      bound: async () => null,
      files: async () => [],
      valuesOf: async () => null,
    });
    const { service } = serviceWith({ reader });
    await askOfAll(service, TEXT);
    for (let offset = 0; offset <= TEXT.length; offset++) await askAll(service, TEXT, offset);
  });
});
