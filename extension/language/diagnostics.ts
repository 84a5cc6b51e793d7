/** Problems as an editor takes them, with their fixes along so that it can ask for them back. */
import type { Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import type { Problem, ProblemFix, Severity } from '../protocol/problems';
import { UNNECESSARY } from './protocolNumbers';

/** What a diagnostic carries for a machine. */
export interface DiagnosticData {
  readonly fixes: readonly ProblemFix[];
}

const SEVERITIES: Record<Severity, DiagnosticSeverity> = { error: 1, warning: 2, information: 3, hint: 4 };

export function toDiagnostic({ code, severity, message, range, fixes, isUnnecessary }: Problem): Diagnostic {
  const data: DiagnosticData = { fixes: fixes ?? [] };
  return {
    range,
    message,
    code,
    severity: SEVERITIES[severity],
    source: 'orthant',
    ...(isUnnecessary === true && { tags: [UNNECESSARY] }),
    ...(data.fixes.length > 0 && { data }),
  };
}
