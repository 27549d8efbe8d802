import type { SpiceCircuit, Unsupported } from '../../circuits/spice/index.js';
import { inputError, type OhmpropError } from '../../core/index.js';

/** What a file asks for and would not get: without a word it would be taken for answered by the operating point. */
export function unanswered({ analyses, unsupported, warnings }: SpiceCircuit): Unsupported[] {
  const asks = analyses.op || analyses.dc.length > 0 || analyses.transient.length > 0;
  const programs = warnings
    .filter(({ card }) => card === '.control' && !asks)
    .map(({ place }) => ({
      place,
      card: '.control',
      message:
        'what the .control section asks for is not carried out, and there is no .op, .dc or .tran card outside it; write one',
      ngspice: false,
    }));
  return [...unsupported, ...programs];
}

/** Shown of a long list. */
const MAX_SHOWN = 8;

/** Why a file is not run: every card, and what can be done. */
export function unansweredError(found: readonly Unsupported[]): OhmpropError {
  const shown = found.slice(0, MAX_SHOWN).map(({ place, message }) => `${place}: ${message}`);
  const more = found.length > MAX_SHOWN ? [`… and ${found.length - MAX_SHOWN} more`] : [];
  return inputError(
    'spice.unsupported',
    [
      ...shown,
      ...more,
      `take these cards out (without .op, .dc and .tran the operating point is solved)${found.every(({ ngspice }) => ngspice) ? ', or hand the file to ngspice with --engine ngspice' : ''}`,
    ].join('\n  '),
  );
}

const ANALYSES = /^\s*\.(op|dc|tran|ac|noise|tf|pz|disto|sens|sp|pss)\b/i;

/** The analyses that a deck asks for, without those of a .control section: `.op`, `.dc` … */
export function analysesOf(deck: string): string[] {
  const found: string[] = [];
  let inControl = false;
  for (const line of deck.split('\n').slice(1)) {
    if (/^\s*\.end\s*$/i.test(line)) break;
    if (/^\s*\.control\b/i.test(line)) inControl = true;
    else if (/^\s*\.endc\b/i.test(line)) inControl = false;
    const card = ANALYSES.exec(line)?.[1].toLowerCase();
    if (card !== undefined && !inControl) found.push(`.${card}`);
  }
  return found;
}
