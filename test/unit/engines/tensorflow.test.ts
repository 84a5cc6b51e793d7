/** The parts of installing the engine `tensorflow` that are values in, values out; test/integration does it for real. */
import { describe, expect, test } from 'vitest';
import {
  type Build,
  buildFor,
  compilerArguments,
  downloadSize,
  isNeeded,
  pipArguments,
  wantedInWheel,
} from '../../../extension/engines/tensorflow/build';
import { dataFolder } from '../../../extension/engines/tensorflow/installation';
import { reasonIn } from '../../../extension/engines/tensorflow/programs';
import { failureText, spaceText, TEXTS } from '../../../extension/engines/tensorflow/texts';
import { percentAt, stepText } from '../../../extension/host/installerProcess';
import { INSTALL_STEPS } from '../../../extension/protocol/engineInstall';

const linux = buildFor({ os: 'linux', arch: 'x64', hasGlibc: true }) as Build;
const mac = buildFor({ os: 'darwin', arch: 'arm64', hasGlibc: false }) as Build;

describe('the folder of what is installed', () => {
  test.for([
    { platform: 'linux', environment: {}, folder: '/home/ada/.local/share/orthant' },
    { platform: 'linux', environment: { XDG_DATA_HOME: '/data' }, folder: '/data/orthant' },
    { platform: 'linux', environment: { XDG_DATA_HOME: 'here' }, folder: '/home/ada/.local/share/orthant' },
    { platform: 'darwin', environment: {}, folder: '/home/ada/Library/Application Support/orthant' },
    { platform: 'linux', environment: { ORTHANT_DATA: '/big/disk', XDG_DATA_HOME: '/data' }, folder: '/big/disk' },
    { platform: 'linux', environment: { ORTHANT_DATA: 'relative' }, folder: '/home/ada/.local/share/orthant' },
  ] as const)('is $folder on $platform with $environment', ({ platform, environment, folder }) => {
    expect(dataFolder(environment, platform, '/home/ada')).toBe(folder);
  });

  test('is in the local application data on Windows', () => {
    const home = 'C:\\Users\\ada';
    expect(dataFolder({ LOCALAPPDATA: 'D:\\Local' }, 'win32', home)).toBe('D:\\Local\\orthant');
    expect(dataFolder({}, 'win32', home)).toBe('C:\\Users\\ada\\AppData\\Local\\orthant');
  });
});

describe('building the native part', () => {
  test('takes the package without a GPU where there is one', () => {
    expect(linux.requirements).toEqual(['tensorflow-cpu==2.21.0']);
    expect(mac.requirements).toEqual(['tensorflow==2.21.0']);
    expect(buildFor({ os: 'linux', arch: 'arm64', hasGlibc: true })).toMatchObject({
      requirements: ['tensorflow-cpu==2.21.0', 'tensorflow==2.21.0'],
    });
  });

  test.for([
    { platform: { os: 'win32', arch: 'x64', hasGlibc: false }, why: /Linux and macOS only, not for win32/ },
    { platform: { os: 'linux', arch: 'x64', hasGlibc: false }, why: /need the GNU C library/ },
    { platform: { os: 'linux', arch: 'riscv64', hasGlibc: true }, why: /no Python package of TensorFlow for riscv64/ },
  ] as const)('is not tried on $platform.os $platform.arch, which is said: $why', ({ platform, why }) => {
    expect(buildFor(platform)).toMatch(why);
  });

  test('asks pip for one wheel and nothing beside it, if need be for another Python', () => {
    expect(pipArguments('tensorflow-cpu==2.21.0', '/in', null).join(' ')).toBe(
      '-m pip download --retries 0 --no-deps --only-binary :all: --dest /in tensorflow-cpu==2.21.0',
    );
    expect(pipArguments('tensorflow-cpu==2.21.0', '/in', '3.12')).toContain('--python-version');
  });

  test('takes of a wheel the two libraries and the headers of the C API with what they include', () => {
    const wanted = new RegExp(wantedInWheel(linux));
    const wheel = [
      'tensorflow/libtensorflow_cc.so.2',
      'tensorflow/libtensorflow_framework.so.2',
      'tensorflow/include/tensorflow/c/c_api.h',
      'tensorflow/include/tensorflow/c/eager/c_api.h',
      'tensorflow/include/tensorflow/core/platform/ctstring_internal.h',
      'tensorflow/include/tsl/platform/ctstring.h',
      'tensorflow/include/xla/tsl/c/tsl_status.h',
      'tensorflow/include/Eigen/Core.h',
      'tensorflow/include/tensorflow/core/framework/op.h',
      'tensorflow/python/_pywrap_tfe.so',
      'tensorflow/libtensorflow_ccxso.2',
      'tensorflow_cpu-2.21.0.dist-info/RECORD',
    ];
    expect(wheel.filter((name) => wanted.test(name))).toEqual(wheel.slice(0, 7));
  });

  test('lets the binding find the library beside it, wherever both are moved to', () => {
    const paths = { nodeApi: '/api', include: '/include', binding: 'lib/napi-v8/tfjs_binding.node' };
    const onLinux = compilerArguments('linux', linux, paths);
    expect(onLinux).toContain('-Wl,-rpath,$ORIGIN/../../deps/lib');
    expect(onLinux).toContain('deps/lib/libtensorflow_cc.so.2');
    expect(onLinux.slice(-2)).toEqual(['-o', 'lib/napi-v8/tfjs_binding.node']);
    expect(compilerArguments('darwin', mac, paths)).toContain('-Wl,-rpath,@loader_path/../../deps/lib');
  });

  test('keeps what a process that computes reads, and the licences', () => {
    const files = [
      '@tensorflow/tfjs-node/package.json',
      '@tensorflow/tfjs-node/dist/index.js',
      '@tensorflow/tfjs-node/dist/kernels/MatMul.js',
      '@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node',
      '@tensorflow/tfjs-node/deps/lib/libtensorflow_cc.so.2',
      '@tensorflow/tfjs-core/dist/tf-core.node.js',
      '@tensorflow/tfjs-core/node_modules/node-fetch/lib/index.js',
      '@mapbox/node-pre-gyp/lib/pre-binding.js',
      'core-js/LICENSE',
      'y18n/build/index.cjs',
      '@tensorflow/tfjs-node/dist/image_test.js',
      '@tensorflow/tfjs-node/dist/index.d.ts',
      '@tensorflow/tfjs-node/src/index.ts',
      '@tensorflow/tfjs-node/binding/tfjs_backend.cc',
      '@tensorflow/tfjs-node/deps/include/tensorflow/c/c_api.h',
      '@tensorflow/tfjs-core/dist/tf-core.es2017.js',
      '@tensorflow/tfjs-core/dist/tf-core.node.js.map',
      '@types/node/index.d.ts',
      'node-api-headers/include/node_api.h',
      '.bin/rimraf',
    ];
    expect(files.filter(isNeeded)).toEqual(files.slice(0, 10));
  });
});

