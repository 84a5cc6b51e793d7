/** The coefficient of a penalty in Python: a constant, one that rises by the epoch, or one per entry that grows outside. */
import type { MethodPart } from './part';
import { code, constantName } from './pythonText';

export interface CoefficientOptions {
  /** As it is written in formulas, and in Python. */
  readonly symbol: string;
  readonly name: string;
  readonly schedule: string;
  readonly restart: boolean;
  /** The field of its first value, and what the names of its others begin with. */
  readonly first: string;
  readonly prefix: string;
}

export interface CoefficientCode {
  /** What `term` takes for it after `g`. */
  readonly parameters: NonNullable<MethodPart['term']>;
  readonly fields: readonly string[];
  /** A function that gives it, where one is needed. */
  readonly code: string;
  /** Python for it in `term`. */
  readonly value: string;
  readonly kept: Readonly<Record<string, string>>;
  /** How it moves at a visit: lines that give `name` anew, of a violation. */
  readonly next?: { readonly words: string; code(violation: string): string };
}

/** As `methods/coefficient.ts` computes it. */
export function coefficientCode({
  symbol,
  name,
  schedule,
  restart,
  first,
  prefix,
}: CoefficientOptions): CoefficientCode {
  const start = constantName(first);
  const field = (what: string): string => `${prefix}${what}`;
  const all = (what: string): string => constantName(field(what));
  if (schedule === 'constant') {
    return { parameters: [], fields: [first], code: '', value: start, kept: {} };
  }
  if (schedule === 'geometric') {
    return {
      parameters: ['epoch'],
      fields: [first, field('End')],
      value: `${name}(epoch)`,
      kept: {},
      code: code`
        def ${name}(epoch):
            """${symbol}, which rises by the same factor every epoch."""
            return ${start} * (${all('End')} / ${start}) ** (epoch / max(EPOCHS - 1, 1))
      `,
    };
  }
  const isFactor = schedule === 'multiplicative';
  const step = field(isFactor ? 'Growth' : 'Increment');
  const grown = `kept["${name}"] ${isFactor ? '*' : '+'} ${constantName(step)}`;
  return {
    parameters: ['kept'],
    fields: [first, step, field('Tolerance'), field('Max')],
    code: '',
    value: `kept["${name}"]`,
    kept: { [name]: `torch.full_like(g, ${start})` },
    next: {
      words: `${symbol} grows where the output is outside${restart ? ', and starts anew where it is inside' : ''}.`,
      code: (violation) => code`
        outside = ${violation}
        grown = torch.clamp(${grown}, max=${all('Max')})
        ${name} = torch.where(outside > ${all('Tolerance')}, grown, kept["${name}"])
        ${restart && `${name} = torch.where(outside > 0, ${name}, ${start})`}
      `,
    },
  };
}
