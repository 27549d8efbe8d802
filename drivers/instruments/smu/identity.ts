import { inputError, quoted, runError } from '../../../core/index.js';
import type { SmuDialect } from './dialect.js';
import { scpi2400 } from './scpi-2400.js';
import { tsp2600, tsp2600B } from './tsp-2600.js';

/** A family of source-measure units that this driver knows. */
interface SmuFamily {
  readonly maker: RegExp;
  readonly model: RegExp;
  /** For people. */
  readonly name: string;
  readonly dialect: SmuDialect;
  /** Models of it that have a second channel, and how that is spoken to. */
  readonly second?: { readonly model: RegExp; readonly dialect: SmuDialect };
  /** Firmware that the dialect holds for; its number is the first group of `firmware`. */
  readonly firmware: RegExp;
  readonly versions: readonly [least: number, below: number];
  /** What it can do at most: beyond that it refuses itself. */
  readonly most_V: number;
  readonly most_A: number;
  /** Least compliance that it can hold, A. */
  readonly least_A: number;
}

const KEITHLEY = /^keithley/i;

/** Who is let near an output. A model that is not here may mean something else by the same words. */
const families: readonly SmuFamily[] = [
  {
    maker: KEITHLEY,
    model: /^(MODEL )?24(00|01|00-C|00-LV)$/i,
    name: 'Keithley 2400',
    dialect: scpi2400,
    // C11 … C34: the letter is the hardware's.
    firmware: /^[A-Z](\d{2})/i,
    versions: [11, 100],
    most_V: 210,
    most_A: 1.05,
    least_A: 1e-9,
  },
  {
    maker: KEITHLEY,
    model: /^(MODEL )?24(10|20|25|30|40)(-C)?$/i,
    name: 'Keithley 2410 … 2440',
    dialect: scpi2400,
    firmware: /^[A-Z](\d{2})/i,
    versions: [11, 100],
    // The least of the family in each.
    most_V: 42,
    most_A: 1.05,
    least_A: 1e-9,
  },
  {
    maker: KEITHLEY,
    model: /^(MODEL )?26(0[124]|1[124]|3[456])[AB]?$/i,
    name: 'Keithley 2600',
    dialect: tsp2600,
    // 2601, 2611 and 2635 have one channel.
    second: { model: /^(MODEL )?26(0[24]|1[24]|3[46])/i, dialect: tsp2600B },
    firmware: /^(\d+\.\d+)/,
    versions: [1.4, 5],
    most_V: 40,
    most_A: 1.5,
    least_A: 1e-9,
  },
];

/** Other languages of models that speak several: what *LANG? says, and what to do. */
const bilingual = /^(MODEL )?24(50|60|61|70)/i;

/** Who an instrument says that it is. */
export interface SmuIdentity {
  readonly text: string;
  readonly maker: string;
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
  readonly family: string;
  /** Of the channel that was asked for. */
  readonly dialect: SmuDialect;
  /** Of every output that it has. */
  readonly channels: readonly SmuDialect[];
  readonly most_V: number;
  readonly most_A: number;
  readonly least_A: number;
}

/** What an identity looks like: four fields (IEEE 488.2, 10.14). */
export const identityForm = /^[^,;]+,[^,;]+,[^,;]*,.+$/;

/**
 * Who this is, if this driver knows it.
 * @param line for messages
 * @param channel which of two is to be used
 * @throws OhmpropError `smu.unknown`, `smu.firmware`, `smu.language`, `smu.channel` (exit code 2): nothing was switched on
 */
export function readSmuIdentity(text: string, line: string, channel: 'a' | 'b' = 'a'): SmuIdentity {
  const [maker = '', model = '', serial = '', ...rest] = text.split(',').map((part) => part.trim());
  const firmware = rest.join(',');
  const family = families.find((one) => one.maker.test(maker) && one.model.test(model));
  if (family === undefined) {
    if (KEITHLEY.test(maker) && bilingual.test(model)) {
      throw inputError(
        'smu.language',
        `${line}: ${model} speaks SCPI, TSP or the 2400's SCPI, and this driver has no table for it yet; nothing was switched on`,
      );
    }
    const known = families.map(({ name }) => name).join(', ');
    throw inputError(
      'smu.unknown',
      `${line}: it says that it is ${quoted(text)}; this driver knows ${known}. Nothing was switched on: look at the address`,
    );
  }
  const version = Number(family.firmware.exec(firmware)?.[1]);
  const [least, below] = family.versions;
  if (!(version >= least && version < below)) {
    throw inputError(
      'smu.firmware',
      `${line}: firmware ${quoted(firmware)} of a ${family.name} is not known here (${least} … ${below}); nothing was switched on`,
    );
  }
  const { name, second, most_V, most_A, least_A } = family;
  const channels = second?.model.test(model) ? [family.dialect, second.dialect] : [family.dialect];
  const dialect = channels[channel === 'a' ? 0 : 1];
  if (dialect === undefined) {
    throw inputError(
      'smu.channel',
      `${line}: ${model.replace(/^MODEL /i, 'a ')} has one channel, and --channel b asks for another; nothing was switched on: leave it out`,
    );
  }
  return {
    text,
    maker,
    model: model.replace(/^MODEL /i, ''),
    serial,
    firmware,
    family: name,
    dialect,
    channels,
    most_V,
    most_A,
    least_A,
  };
}

/** What an instrument does not do that the person wants. */
export function beyondInstrument(line: string, what: string): Error {
  return runError('smu.refused', `${line}: ${what}; the output is off`);
}
