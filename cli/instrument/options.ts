import { z } from 'zod';
import { readCellPlace } from '../../core/index.js';
import {
  type LimitField,
  type Limits,
  limitFields,
  limitSchema,
  type Permit,
  requireLimits,
} from '../../devices/limits/index.js';
import {
  addressForms,
  type InstrumentAddress,
  readInstrumentAddress,
  readLimits,
} from '../../drivers/instruments/index.js';
import { SMU_BAUD } from '../../drivers/instruments/smu/index.js';
import { path, quantity, readBy, whole } from '../frame/index.js';
import { recordOption } from '../record.js';

const instrument = z.custom<InstrumentAddress>(
  (value) => typeof value === 'object' && value !== null && 'line' in value,
);

/** Where an instrument is. */
export const address = readBy('address', readInstrumentAddress, instrument).meta({
  argument: '<address>',
  description: addressForms,
});

/** Where one is, of commands that do without. */
export const optionalAddress = readBy('address', readInstrumentAddress, instrument.optional()).meta({
  argument: '[address]',
  description: addressForms,
});

const flagOf = (key: keyof Limits): LimitField => limitFields.find((one) => one.key === key) as LimitField;

function limitFlag(key: keyof Limits, shown: string, more = '') {
  const { flag, unit, what } = flagOf(key);
  return quantity(unit, limitSchema(key).optional()).meta({
    flag: `${flag} <${shown}>`,
    description: `${what}${more}`,
  });
}

/** Limits, for every command that drives an instrument: a file, or the four flags. There are no defaults. */
export const limitsOptions = {
  limits: path(z.string().optional()).meta({
    flag: '--limits <file>',
    description:
      'what the cells behind it may get: a file of "instrument limits"; flags beside it may only narrow it',
  }),
  maxVoltage: limitFlag('maxVoltage_V', 'V'),
  compliance: limitFlag('compliance_A', 'A', ', set before any output'),
  maxWidth: limitFlag('maxWidth_s', 's'),
  maxPulses: whole(limitSchema('maxPulses').optional()).meta({
    flag: '--max-pulses <n>',
    description: flagOf('maxPulses').what,
  }),
  formed: limitFlag('formed_V', 'V'),
  maxRead: limitFlag('maxRead_V', 'V', ' (0.2 V)'),
  series: limitFlag('series_ohm', 'ohm'),
  forming: z.boolean().default(false).meta({
    flag: '--forming',
    description: 'allow voltages above formed_V of the limits, which form a cell for good',
  }),
  noCurrentLimit: z.boolean().default(false).meta({
    flag: '--no-current-limit',
    description: 'allow pulses whose current neither the instrument nor a resistor limits',
  }),
};

/** What these options say. */
export interface SaidOptions {
  readonly limits?: string;
  readonly maxVoltage?: number;
  readonly compliance?: number;
  readonly maxWidth?: number;
  readonly maxPulses?: number;
  readonly formed?: number;
  readonly maxRead?: number;
  readonly series?: number;
  readonly forming: boolean;
  readonly noCurrentLimit: boolean;
}

/** Limits as flags have said them. */
export function saidLimits(said: Omit<SaidOptions, 'forming' | 'noCurrentLimit'>): Partial<Limits> {
  const { maxVoltage, compliance, maxWidth, maxPulses, formed, maxRead, series } = said;
  const all = {
    maxVoltage_V: maxVoltage,
    compliance_A: compliance,
    maxWidth_s: maxWidth,
    maxPulses,
    formed_V: formed,
    maxRead_V: maxRead,
    series_ohm: series,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/**
 * What a command may drive. Nothing may be sent to an instrument that could switch an output on before this is asked.
 * @param command for the message: `instrument pulse`
 * @throws OhmpropError `limits.*` (exit code 2)
 */
export async function permitOf(command: string, said: SaidOptions): Promise<Permit> {
  const { limits, forming, noCurrentLimit } = said;
  const file = limits === undefined ? undefined : await readLimits(limits);
  return requireLimits(command, { file, flags: saidLimits(said), forming, noCurrentLimit });
}

/** Of every command that opens the line of an instrument. */
export const instrumentLine = {
  address,
  baud: whole(z.number().int().min(300).max(4_000_000).default(SMU_BAUD)).meta({
    flag: '--baud <n>',
    description: `rate of a source-measure unit on a serial port, as its front panel says (${SMU_BAUD})`,
  }),
  record: recordOption,
};

/** Of every command that drives. */
export const drivenLine = {
  ...instrumentLine,
  ...limitsOptions,
  outputOn: z.boolean().default(false).meta({
    flag: '--output-on',
    description: 'take over an output that is found on; without it nothing is touched',
  }),
  channel: z.enum(['a', 'b']).optional().meta({
    flag: '--channel <channel>',
    description: 'of a source-measure unit with two (a)',
  }),
  matrix: path(z.string().optional()).meta({
    flag: '--matrix <file>',
    description:
      'a switch matrix that puts one cell of an array between the terminals of a source-measure unit, as a file says (docs/switch-matrix.md)',
  }),
};

/** One cell of an array. */
export const cell = readBy(
  'cell',
  (text) => readCellPlace(text),
  z
    .custom<{ readonly row: number; readonly column: number }>(
      (value) => typeof value === 'object' && value !== null && 'row' in value,
    )
    .optional(),
).meta({ flag: '--cell <row,column>', description: 'which cell, both from 0 (0,0)' });
