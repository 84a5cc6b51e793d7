/** What the installer says when it can't go on: what happened, to which thing, what to do. */

/** Nothing was changed; the message names the cause and the remedy. */
export class InstallError extends Error {
  override readonly name = 'InstallError';
}

const RETRY = 'and try again.';

export const TEXTS = {
  noNpm: `npm is not on PATH, and the packages of the engine "tensorflow" come from it. Install Node.js with npm, restart what you started this from so that it sees it, ${RETRY}`,
  noFolder: (folder: string, reason: string) => `${folder} can't be written to: ${reason}. Make it writable ${RETRY}`,
  noPackages: (name: string, version: string, reason: string) =>
    `npm could not fetch ${name} ${version} (${reason}). Check the network and the registry that npm is set to ${RETRY}`,
  underWay: (folder: string, pid: number | null) =>
    `The engine "tensorflow" is being installed into ${folder} already${pid ? ` by process ${pid}` : ''}. Wait until that is done ${RETRY}`,
  doesNotCompute: (reason: string) =>
    `The engine "tensorflow" was made, but does not compute here (${reason}). What was installed before stays. Training goes on with the other engines.`,
  downloadFailed: (reason: string) => `The package's own download did not work: ${reason}`,
  noCompiler: 'no C++ compiler is on PATH',
  noPip: 'no Python with pip is on PATH',
  otherWheel: (wheel: string, name: string) => `${wheel} holds no ${name}`,
  remedy: {
    network: `Where the package's own download can be reached, with HTTPS_PROXY if need be, try again there.`,
    compiler: `Install a compiler ("sudo apt-get install g++", "sudo dnf install gcc-c++", on macOS "xcode-select --install") ${RETRY}`,
    pip: `Install it ("sudo apt-get install python3-pip", "sudo dnf install python3-pip") ${RETRY}`,
    index: (python: string, requirement: string) =>
      `See what "${python} -m pip download --no-deps ${requirement}" says, mend the network or the index that pip is set to, ${RETRY}`,
  },
};

/** Neither way to the native part worked. */
export function failureText(download: string, build: string, remedy: string): string {
  return `The engine "tensorflow" can't be installed here: its own download did not work (${download}), and neither did building it (${build}). ${remedy} Training goes on with the other engines.`;
}

export function spaceText(folder: string, needed: number, free: number): string {
  return `${gigabytes(needed)} must be free to install the engine "tensorflow" into ${folder}, and ${gigabytes(free)} are. Make room, or name another folder in ORTHANT_DATA, ${RETRY}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
