import { version } from '../../package.json';

/** Orthant's own version, as in package.json. */
export const VERSION: string = version;
