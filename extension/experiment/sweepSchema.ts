/**
 * What stands under `"sweep"`: which fields take which values, over all of which the experiment is trained. What the keys
 * may be depends on the variants, so `sweep/check.ts` looks at them.
 */
import { z } from 'zod';

/** More runs than anybody waits for are a slip in a count. */
export const MOST_POINTS = 10_000;

export const SCALES = ['linear', 'log'] as const;

const count = z.int().min(1).max(MOST_POINTS);

const rangeSchema = z.strictObject({
  from: z.number().describe('First value.'),
  to: z.number().describe('Last value, which is above the first.'),
  count: z
    .int()
    .min(2)
    .max(MOST_POINTS)
    .optional()
    .describe(
      'So many values, evenly spaced, both ends included. Without it the values are drawn at random between the ends; "random" of the sweep says how many. Of a field of whole numbers each value is rounded.',
    ),
  scale: z
    .enum(SCALES)
    .default('linear')
    .describe(
      'What "evenly" means: equal differences ("linear") or equal ratios ("log"), which suits strengths and learning rates. Linear by default, as a range is read.',
    ),
});
export type SweepRange = z.output<typeof rangeSchema>;

const valuesSchema = z.union([z.array(z.unknown()).min(1), rangeSchema]);

export const sweepSchema = z
  .object({
    random: z
      .union([
        count,
        z.strictObject({
          count: count.describe('So many points.'),
          seed: z
            .int()
            .min(0)
            .max(2 ** 31 - 1)
            .default(0)
            .describe(
              'Seed of the draws; the same file gives the same points. Fixed by default; another draws others.',
            ),
        }),
      ])
      .optional()
      .describe(
        'How many points are drawn at random from the ranges that have no "count", all of them together: 20, or { "count": 20, "seed": 1 }. Each point is combined with every value of the lists.',
      ),
    variants: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        'Which variants are trained. By default those that a key names, or all where none does; name a baseline here to have it beside them.',
      ),
  })
  .catchall(valuesSchema)
  .describe(
    'Train with every combination of values: { "penalty.alpha": [0.1, 1, 10, 100], "training.seed": [0, 1, 2] }, 12 runs. A key is a field of "training", "network" or a variant; values are a list, or a range such as { "from": 1e-4, "to": 1e-1, "count": 4, "scale": "log" }.',
  );
export type Sweep = z.output<typeof sweepSchema>;
export type SweepValues = z.output<typeof valuesSchema>;
