/**
 * A language server as an editor has it: a process of its own, spoken to over stdio by the protocol's own library, with
 * a look at its event loop from inside.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  CompletionRequest,
  createProtocolConnection,
  DiagnosticRefreshRequest,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  type FullDocumentDiagnosticReport,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type Position,
  type ProtocolConnection,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';

const LONGEST_MS = 60_000;

/** Loaded into the server's process before anything of its own: says on a signal how long its event loop stood still. */
export const LOOK_INSIDE = `
const { monitorEventLoopDelay } = require('node:perf_hooks');
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('SIGUSR2', () => {
  const seen = { stretchMs: delay.max / 1e6, memoryBytes: process.memoryUsage().rss };
  delay.reset();
  process.stderr.write('\\nSEEN ' + JSON.stringify(seen) + '\\n');
});`;

export interface Inside {
  /** The longest time that the event loop did nothing else, since the last look. */
  readonly stretchMs: number;
  /** Resident memory. */
  readonly memoryBytes: number;
}

export class Editor {
  readonly #refreshed = new Set<() => void>();
  #version = 1;
  #uri = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly connection: ProtocolConnection,
    /** From the start of the process to the answer of `initialize`. */
    readonly startMs: number,
  ) {
    connection.onRequest(DiagnosticRefreshRequest.type, () => {
      for (const tell of this.#refreshed) tell();
    });
    connection.onRequest(RegistrationRequest.type, () => {});
  }

  /** `lookInside`: a file that holds `LOOK_INSIDE`. */
  static async start(module: string, lookInside: string): Promise<Editor> {
    const from = performance.now();
    const child = spawn(process.execPath, ['--require', lookInside, module, '--stdio'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout!),
      new StreamMessageWriter(child.stdin!),
    );
    connection.listen();
    await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: { workspace: { diagnostics: { refreshSupport: true } } },
      initializationOptions: { readData: true, translations: null },
    });
    const startMs = performance.now() - from;
    await connection.sendNotification(InitializedNotification.type, {});
    return new Editor(child, connection, startMs);
  }

  async open(uri: string, text: string): Promise<void> {
    this.#uri = uri;
    const textDocument = { uri, languageId: 'jsonc', version: this.#version, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  async type(text: string): Promise<void> {
    const textDocument = { uri: this.#uri, version: ++this.#version };
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument,
      contentChanges: [{ text }],
    });
  }

  async close(): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: this.#uri } });
  }

  /** Asked again whenever the server says that there is more; the time until exactly these codes are there. */
  async untilProblems(codes: readonly string[]): Promise<number> {
    const from = performance.now();
    let seen: string[] = [];
    for (;;) {
      const refreshed = this.#nextRefresh();
      seen = await this.problems();
      const elapsed = performance.now() - from;
      if (seen.join() === codes.join()) return elapsed;
      const timeout = new Promise<'late'>((resolve) => setTimeout(resolve, LONGEST_MS, 'late').unref());
      if ((await Promise.race([refreshed, timeout])) === 'late') {
        throw new Error(`The server says ${seen.join(', ') || 'nothing'} and not ${codes.join(', ') || 'nothing'}.`);
      }
    }
  }

  async problems(): Promise<string[]> {
    const textDocument = { uri: this.#uri };
    const report = await this.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument });
    return (report as FullDocumentDiagnosticReport).items.map(({ code }) => String(code));
  }

  async timeCompletion(position: Position): Promise<number> {
    const from = performance.now();
    const answer = await this.connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri: this.#uri },
      position,
    });
    const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
    if (items.length === 0) throw new Error('The server completes nothing there.');
    return performance.now() - from;
  }

  async timeHover(position: Position): Promise<number> {
    const from = performance.now();
    const answer = await this.connection.sendRequest(HoverRequest.type, { textDocument: { uri: this.#uri }, position });
    if (answer === null) throw new Error('The server has nothing to say there.');
    return performance.now() - from;
  }

  async lookInside(): Promise<Inside> {
    const answered = new Promise<Inside>((resolve) => {
      let text = '';
      const read = (part: Buffer): void => {
        text += String(part);
        const line = /^SEEN (.*)$/m.exec(text);
        if (line === null) return;
        this.child.stderr!.off('data', read);
        resolve(JSON.parse(line[1]!) as Inside);
      };
      this.child.stderr!.on('data', read);
    });
    this.child.kill('SIGUSR2');
    return answered;
  }

  async end(): Promise<void> {
    const ended = once(this.child, 'exit');
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification('exit');
    await ended;
  }

  #nextRefresh(): Promise<void> {
    return new Promise((resolve) => {
      const tell = (): void => {
        this.#refreshed.delete(tell);
        resolve();
      };
      this.#refreshed.add(tell);
    });
  }
}
