/**
 * What can be done at a place by a key press: a problem's fixes, all that are beyond doubt at once, and a variant by a
 * method that the experiment hasn't tried yet.
 */

import type { CodeAction, CodeActionContext, Diagnostic, Range, TextEdit } from 'vscode-languageserver';
import type { Change } from '../experiment/change';
import { changeOfFix } from '../experiment/fixText';
import { outlineExperiment } from '../experiment/outline';
import { positionsOf } from '../experiment/positions';
import { VARIANT_TEMPLATES } from '../experiment/variantTemplates';
import type { ExperimentEdit, Problem, ProblemFix } from '../protocol/problems';
import { cursorAt } from './cursor';
import type { ExperimentText } from './document';
import { fixAll } from './fixAll';

export const FIX_ALL = 'source.fixAll.orthant';
export const ADD_VARIANT = 'refactor.addVariant';
/** What an editor may ask for. */
export const CODE_ACTION_KINDS: readonly string[] = ['quickfix', FIX_ALL, ADD_VARIANT];

/** `problems` gives those of the document as it is now. */
export function codeActionsAt(
  document: ExperimentText,
  range: Range,
  { diagnostics, only, triggerKind }: CodeActionContext,
  problems: () => readonly Problem[],
): CodeAction[] {
  const asks = (kind: string): boolean =>
    only === undefined || only.some((each) => kind === each || kind.startsWith(`${each}.`));
  const actions: CodeAction[] = [];
  if (asks('quickfix')) actions.push(...diagnostics.flatMap((diagnostic) => quickFixes(document, diagnostic)));
  // A cursor that moves asks all the time, and a lamp at each place would say nothing: these two are for who asks.
  const isMenu = only === undefined && triggerKind !== AUTOMATIC;
  if (isMenu || (only !== undefined && asks(FIX_ALL))) actions.push(...fixedAll(document, problems(), isMenu ? 2 : 1));
  if (asks(ADD_VARIANT) && triggerKind !== AUTOMATIC) actions.push(...addedVariants(document, range));
  return actions;
}

const AUTOMATIC = 2;

/** The fixes that a diagnostic carries; what has no place in the text any more is not offered. */
function quickFixes(document: ExperimentText, diagnostic: Diagnostic): CodeAction[] {
  const fixes = asFixes(diagnostic.data);
  return fixes.flatMap((fix): CodeAction[] => {
    const change = changeOfFix(document.text, fix);
    if (change === null) return [];
    return [
      {
        title: fix.title,
        kind: 'quickfix',
        diagnostics: [diagnostic],
        ...(fix.isPreferred === true && { isPreferred: true }),
        edit: { changes: { [document.uri]: [textEdit(document.text, change)] } },
      },
    ];
  });
}

/** In a menu one alone is a quick fix already; who saves with all fixed wants that one, too. */
function fixedAll({ uri, text }: ExperimentText, problems: readonly Problem[], least: number): CodeAction[] {
  const all = fixAll(text, problems);
  if (all === null || all.count < least) return [];
  const edit = { changes: { [uri]: [textEdit(text, all.change)] } };
  const which = all.count === 1 ? 'the problem that has' : `all ${all.count} problems that have`;
  return [{ title: `Fix ${which} a clear fix`, kind: FIX_ALL, edit }];
}

function addedVariants({ uri, text }: ExperimentText, { start }: Range): CodeAction[] {
  const offset = positionsOf(text).offsetAt(start);
  const { variantsRange, variants } = outlineExperiment(text);
  const isOnName = variantsRange !== null && cursorAt(text, offset)?.path[0] === 'variants';
  if (!isOnName) return [];
  const methods = variants.map(({ method }) => method);
  const names = variants.map(({ name }) => name);
  const first = new Map(VARIANT_TEMPLATES.toReversed().map((template) => [template.method, template]));
  return [...first.values()].toReversed().flatMap(({ name, method, fields }): CodeAction[] => {
    if (methods.includes(method)) return [];
    const value = { method, ...fields };
    const edits: ExperimentEdit[] = [{ kind: 'set', path: ['variants', freeName(name, names)], value }];
    const change = changeOfFix(text, { title: '', edits });
    if (change === null) return [];
    const edit = { changes: { [uri]: [textEdit(text, change)] } };
    return [{ title: `Add variant: ${method}`, kind: ADD_VARIANT, edit }];
  });
}

/** `penalty`, `penalty-2` … */
function freeName(name: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

function textEdit(text: string, { offset, length, content }: Change): TextEdit {
  return { range: positionsOf(text).rangeOf(offset, length), newText: content };
}

/** Diagnostics come back from the editor; another extension's may have any data. */
function asFixes(data: unknown): readonly ProblemFix[] {
  const fixes: unknown = typeof data === 'object' && data !== null && 'fixes' in data ? data.fixes : null;
  return Array.isArray(fixes) ? fixes.filter(isFix) : [];
}

function isFix(fix: unknown): fix is ProblemFix {
  if (typeof fix !== 'object' || fix === null || !('title' in fix) || !('edits' in fix)) return false;
  return typeof fix.title === 'string' && Array.isArray(fix.edits) && fix.edits.every(isEdit);
}

function isEdit(edit: unknown): edit is ExperimentEdit {
  if (typeof edit !== 'object' || edit === null) return false;
  const { kind, path, ...rest } = edit as Record<string, unknown>;
  if (!Array.isArray(path) || !path.every((each) => typeof each === 'string' || typeof each === 'number')) return false;
  switch (kind) {
    case 'set':
      return rest.value !== undefined;
    case 'remove':
      return true;
    case 'rename':
      return typeof rest.name === 'string';
    case 'replaceText':
      return typeof rest.offset === 'number' && typeof rest.length === 'number' && typeof rest.text === 'string';
    default:
      return false;
  }
}
