import { expect, test } from 'vitest';
import { escaped } from '../../../extension/pictures/escaped';

test('Text is shown as it is written, whatever it means to a document', () => {
  expect(escaped(`a < b & "c" > 'd'\n</title>`)).toBe('a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;\n&lt;/title&gt;');
});

test('What no document can hold is replaced: control characters, halves of characters', () => {
  expect(escaped('a\u0000b\u001bc\uFFFFd\uD800e\u{1F327}')).toBe('a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\u{1F327}');
});
