import { inputError } from '../../../core/index.js';
import type { PulseModel } from '../../../devices/cells/pulse/index.js';
import { cellForPulses } from '../pulse-cell.js';
import { missingPart } from '../read-cell.js';
import type { CellFile, CellPulse } from '../schema.js';

/** A cell in somebody else's format. */
export interface ExportedCell {
  /** File names as the other program knows them, and their text; one where a single file says it all. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** The same for programs. */
  readonly json: object;
  /** What the format cannot say, or says otherwise. Sentences. */
  readonly remarks: readonly string[];
}

/** What an export starts from: a cell file, read or made of a preset. */
export type CellToExport = Pick<
  CellFile,
  'name' | 'description' | 'provenance' | 'pulse' | 'population' | 'iv' | 'dynamics'
>;

/** The cell that pulses move, for formats that know no other. @throws `cell.part` */
export function pulsesOf(
  cell: CellToExport,
  format: string,
): { pulse: CellPulse; model: PulseModel; read?: number } {
  const made = cellForPulses(cell);
  if (made === undefined || cell.pulse === undefined) {
    throw missingPart(
      { path: cell.name, cell: { kind: 'cell', format: 1, ...cell } },
      ['pulse'],
      `cell export --to ${format}`,
    );
  }
  return {
    pulse: cell.pulse,
    model: made.model,
    ...(made.read === undefined ? {} : { read: made.read }),
  };
}

/** What a format writes as 0 because nobody knows it: sentences. @param zeros names of those numbers there */
export function unknownNoise({ population }: Pick<CellToExport, 'population'>, zeros: string): string[] {
  const unknown = [
    ...Object.entries(population?.spreads ?? {}).flatMap(([key, estimate]) =>
      estimate?.identifiable === false
        ? [
            `${key} cannot be told from none${estimate.high === null ? '' : `, at most ${digits(estimate.high)}`}`,
          ]
        : [],
    ),
    ...(population?.notSeparated ?? []).map(({ spreads, reason }) => `${spreads.join(', ')}: ${reason}`),
  ];
  const reads = population?.measuredReads;
  return [
    ...(unknown.length > 0
      ? [
          `noise that is not known is written as 0 (${zeros}), which says more than the data: ${unknown.join('; ')}`,
        ]
      : []),
    ...(reads?.identifiable === true
      ? [
          `reads were noisy by ${digits(reads.value)} of the conductance, cell and instrument together; that is written nowhere here`,
        ]
      : []),
  ];
}

/** A remark for every branch whose law is none. */
export function unconverged(branches: NonNullable<CellFile['iv']>['branches']): string[] {
  return branches
    .filter(({ fit }) => fit?.converged === false)
    .map(({ name }) => `the fit of branch ${name} has not converged: its numbers are the best met, no law`);
}

/** A name that programs of every kind take: letters, digits and underscores, not beginning with a digit. */
export function plainName(name: string): string {
  const plain = name
    .replace(/\.cell\.json$/i, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return /^[A-Za-z]/.test(plain) ? plain : `cell_${plain}`;
}

/** A text of a cell file as a remark of another format: one line, no control characters. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}

/** A number in as few digits as read back the same to ten. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) throw inputError('cell.export', `a number is ${value} and cannot be written`);
  return String(Number(value.toPrecision(10)));
}
