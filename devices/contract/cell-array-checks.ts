import { inputError } from '../../core/index.js';
import type { CellArrayInfo, CellRange, PulsePlan, PulseShape } from './cell-array.js';

// The refusals that the contract of `CellArray` promises, the same for every array.

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
export function checkPlan(info: CellArrayInfo, plan: PulsePlan, id: number): void {
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
    const wrong = plan[direction] && wrongShape(info, direction, plan[direction]);
    if (wrong) throw refuse(`${direction} ${wrong}`);
  }
  checkAmplitudes(info, plan, refuse);
}

/** What is wrong with a pulse shape, for this array. */
function wrongShape(
  info: CellArrayInfo,
  direction: 'potentiation' | 'depression',
  { amplitude_V, width_s }: PulseShape,
): string | undefined {
  const asked = `of ${amplitude_V} V, ${width_s} s`;
  if (info.pulseShapes === 'nominal') {
    const own = info.nominalPulse?.[direction];
    if (amplitude_V === own?.amplitude_V && width_s === own?.width_s) return undefined;
    const known = own === undefined ? 'no pulse shape is known' : `${own.amplitude_V} V, ${own.width_s} s`;
    return `${asked}: its model holds for the nominal pulse alone (${known}); leave the shape out`;
  }
  if (!(Math.abs(amplitude_V) <= info.maxPulse_V)) return `${asked}: at most ${info.maxPulse_V} V either way`;
  if (!(width_s > 0 && Number.isFinite(width_s))) return `${asked}: a width must be above 0 s`;
  return undefined;
}

function checkAmplitudes(
  info: CellArrayInfo,
  { amplitudes_V, counts }: PulsePlan,
  refuse: (what: string) => Error,
): void {
  if (amplitudes_V === undefined) return;
  if (info.pulseShapes !== 'one-a-cell') {
    throw refuse('cannot give each cell an amplitude of its own; leave amplitudes_V out');
  }
  if (amplitudes_V.length !== counts.length) {
    throw refuse(`needs ${counts.length} amplitudes, one a count, got ${amplitudes_V.length}`);
  }
  for (const [i, amplitude_V] of amplitudes_V.entries()) {
    if (!(Math.abs(amplitude_V) <= info.maxPulse_V)) {
      throw refuse(`entry ${i} asks for ${amplitude_V} V; at most ${info.maxPulse_V} V either way`);
    }
  }
}
