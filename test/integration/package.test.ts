/** The packed extension: nothing but what runs, and what runs does run. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageExtension } from '../../scripts/lib/package.mjs';

const platform = `${process.platform}-${process.arch}`;

/** What may be in the package, next to the two files that the format itself wants. */
const ALLOWED = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  // vsce renames these three on the way.
  /^extension\/(readme|changelog)\.md$/,
  /^extension\/LICENSE(\.txt)?$/,
  // What the README shows on the extension's page.
  /^extension\/docs\/panel\.png$/,
  /^extension\/package(\.nls(\.[a-z-]+)?)?\.json$/,
  /^extension\/l10n\/bundle\.l10n(\.[a-z-]+)?\.json$/,
  /^extension\/media\/[\w./-]+\.(png|svg|md|json)$/,
  /^extension\/dist\/(extension|server|trainer|sweep|tensorflow|cli)\.js$/,
  /^extension\/dist\/orthant\.schema\.json$/,
  /^extension\/dist\/sample\/(weather\.orthant\.json|seattle-weather\.csv|README\.md)$/,
  /^extension\/dist\/wasm\/[\w-]+\.wasm$/,
  /^extension\/dist\/fonts\/(DejaVuSans\.ttf|LICENSE)$/,
  /^extension\/dist\/webview\/panel\.(js|css)$/,
  /^extension\/dist\/node_modules\/@duckdb\/node-bindings\/(package\.json|LICENSE|duckdb\.js)$/,
  new RegExp(
    `^extension/dist/node_modules/@duckdb/node-bindings-${platform}/(package\\.json|LICENSE|[\\w.]+\\.(node|so|dylib|dll))$`,
  ),
  /^extension\/dist\/node_modules\/onnxruntime-node\/(package\.json|dist\/\w+\.js)$/,
  new RegExp(
    `^extension/dist/node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/[\\w.]+\\.(node|so(\\.\\d+)?|dylib|dll)$`,
  ),
  /^extension\/dist\/node_modules\/onnxruntime-common\/(package\.json|dist\/cjs\/([\w-]+\.js|package\.json))$/,
];