describe('what is said', () => {
  test('reads from pip how much there is to download', () => {
    expect(downloadSize('Collecting x\n  Downloading tensorflow_cpu-2.21.0-cp311.whl (274.1 MB)\n')).toBe(274_100_000);
    expect(downloadSize('  Downloading tensorflow_cpu-2.21.0-cp311.whl.metadata (4.5 kB)\n')).toBeNull();
    expect(downloadSize('Processing /wheels/tensorflow_cpu-2.21.0-cp311.whl\n')).toBeNull();
  });

  test.for([
    {
      program: 'npm',
      output: 'npm error code E404\nnpm error 404 Not Found - GET\nnpm error A complete log\n',
      reason: 'npm error 404 Not Found - GET',
    },
    {
      program: 'pip',
      output: 'Looking in indexes\nERROR: Could not find a version\nERROR: No matching distribution\n',
      reason: 'ERROR: Could not find a version',
    },
    {
      program: 'node',
      output: 'node:events:1\n  throw er;\n\nError: getaddrinfo ENOTFOUND example.org\n    at x\n\nNode.js v20\n',
      reason: 'Error: getaddrinfo ENOTFOUND example.org',
    },
    {
      program: 'a compiler',
      output: 'In file included from a.cc:1:\nb.h:9:1: fatal error: c.h: No such file\ncompilation terminated.\n',
      reason: 'b.h:9:1: fatal error: c.h: No such file',
    },
    { program: 'something else', output: 'one\nthe last word\n\n', reason: 'the last word' },
    { program: 'something mute', output: '\n', reason: null },
  ])('finds the line in which $program says why', ({ output, reason }) => {
    expect(reasonIn(output)).toBe(reason);
  });

  test('names what failed, why, and the remedy when neither way works', () => {
    const text = failureText('node: Error: ENOTFOUND', TEXTS.noCompiler, TEXTS.remedy.compiler);
    expect(text).toContain('its own download did not work (node: Error: ENOTFOUND)');
    expect(text).toContain('neither did building it (no C++ compiler is on PATH)');
    expect(text).toContain('apt-get install g++');
  });

  test('names the folder and both sizes when there is no room', () => {
    expect(spaceText('/home/ada/engines', 2e9, 3.4e8)).toMatch(
      /2\.0 GB must be free .*\/home\/ada\/engines, and 0\.3 GB are/,
    );
  });

  test('goes from 0 to 100 percent in the order of the steps', () => {
    const begins = INSTALL_STEPS.map((step) => percentAt(step));
    expect(begins[0]).toBe(0);
    expect(begins).toEqual([...begins].sort((a, b) => a - b));
    expect(percentAt('check', 1)).toBe(100);
    expect(percentAt('wheel', 2)).toBe(percentAt('unpack'));
  });

  test('tells bytes, and of how many where that is known', () => {
    expect(stepText('wheel', { done: 123_400_000, total: 274_100_000 })).toBe(
      'fetching TensorFlow with pip: 123 of 274 MB',
    );
    expect(stepText('packages', { done: 5_000_000, total: null })).toBe('fetching packages with npm: 5 MB');
    expect(stepText('check')).toBe('computing with it');
  });
});
