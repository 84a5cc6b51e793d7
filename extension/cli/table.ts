/** How tables look in a terminal: columns apart by spaces, one rule under the head, no colour of their own. */
const NONE = '';

export const PLAIN_TABLE = {
  chars: {
    top: NONE,
    'top-mid': NONE,
    'top-left': NONE,
    'top-right': NONE,
    bottom: NONE,
    'bottom-mid': NONE,
    'bottom-left': NONE,
    'bottom-right': NONE,
    left: NONE,
    'left-mid': NONE,
    mid: NONE,
    'mid-mid': NONE,
    right: NONE,
    'right-mid': NONE,
    middle: '  ',
  },
  style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
};