describe('The packed extension', () => {
  const unpacked = mkdtempSync(path.join(tmpdir(), 'orthant-vsix-'));
  let files = new Map<string, Buffer>();
  afterAll(() => rmSync(unpacked, { recursive: true, force: true }));

  beforeAll(async () => {
    const vsix = process.env.ORTHANT_VSIX ?? (await packageExtension(path.join(unpacked, 'orthant.vsix')));
    files = readZip(readFileSync(vsix));
    for (const [name, content] of files) {
      mkdirSync(path.dirname(path.join(unpacked, name)), { recursive: true });
      writeFileSync(path.join(unpacked, name), content);
    }
  }, 120_000);

  it('holds nothing but what runs: no test, source or map, and no data but the sample', () => {
    const surplus = [...files.keys()].filter((name) => !ALLOWED.some((allowed) => allowed.test(name)));
    expect(surplus).toEqual([]);
  });

  it('holds every file that its manifest names', () => {
    const manifest = JSON.parse(text('extension/package.json'));
    const named = [
      manifest.main,
      manifest.icon,
      ...(manifest.contributes?.jsonValidation ?? []).map((entry: { url: string }) => entry.url),
      ...manifest.contributes.walkthroughs.flatMap(({ steps }: { steps: { media: Record<string, string> }[] }) =>
        steps.map(({ media }) => media.svg ?? media.markdown),
      ),
    ];
    for (const name of named.filter((entry) => entry !== undefined)) {
      expect([...files.keys()]).toContain(path.posix.join('extension', name));
    }
    for (const name of ['extension', 'server', 'trainer', 'tensorflow', 'cli']) {
      expect([...files.keys()]).toContain(`extension/dist/${name}.js`);
    }
    for (const name of ['weather.orthant.json', 'seattle-weather.csv', 'README.md']) {
      expect([...files.keys()]).toContain(`extension/dist/sample/${name}`);
    }
  });

  it('names no checkout, dependency or script that only a developer has', () => {
    const manifest = JSON.parse(text('extension/package.json'));
    expect(Object.keys(manifest)).not.toEqual(expect.arrayContaining(['devDependencies']));
    expect(Object.keys(manifest)).not.toEqual(expect.arrayContaining(['scripts']));
    for (const name of ['extension', 'server', 'trainer', 'tensorflow', 'cli']) {
      expect(text(`extension/dist/${name}.js`)).not.toContain(path.resolve(import.meta.dirname, '../..'));
      expect(text(`extension/dist/${name}.js`)).not.toContain('sourceMappingURL');
    }
  });

  it('is for this platform', () => {
    expect(text('extension.vsixmanifest')).toContain(`TargetPlatform="${platform}"`);
  });

  it('loads the DuckDB it brings along', () => {
    const bindings = [
      "const duckdb = require('@duckdb/node-bindings');",
      "process.stdout.write(require.resolve('@duckdb/node-bindings') + ' ' + duckdb.library_version());",
    ];
    const dist = path.join(unpacked, 'extension/dist');
    const output = execFileSync(process.execPath, ['-e', bindings.join('')], {
      cwd: dist,
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(output).toContain('orthant-vsix-');
    expect(output).toMatch(/ v\d+\.\d+/);
  });

  it('trains from the command line it brings along, far away from the checkout', () => {
    const experiment = path.join(unpacked, 'tiny.orthant.json');
    writeFileSync(
      path.join(unpacked, 'tiny.csv'),
      `x,y\n${Array.from({ length: 40 }, (_, row) => `${row},${row % 7}`).join('\n')}\n`,
    );
    writeFileSync(
      experiment,
      JSON.stringify({
        data: { source: 'tiny.csv', inputs: ['x'], targets: ['y'] },
        network: { hidden: [4] },
        constraint: { min: 0 },
        training: { epochs: 2, batchSize: 8 },
        variants: { penalty: { method: 'penalty' } },
      }),
    );
    const output = execFileSync(process.execPath, ['extension/dist/cli.js', 'train', experiment], {
      cwd: unpacked,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(output).toContain('penalty');
    // And with the compiled engine, whose native part is in the package.
    expect(output).toMatch(/engine onnx \d/);
  });

  it('trains on another engine where onnxruntime has no binary, and says why in one line', () => {
    const modules = path.join(unpacked, 'extension/dist/node_modules/onnxruntime-node');
    const binaries = path.join(modules, 'bin');
    const aside = path.join(modules, 'bin-aside');
    renameSync(binaries, aside);
    try {
      const train = (...options: string[]) =>
        spawnSync(
          process.execPath,
          ['extension/dist/cli.js', 'train', path.join(unpacked, 'tiny.orthant.json'), ...options],
          // Without an engine that was installed on this machine for good.
          { cwd: unpacked, encoding: 'utf8', timeout: 60_000, env: { ...process.env, ORTHANT_DATA: unpacked } },
        );
      const auto = train();
      expect(auto.status).toBe(0);
      const [line, ...others] = auto.stdout.split('\n').filter((each) => each.startsWith('engine '));
      expect(line).toMatch(/^engine (tensorflow|wasm) .*; onnx: onnxruntime has no binary for \w+-\w+/);
      expect(others).toEqual([]);

      const named = train('--engine', 'onnx');
      expect(named.status).toBe(2);
      expect(named.stdout + named.stderr).toMatch(
        /engine\.unavailable .*has no binary for .* choose the engine "wasm"/,
      );
    } finally {
      renameSync(aside, binaries);
    }
  });

  function text(name: string): string {
    const content = files.get(name);
    if (content === undefined) throw new Error(`${name} is not in the package`);
    return content.toString('utf8');
  }
});

/**
 * Names and contents of a zip file, as far as vsce writes them: one disk, no encryption, stored or deflated. Layout:
 * PKWARE APPNOTE 6.3.10, 4.3.12 (central directory) and 4.3.16 (its end record).
 */
function readZip(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'));
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    const method = zip.readUInt16LE(at + 10);
    const compressed = zip.readUInt32LE(at + 20);
    const nameLength = zip.readUInt16LE(at + 28);
    const header = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const from = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const data = zip.subarray(from, from + compressed);
    if (!name.endsWith('/')) files.set(name, method === 0 ? data : inflateRawSync(data));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}
