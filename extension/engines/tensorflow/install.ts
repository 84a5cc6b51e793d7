/**
 * Installs the engine `tensorflow`: npm's packages, then their native part, by the package's own download where that
 * works and else by building it against the TensorFlow of a Python package. All of it is made in a folder of its own and
 * put in force by one rename once it computes here, so whatever was installed before stays until then, and on any failure.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { InstallMessage, InstallStep } from '../../protocol/engineInstall';
import {
  type Build,
  buildFor,
  compilerArguments,
  downloadSize,
  isNeeded,
  NODE_API_HEADERS,
  NODE_API_VERSION,
  OTHER_PYTHON,
  pipArguments,
  thisPlatform,
  UNPACK,
  wantedInWheel,
} from './build';
import { PACKAGE, putInForce, TFJS_VERSION } from './installation';
import { lock, remove, removeLeftovers, removeOthers, STAGING } from './lock';
import { findProgram, ProgramError, type Run, runProgram, sizeOf } from './programs';
import { failureText, InstallError, spaceText, TEXTS } from './texts';

export interface InstallOptions {
  /** Holds the installations; made when it isn't there. */
  readonly base: string;
  readonly signal: AbortSignal;
  readonly say: (message: InstallMessage) => void;
  /** Path of the bundle that `check` is asked of, in a process of its own. */
  readonly module: string;
}

/** Building can't be done here, and what would help. */
class BuildError extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

const MINUTE = 60_000;
/** A download that stands still for so long will not go on. */
const QUIET_MS = 2 * MINUTE;
const DOWNLOAD_MS = 60 * MINUTE;
/** At its fullest: the packages, the libraries, and one of those once more while its symbols are taken out. */
const NEEDED_BYTES = 2e9;

/** @throws InstallError, CancelledError */
export async function install(options: InstallOptions): Promise<void> {
  const { base, say } = options;
  const npm = findProgram('npm');
  if (npm === undefined) throw new InstallError(TEXTS.noNpm);
  try {
    mkdirSync(base, { recursive: true });
  } catch (error) {
    throw new InstallError(TEXTS.noFolder(base, (error as Error).message));
  }
  const unlock = lock(base);
  const staging = path.join(base, `${STAGING}${process.pid}-${Date.now().toString(36)}`);
  try {
    removeLeftovers(base);
    const free = freeBytes(base);
    if (free < NEEDED_BYTES) throw new InstallError(spaceText(base, NEEDED_BYTES, free));
    mkdirSync(staging);
    const { folder, version } = await new Installer(options, npm, staging).make();
    const home = path.join(base, path.basename(staging).slice(STAGING.length));
    renameSync(folder, home);
    putInForce(base, { folder: home, version: TFJS_VERSION });
    removeOthers(base, home);
    say({ type: 'installed', version, folder: home, bytes: sizeOf(home) });
  } finally {
    remove(staging);
    unlock();
  }
}

class Installer {
  /** Becomes the installation. */
  readonly #home: string;
  readonly #package: string;
  readonly #environment: Record<string, string | undefined>;

  constructor(
    private readonly options: InstallOptions,
    private readonly npm: string,
    private readonly staging: string,
  ) {
    this.#home = path.join(staging, 'engine');
    this.#package = path.join(this.#home, 'node_modules', PACKAGE);
    this.#environment = environmentForNpm(process.env);
  }

