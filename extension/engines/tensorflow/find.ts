/** Where the engine `tensorflow` is, found without loading any of it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { engineFolder, PACKAGE, readInstallation, TFJS_VERSION } from './installation';
import { findPackage, packageIn } from './load';

export type FoundTensorflow =
  | { readonly folder: string; readonly reason: null }
  /** Why there is none, in a few words. */
  | { readonly folder: null; readonly reason: string };

/** Folder of the package: of the installation in force, else of one that npm put beside this. */
export function findTensorflow(): FoundTensorflow {
  const base = engineFolder();
  const installation = readInstallation(base);
  if (installation === null) {
    const beside = findPackage(__dirname);
    return beside === null ? { folder: null, reason: 'it is not installed' } : ofThisVersion(beside);
  }
  const { folder, version } = installation;
  if (version !== TFJS_VERSION) {
    return { folder: null, reason: `${base} holds ${PACKAGE} ${version}, and this Orthant works with ${TFJS_VERSION}` };
  }
  const found = packageIn(folder);
  return found === null
    ? { folder: null, reason: `what is installed in ${folder} is incomplete` }
    : { folder: found, reason: null };
}

/** One that npm put there for something else may be another, whose kernels would mix with ours. */
function ofThisVersion(folder: string): FoundTensorflow {
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  if (version === TFJS_VERSION) return { folder, reason: null };
  return { folder: null, reason: `${folder} is ${PACKAGE} ${version}, and this Orthant works with ${TFJS_VERSION}` };
}
