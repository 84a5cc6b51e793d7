/** Holds the architecture (ARCHITECTURE.md): who may import whom, and that no files import each other in a circle. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** A folder imports lower numbers and itself; folders of one number don't know each other. */
const LAYERS: Readonly<Record<string, number>> = {
  protocol: 0,
  pictures: 1,
  methods: 1,
  optimizers: 1,
  network: 1,
  experiment: 2,
  exact: 2,
  data: 3,
  step: 3,
  runs: 3,
  engines: 4,
  weights: 4,
  doctor: 4,
  trainer: 5,
  export: 5,
  sweeps: 6,
  language: 7,
  cli: 7,
  host: 7,
};

/** Packages that only one folder may name. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  vscode: ['host'],
  'vscode-languageclient': ['host'],
  'vscode-languageserver': ['language'],
  '@duckdb/node-api': ['data'],
  '@tensorflow/tfjs-node': ['engines'],
  'onnxruntime-node': ['engines'],
  protobufjs: ['engines', 'export'],
  '@resvg/resvg-wasm': ['export'],
  '@tensorflow/tfjs-backend-wasm': ['engines'],
  '@clack/prompts': ['cli'],
  'cli-progress': ['cli'],
  commander: ['cli'],
};

/** What the extension host may load at activation: no schema, no tensors. */
const HOST_MAY_IMPORT = [
  'protocol/',
  'pictures/',
  'runs/',
  'experiment/outline',
  'experiment/applyFix',
  'experiment/change',
  'experiment/draft/',
  'host/',
];

/** What the panel in the browser, and the pictures it shares with exports, may know of the extension. */
const WEBVIEW_MAY_IMPORT = /^extension\/(protocol|pictures)\//;

/** What takes long to load, for whom it is not meant. */
const HEAVY = ['zod', '@tensorflow/', 'onnxruntime-node', '@duckdb/'];

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

const files = [...sourceFiles('extension'), ...sourceFiles('webview')];
const imports = files.flatMap(importsOf);

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => path.posix.join(folder, file.split(path.sep).join('/')));
}

function importsOf(from: string): Import[] {
  const text = readFileSync(path.join(ROOT, from), 'utf8');
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
  );
  return [...statements].map(([, type, named, dynamic]) => {
    const specifier = (named ?? dynamic)!;
    const to = specifier.startsWith('.') ? resolve(from, specifier) : specifier;
    return { from, to, typeOnly: type !== undefined };
  });
}

function resolve(from: string, specifier: string): string {
  const base = path.posix.join(path.posix.dirname(from), specifier);
  const candidates = [`${base}.ts`, `${base}.tsx`, `${base}/index.ts`, base];
  return (
    candidates.find((file) => existsSync(path.join(ROOT, file)) && statSync(path.join(ROOT, file)).isFile()) ?? base
  );
}

const folderOf = (file: string): string => file.split('/')[1]!;
const line = ({ from, to }: Import): string => `${from} imports ${to}`;

describe('The architecture', () => {
  test('has every folder of extension/ in the table', () => {
    const folders = new Set(files.filter((file) => file.startsWith('extension/')).map(folderOf));
    expect([...folders].filter((folder) => !(folder in LAYERS))).toEqual([]);
    expect(imports.length).toBeGreaterThan(100);
  });

  test('points one way: a folder imports lower layers and itself', () => {
    const wrong = imports.filter(({ from, to }) => {
      if (!from.startsWith('extension/') || !to.startsWith('extension/')) return false;
      const [own, other] = [folderOf(from), folderOf(to)];
      return own !== other && LAYERS[other]! >= LAYERS[own]!;
    });
    expect(wrong.map(line)).toEqual([]);
  });

  test('keeps the webview apart: it imports the protocol, the pictures and itself, and nobody imports it', () => {
    const wrong = imports.filter(({ from, to }) => {
      if (from.startsWith('webview/')) return to.startsWith('extension/') && !WEBVIEW_MAY_IMPORT.test(to);
      return to.startsWith('webview/');
    });
    expect(wrong.map(line)).toEqual([]);
  });

  test('keeps the pictures pure: they import the protocol and each other, no package, and see no browser', () => {
    const pictures = files.filter((file) => file.startsWith('extension/pictures/'));
    const wrong = imports.filter(({ from, to }) => pictures.includes(from) && !WEBVIEW_MAY_IMPORT.test(to));
    expect(wrong.map(line)).toEqual([]);
    const seeing = pictures.filter((file) =>
      /\b(document|window|globalThis|getComputedStyle)\b\.?[.([]|HTML\w*Element/.test(
        readFileSync(path.join(ROOT, file), 'utf8'),
      ),
    );
    expect(seeing).toEqual([]);
    expect(pictures.length).toBeGreaterThan(10);
  });

  test('keeps the host light: no schema and no tensors are loaded at activation', () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        from.startsWith('extension/host/') &&
        to.startsWith('extension/') &&
        !HOST_MAY_IMPORT.some((allowed) => to.startsWith(`extension/${allowed}`)),
    );
    expect(wrong.map(line)).toEqual([]);
  });

  test('keeps the host light however far its imports lead', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const { from, to, typeOnly } of imports) if (from === file && !typeOnly) visit(to);
    };
    visit('extension/host/main.ts');
    expect(reached.size).toBeGreaterThan(50);
    expect([...reached].filter((name) => HEAVY.some((heavy) => name === heavy || name.startsWith(heavy)))).toEqual([]);
  });

  test('keeps the exact solvers plain: they import the protocol and each other, no package', () => {
    const wrong = imports.filter(
      ({ from, to }) => from.startsWith('extension/exact/') && !/^extension\/(exact|protocol)\//.test(to),
    );
    expect(wrong.map(line)).toEqual([]);
  });

  test.for(Object.entries(OWNERS))('leaves %s to its folder', ([name, owners]) => {
    const wrong = imports.filter(
      ({ from, to }) => (to === name || to.startsWith(`${name}/`)) && !owners.includes(folderOf(from)),
    );
    expect(wrong.map(line)).toEqual([]);
  });

  test('keeps the connection out of the language service: only its server loads the protocol library', () => {
    const wrong = imports.filter(
      ({ from, to, typeOnly }) =>
        !typeOnly && to.startsWith('vscode-languageserver') && from !== 'extension/language/server.ts',
    );
    expect(wrong.map(line)).toEqual([]);
  });

  test('leaves every random number to data/random.ts', () => {
    const wrong = files.filter(
      (file) =>
        file !== 'extension/data/random.ts' &&
        /Math\.random\(|from 'pure-rand|random(Uniform|Normal)\(/.test(readFileSync(path.join(ROOT, file), 'utf8')),
    );
    expect(wrong).toEqual([]);
  });

  test('has no circle of imports', () => {
    const graph = new Map<string, string[]>();
    for (const { from, to, typeOnly } of imports) {
      if (!typeOnly && files.includes(to)) graph.set(from, [...(graph.get(from) ?? []), to]);
    }
    expect(findCircle(graph)).toBeNull();
  });
});

/** The files of one circle, first again at the end; `null` when there is none. */
function findCircle(graph: ReadonlyMap<string, string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): string[] | null => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of graph.get(file) ?? []) {
      const circle = visit(next, [...trail, file]);
      if (circle !== null) return circle;
    }
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const circle = visit(file, []);
    if (circle !== null) return circle;
  }
  return null;
}
