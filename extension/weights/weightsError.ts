/** Why a file gives no network to start from. */

/** Each is a code of docs/problems.md. */
export const WEIGHTS_CODES = {
  'missing-file': 'weights.missing-file',
  'not-safetensors': 'weights.not-safetensors',
  'number-type': 'weights.number-type',
  'not-finite': 'weights.not-finite',
  'missing-bias': 'weights.missing-bias',
  'no-chain': 'weights.no-chain',
  'too-large': 'weights.too-large',
  'has-head': 'weights.has-head',
} as const;

export class WeightsError extends Error {
  /** `message` goes on from the file's name, and ends with the remedy. */
  constructor(
    readonly kind: keyof typeof WEIGHTS_CODES,
    message: string,
  ) {
    super(message);
  }
}
