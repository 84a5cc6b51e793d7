/** JSON objects over a stream, one a line; anything else on the stream is no message and passed over. */
import type { Readable } from 'node:stream';

export async function* jsonLines<Message>(stream: Readable): AsyncGenerator<Message, void> {
  let text = '';
  for await (const part of stream) {
    text += String(part);
    const lines = text.split('\n');
    text = lines.pop()!;
    for (const line of lines) if (line.startsWith('{')) yield JSON.parse(line) as Message;
  }
}
