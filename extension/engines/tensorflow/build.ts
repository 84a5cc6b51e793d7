/**
 * What building tfjs-node's binding against the TensorFlow of a Python package takes, as data: which package, which of
 * its files, and the command of the compiler. The binding is written against Node-API alone, so the four headers of
 * that (npm's `node-api-headers`) do, it fits every Node there is, and neither node-gyp nor Node's own headers are needed.
 */
import path from 'node:path';

export const TENSORFLOW_VERSION = '2.21.0';
export const NODE_API_HEADERS = 'node-api-headers@1.9.0';
/** Where node-pre-gyp looks for the binding in any Node since 16. */
export const NODE_API_VERSION = 8;
/** What pip may be asked to find wheels for when it finds none for the Python it runs in: we don't run any of it. */
export const OTHER_PYTHON = '3.12';

export interface Platform {
  readonly os: NodeJS.Platform;
  readonly arch: string;
  /** Linux with the GNU C library, which the wheels are made for. */
  readonly hasGlibc: boolean;
}

export interface Build {
  /** For pip; the first that can be had is taken. */
  readonly requirements: readonly string[];
  /** In the wheel's folder `tensorflow/`; the first holds the C API and needs the second beside it. */
  readonly libraries: readonly [string, string];
}

export function thisPlatform(): Platform {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return { os: process.platform, arch: process.arch, hasGlibc: header.glibcVersionRuntime !== undefined };
}

/** How to build on a platform; a sentence where TensorFlow's Python packages can't be built against. */
export function buildFor({ os, arch, hasGlibc }: Platform): Build | string {
  if (os === 'darwin') {
    return {
      requirements: [`tensorflow==${TENSORFLOW_VERSION}`],
      libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
    };
  }
  if (os !== 'linux') return `building it is known for Linux and macOS only, not for ${os}`;
  if (!hasGlibc) return 'the Python packages of TensorFlow need the GNU C library, and this Linux has another';
  if (arch !== 'x64' && arch !== 'arm64') return `there is no Python package of TensorFlow for ${arch}`;
  const other = arch === 'arm64' ? [`tensorflow==${TENSORFLOW_VERSION}`] : [];
  return {
    requirements: [`tensorflow-cpu==${TENSORFLOW_VERSION}`, ...other],
    libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
  };
}

/** The wheel and nothing it would need to run in Python. */
export function pipArguments(requirement: string, into: string, python: string | null): string[] {
  const other = python === null ? [] : ['--python-version', python];
  const options = ['--retries', '0', '--no-deps', '--only-binary', ':all:', '--dest', into, ...other];
  return ['-m', 'pip', 'download', ...options, requirement];
}

/** The size that pip tells when it begins to download, in bytes. */
export function downloadSize(output: string): number | null {
  const match = /Downloading \S+\.whl \(([\d.]+) (kB|MB|GB)\)/.exec(output);
  if (match === null) return null;
  return Math.round(Number(match[1]) * { kB: 1e3, MB: 1e6, GB: 1e9 }[match[2] as 'kB' | 'MB' | 'GB']);
}

/**
 * Matches the files wanted of a wheel: the two libraries, and the headers of the C API with the few that those include;
 * all headers would be 13,000. Python's expressions and ours agree on all that it uses.
 */
export function wantedInWheel({ libraries }: Build): string {
  const names = libraries.map((name) => name.replaceAll('.', '\\.')).join('|');
  const headers = 'tensorflow/c|tensorflow/core/platform|tsl/platform|xla/tsl/c';
  return `^tensorflow/(?:(?:${names})|include/(?:${headers})/.*\\.h)$`;
}

/** Python has unzip on every system. Arguments: wheel, target folder, expression. */
export const UNPACK = `
import re, sys, zipfile
wheel, into, wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    names = [name for name in archive.namelist() if re.match(wanted, name)]
    for name in names:
        archive.extract(name, into)
`;

/** `node_modules`-relative folders and the unpacked `include/`, for a compiler that runs in the package's folder. */
export interface CompilePaths {
  readonly nodeApi: string;
  readonly include: string;
  readonly binding: string;
}

/** What package's own binding.gyp says, in one command. The library is found by its place beside the binding. */
export function compilerArguments(os: NodeJS.Platform, { libraries }: Build, paths: CompilePaths): string[] {
  const shared = os === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-fPIC'];
  const origin = os === 'darwin' ? '@loader_path' : '$ORIGIN';
  return [
    ...shared,
    '-O2',
    '-std=c++17',
    `-DNAPI_VERSION=${NODE_API_VERSION}`,
    ...['-I', paths.nodeApi, '-I', paths.include],
    'binding/tfjs_backend.cc',
    'binding/tfjs_binding.cc',
    ...libraries.map((name) => path.posix.join('deps/lib', name)),
    `-Wl,-rpath,${origin}/../../deps/lib`,
    '-o',
    paths.binding,
  ];
}

/** Of the files of the installed packages, what a process that computes reads. `file` is relative to `node_modules`. */
export function isNeeded(file: string): boolean {
  if (/(^|\/)LICENSE/i.test(file)) return true;
  // The package that was installed: its code and native part, not its sources and what was unpacked to build it.
  const own = /^@tensorflow\/tfjs-node\/(.*)$/.exec(file)?.[1];
  if (own !== undefined) {
    if (/_test\.js$|^dist\/run_tests\.js$/.test(own)) return false;
    return own === 'package.json' || /^dist\/.*\.js$/.test(own) || /^(lib|deps\/lib)\//.test(own);
  }
  // Its siblings come as one file for Node beside many times as much for everything else.
  const sibling = /^@tensorflow\/[^/]+\/(.*)$/.exec(file)?.[1];
  if (sibling !== undefined && !sibling.startsWith('node_modules/')) {
    return sibling === 'package.json' || /^dist\/[\w-]+\.node\.js$/.test(sibling);
  }
  return /\.(js|cjs|json)$/.test(file) && !/^(@types|@webgpu|\.bin|node-api-headers)\//.test(file);
}
