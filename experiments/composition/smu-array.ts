import { inputError } from '../../core/index.js';
import type { ArrayAsked } from '../../drivers/instruments/index.js';
import { SMU_BAUD, Smu, SmuCells, smuLine } from '../../drivers/instruments/smu/index.js';
import { openMatrix } from '../../drivers/instruments/switch-matrix/index.js';
import type { InstrumentArray } from './array-port.js';
import { smuArrayOf } from './smu-array-of.js';

/** A source-measure unit as an array: one cell, or those behind a switch matrix. Opening it for a run switches its output on, at 0 V, within the limits. */
export async function smuArray(asked: ArrayAsked): Promise<InstrumentArray> {
  const { address, permit, window, nominalPulse, read_V, lineLog, matrix: file, tell } = asked;
  if (permit === undefined) {
    throw inputError(
      'limits.missing',
      `${address.text}: a source-measure unit reads by driving; say --limits FILE`,
    );
  }
  const matrix = file === undefined ? undefined : await openMatrix(file, { baud: SMU_BAUD, lineLog });
  const smu = await Smu.open(smuLine({ address, lineLog }), {
    address: address.text,
    ...(tell === undefined ? {} : { tell }),
  }).catch(async (error: unknown) => {
    await matrix?.close();
    throw error;
  });
  const cells = await SmuCells.open(smu, {
    permit,
    journaled: true,
    ...(matrix === undefined ? {} : { selector: matrix }),
    ...(window === undefined ? {} : { window_S: window }),
    ...(read_V === undefined ? {} : { read_V }),
    ...(nominalPulse === undefined ? {} : { pulse: nominalPulse }),
  });
  return smuArrayOf(cells, smu, matrix?.text);
}
