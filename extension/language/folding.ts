/** What can be folded: objects and lists over several lines, block comments, and line comments that follow each other. */
import type { FoldingRange } from 'vscode-languageserver';
import { type Positions, positionsOf } from '../experiment/positions';
import { endOf, type Token, tokensOf } from './tokens';

export function foldingOf(text: string): FoldingRange[] {
  const positions = positionsOf(text);
  const tokens = tokensOf(text);
  return [...bracketRanges(tokens, positions), ...commentRanges(text, tokens, positions)].sort(
    (a, b) => a.startLine - b.startLine,
  );
}

/** To the line before the closing bracket, which stays in sight. */
function bracketRanges(tokens: readonly Token[], positions: Positions): FoldingRange[] {
  const open: Token[] = [];
  const ranges: FoldingRange[] = [];
  for (const token of tokens) {
    if (token.kind === '{' || token.kind === '[') open.push(token);
    if (token.kind !== '}' && token.kind !== ']') continue;
    const last = open.findLastIndex(({ kind }) => kind === (token.kind === '}' ? '{' : '['));
    if (last < 0) continue;
    const [opening] = open.splice(last);
    const startLine = lineOf(opening!.offset, positions);
    const endLine = lineOf(token.offset, positions) - 1;
    if (endLine > startLine) ranges.push({ startLine, endLine });
  }
  return ranges;
}

function commentRanges(text: string, tokens: readonly Token[], positions: Positions): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  let run: { startLine: number; endLine: number } | null = null;
  const close = (): void => {
    if (run !== null && run.endLine > run.startLine) ranges.push({ ...run, kind: 'comment' });
    run = null;
  };
  let lastLine = -1;
  for (const token of tokens) {
    const line = lineOf(token.offset, positions);
    const isAlone = line > lastLine;
    lastLine = lineOf(endOf(token), positions);
    const isLineComment = token.kind === 'comment' && text.startsWith('//', token.offset);
    if (isLineComment && isAlone && run?.endLine === line - 1) run.endLine = line;
    else {
      close();
      if (isLineComment && isAlone) run = { startLine: line, endLine: line };
      else if (token.kind === 'comment' && lastLine > line)
        ranges.push({ startLine: line, endLine: lastLine, kind: 'comment' });
    }
  }
  close();
  return ranges;
}

function lineOf(offset: number, positions: Positions): number {
  return positions.positionAt(offset).line;
}
