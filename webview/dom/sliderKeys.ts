/** The keys of everything with the role of a slider. */
const MOVES: Record<string, number> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** How far a key moves the value; `undefined` for any other key. */
export function sliderMove(key: string): number | undefined {
  return MOVES[key];
}
