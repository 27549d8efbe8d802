import { inputError } from '../../core/errors.js';
import type { CellArrayInfo, CellRange, PulsePlan, PulseShape } from '../contract/cell-array.js';

/** Refuses a range that is not inside the array. Throws `cells.range`, exit code 2. */
export function checkRange(info: CellArrayInfo, range: CellRange): void {
  const { row, column, rows, columns } = range;
  const whole = [row, column, rows, columns].every((n) => Number.isInteger(n) && n >= 0);
  if (!whole || row + rows > info.rows || column + columns > info.columns) {
    throw inputError(
      'cells.range',
      `${info.name}: rows ${row} … ${row + rows - 1}, columns ${column} … ${column + columns - 1} are not inside its ${info.rows} × ${info.columns} cells`,
    );
  }
}

/** Refuses a whole plan that asks for anything the array cannot do. Throws `cells.plan`, exit code 2. */
export function checkPlan(
  info: CellArrayInfo,
  nominal: { readonly potentiation: PulseShape; readonly depression: PulseShape } | undefined,
  plan: PulsePlan,
  id: number,
): void {
  const refuse = (what: string) => inputError('cells.plan', `${info.name}: ${what}`);
  const cells = info.rows * info.columns;
  const { counts, indices } = plan;
  if (!(Number.isInteger(id) && id > 0 && id < 0x100000000)) {
    throw refuse(`an update id is a whole number 1 … 2³²−1, got ${id}`);
  }
  if (counts.length !== (indices?.length ?? cells)) {
    throw refuse(`needs ${indices?.length ?? cells} counts, got ${counts.length}`);
  }
  if (indices !== undefined) {
    const seen = new Set<number>();
    for (const [i, cell] of indices.entries()) {
      if (cell >= cells) throw refuse(`entry ${i} names cell ${cell}; it has ${cells}`);
      if (seen.has(cell)) throw refuse(`entry ${i} names cell ${cell} a second time`);
      seen.add(cell);
    }
  }
  if (info.maxPulses < 32767) {
    for (let i = 0; i < counts.length; i++) {
      if (Math.abs(counts[i]) > info.maxPulses) {
        throw refuse(`entry ${i} asks for ${Math.abs(counts[i])} pulses; at most ${info.maxPulses} at once`);
      }
    }
  }
  for (const direction of ['potentiation', 'depression'] as const) {
    const asked = plan[direction];
    if (asked === undefined) continue;
    const own = nominal?.[direction];
    if (asked.amplitude_V !== own?.amplitude_V || asked.width_s !== own?.width_s) {
      const known = own === undefined ? 'no pulse shape is known' : `${own.amplitude_V} V, ${own.width_s} s`;
      throw refuse(
        `${direction} of ${asked.amplitude_V} V, ${asked.width_s} s: its model holds for the nominal pulse alone (${known}); leave the shape out`,
      );
    }
  }
}