  async make(): Promise<{ folder: string; version: string }> {
    await this.#fetchPackages();
    const failure = await this.#downloadBinary();
    if (failure !== null) await this.#build(failure);
    this.#step('check');
    this.#keepWhatIsNeeded();
    try {
      return { folder: this.#home, version: await this.#check() };
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      throw new InstallError(TEXTS.doesNotCompute(error.message));
    }
  }

  async #fetchPackages(): Promise<void> {
    this.#step('packages');
    mkdirSync(this.#home);
    writeFileSync(path.join(this.#home, 'package.json'), '{ "private": true }\n');
    const what = [`${PACKAGE}@${TFJS_VERSION}`, NODE_API_HEADERS];
    const how = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel', 'error'];
    try {
      await this.#run(this.npm, ['install', ...how, ...what], this.#home, {
        limitMs: DOWNLOAD_MS,
        grows: this.#growing(this.#home),
      });
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      throw new InstallError(TEXTS.noPackages(PACKAGE, TFJS_VERSION, error.message));
    }
  }

  /** By the package's own install script, which fetches library and binding as its makers built them; why it could not. */
  async #downloadBinary(): Promise<string | null> {
    this.#step('binary');
    try {
      await this.#run(process.execPath, ['scripts/install.js'], this.#package, {
        limitMs: DOWNLOAD_MS,
        grows: this.#growing(path.join(this.#package, 'deps')),
        environment: this.#withBin(),
      });
      await this.#check();
      return null;
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      this.options.say({ type: 'note', text: TEXTS.downloadFailed(error.message) });
      for (const made of ['deps', 'lib', 'build']) remove(path.join(this.#package, made));
      return error.message;
    }
  }

