/** What figures of all targets together are called, where those of each target stand beside them under its name. */

/** `overall`, in as many parentheses as tell it from every target. */
export function nameOfOverall(targets: readonly string[]): string {
  let name = 'overall';
  while (targets.includes(name)) name = `(${name})`;
  return name;
}
