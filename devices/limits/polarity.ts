import { formatQuantity, runError } from '../../core/index.js';

/** What two reads of a cell, at +V and −V, have shown: conductances, S. */
export interface Polarity {
  readonly plus_S: number;
  readonly minus_S: number;
}

/**
 * Proves by a read at +V and one at −V that what is asked for reaches a cell with its sign, before the first pulse: both currents
 * have the sign of their voltage and stand out of the noise. Whether potentiating is positive is the cell's own affair.
 * @param current_A the current at a voltage, A, positive into the cell
 * @param floor_A below this a current is noise, A
 * @throws OhmpropError `instrument.polarity` where a current has the other sign, `instrument.open` where none flows
 */
export async function provePolarity(
  where: string,
  read_V: number,
  current_A: (voltage_V: number) => Promise<number>,
  floor_A = 0,
): Promise<Polarity> {
  const volts = Math.abs(read_V);
  const plus_A = await current_A(volts);
  const minus_A = await current_A(-volts);
  const shown = `${formatQuantity(plus_A, 'A')} at +${volts} V, ${formatQuantity(minus_A, 'A')} at −${volts} V`;
  const nothing = [plus_A, minus_A].every((one) => !(Math.abs(one) > floor_A));
  if (nothing) {
    throw runError(
      'instrument.open',
      `${where}: no current flows (${shown}); look at the contact, or read at more than ${volts} V. No pulse was given`,
    );
  }
  if (plus_A > floor_A && minus_A < -floor_A) {
    return { plus_S: plus_A / volts, minus_S: minus_A / -volts };
  }
  throw runError(
    'instrument.polarity',
    `${where}: the current does not follow the voltage (${shown}): leads are swapped at one end, or something else drives the cell. No pulse was given`,
  );
}
