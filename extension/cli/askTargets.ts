/** The question on a terminal which columns are the targets. It goes to stderr: stdout is for what may be piped. */
import type { Readable, Writable } from 'node:stream';
import { isCancel, multiselect } from '@clack/prompts';
import { bestTargets, type TargetProposal, type TargetProposals } from '../experiment/draft/proposeTargets';
import { quoted } from '../experiment/draft/words';

export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

const LINES = 12;

/** One at least; `null` when the person would rather not. */
export async function askTargets(proposals: TargetProposals, terminal: Terminal): Promise<TargetProposal[] | null> {
  const { targets } = proposals;
  const best = bestTargets(proposals);
  const answer = await multiselect({
    ...terminal,
    message: 'Which columns shall the network learn to give?',
    options: targets.map((target) => {
      const { column, detail } = target;
      return { value: target, label: `${quoted(column.name)}, ${detail}` };
    }),
    initialValues: best.length === 1 ? [...best] : [],
    required: true,
    maxItems: LINES,
  });
  return isCancel(answer) ? null : answer;
}