  async #build(downloadFailure: string): Promise<void> {
    try {
      const build = buildFor(thisPlatform());
      if (typeof build === 'string') throw new BuildError(build, TEXTS.remedy.network);
      // All that it takes is looked for before hundreds of megabytes are fetched.
      const compiler = ['c++', 'g++', 'clang++'].map(findProgram).find((file) => file !== undefined);
      if (compiler === undefined) throw new BuildError(TEXTS.noCompiler, TEXTS.remedy.compiler);
      const python = await this.#findPython();
      if (python === undefined) throw new BuildError(TEXTS.noPip, TEXTS.remedy.pip);

      this.#step('wheel');
      const wheel = await this.#downloadWheel(python, build);
      this.#step('unpack');
      const unpacked = await this.#unpack(python, wheel, build);
      this.#step('compile');
      await this.#compile(compiler, unpacked, build);
    } catch (error) {
      if (error instanceof BuildError) {
        throw new InstallError(failureText(downloadFailure, error.message, error.remedy));
      }
      if (!(error instanceof ProgramError)) throw error;
      throw new InstallError(failureText(downloadFailure, error.message, TEXTS.remedy.network));
    }
  }

  async #findPython(): Promise<string | undefined> {
    for (const name of ['python3', 'python']) {
      const python = findProgram(name);
      if (python === undefined) continue;
      try {
        await this.#run(python, ['-m', 'pip', '--version'], this.staging, { limitMs: MINUTE });
        return python;
      } catch (error) {
        if (!(error instanceof ProgramError)) throw error;
      }
    }
    return undefined;
  }

  async #downloadWheel(python: string, { requirements }: Build): Promise<string> {
    const download = path.join(this.staging, 'download');
    const temporary = path.join(download, 'temporary');
    let total: number | null = null;
    let failure: ProgramError | undefined;
    for (const requirement of requirements) {
      for (const version of [null, OTHER_PYTHON]) {
        mkdirSync(temporary, { recursive: true });
        try {
          await this.#run(python, pipArguments(requirement, download, version), this.staging, {
            limitMs: DOWNLOAD_MS,
            // What pip has of it so far lies there, so it can be measured, and goes with the rest.
            environment: { ...this.#environment, TMPDIR: temporary },
            grows: {
              ...this.#growing(download),
              onBytes: (done) => this.options.say({ type: 'bytes', done, total }),
            },
            onOutput: (text) => {
              total ??= downloadSize(text);
            },
          });
          const wheel = readdirSync(download).find((name) => name.endsWith('.whl'));
          if (wheel !== undefined) return path.join(download, wheel);
        } catch (error) {
          if (!(error instanceof ProgramError)) throw error;
          failure ??= error;
        }
        remove(download);
      }
    }
    const reason = failure?.message ?? 'pip fetched no wheel';
    throw new BuildError(reason, TEXTS.remedy.index(path.basename(python), requirements[0]!));
  }

  async #unpack(python: string, wheel: string, build: Build): Promise<string> {
    const into = path.join(this.staging, 'wheel');
    await this.#run(python, ['-c', UNPACK, wheel, into, wantedInWheel(build)], this.staging, { limitMs: 10 * MINUTE });
    remove(path.dirname(wheel));
    const unpacked = path.join(into, 'tensorflow');
    const lib = path.join(this.#package, 'deps', 'lib');
    mkdirSync(lib, { recursive: true });
    for (const name of build.libraries) {
      if (!existsSync(path.join(unpacked, name))) {
        throw new BuildError(TEXTS.otherWheel(path.basename(wheel), name), TEXTS.remedy.network);
      }
      renameSync(path.join(unpacked, name), path.join(lib, name));
    }
    return path.join(unpacked, 'include');
  }

  async #compile(compiler: string, include: string, build: Build): Promise<void> {
    const binding = path.join('lib', `napi-v${NODE_API_VERSION}`, 'tfjs_binding.node');
    mkdirSync(path.dirname(path.join(this.#package, binding)), { recursive: true });
    const nodeApi = path.join(this.#home, 'node_modules', NODE_API_HEADERS.replace(/@.*/, ''), 'include');
    const args = compilerArguments(process.platform, build, { nodeApi, include, binding });
    await this.#run(compiler, args, this.#package, { limitMs: 20 * MINUTE });
    // A quarter of the library is names for a debugger.
    const strip = process.platform === 'linux' ? findProgram('strip') : undefined;
    if (strip === undefined) return;
    for (const name of build.libraries) {
      try {
        await this.#run(strip, ['--strip-unneeded', name], path.join(this.#package, 'deps/lib'), {
          limitMs: 5 * MINUTE,
        });
      } catch (error) {
        if (!(error instanceof ProgramError)) throw error;
        this.options.say({ type: 'note', text: error.message });
      }
    }
  }

  /** Loads it and multiplies two matrices, in a process of its own: what is wrong with a library may end a process. */
  async #check(): Promise<string> {
    let output = '';
    await this.#run(process.execPath, [this.options.module, 'check', this.#home], this.staging, {
      limitMs: 2 * MINUTE,
      onOutput: (text) => {
        output += text;
      },
    });
    return /^computes: (.+)$/m.exec(output)?.[1] ?? TFJS_VERSION;
  }

  #keepWhatIsNeeded(): void {
    const modules = path.join(this.#home, 'node_modules');
    const prune = (folder: string, within: string): boolean => {
      let keepsSomething = false;
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const file = path.join(folder, entry.name);
        const relative = within === '' ? entry.name : `${within}/${entry.name}`;
        const keeps = entry.isDirectory() ? prune(file, relative) : isNeeded(relative);
        if (keeps) keepsSomething = true;
        else remove(file);
      }
      return keepsSomething;
    };
    prune(modules, '');
  }

  #step(step: InstallStep): void {
    this.options.say({ type: 'step', step });
  }

  #growing(folder: string) {
    const onBytes = (done: number): void => this.options.say({ type: 'bytes', done, total: null });
    return { folder, quietMs: QUIET_MS, onBytes };
  }

  #run(file: string, args: readonly string[], cwd: string, options: Omit<Parameters<Run>[1], 'cwd' | 'signal'>) {
    const { signal } = this.options;
    return runProgram({ file, args }, { environment: this.#environment, ...options, cwd, signal });
  }

  /** npm puts the packages' programs on PATH of an install script. */
  #withBin(): Record<string, string | undefined> {
    const name = Object.keys(this.#environment).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
    const bin = path.join(this.#home, 'node_modules', '.bin');
    return { ...this.#environment, [name]: [bin, this.#environment[name]].join(path.delimiter) };
  }
}

/** Without what an outer `npm run` says about its own package; registry and proxy stay. */
function environmentForNpm(environment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const ofThePackage = /^(npm_(package_|lifecycle_|command|config_local_prefix|config_prefix|config_global)|INIT_CWD)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !ofThePackage.test(name)));
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
