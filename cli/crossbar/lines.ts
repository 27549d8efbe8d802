import { z } from 'zod';
import { type CrossbarWires, lineConventions, segmentsOf, senseEnds } from '../../circuits/crossbar/index.js';
import { inputError } from '../../core/index.js';
import { type OptionsOf, quantity } from '../frame/index.js';

/** Of wires and their ends; 0 where nothing is said. */
export const resistance = (flag: string, description: string) =>
  quantity('ohm', z.number().min(0).default(0)).meta({ flag: `${flag} <ohm>`, description });

const ohms = (flag: string, description: string) =>
  quantity('ohm', z.number().min(0).optional()).meta({ flag: `${flag} <ohm>`, description });

/** Wires of a crossbar and what is at their ends. */
export const lineOptions = {
  wireOhm: ohms('--wire-ohm', 'one segment of either line'),
  wireRowOhm: ohms('--wire-row-ohm', 'one segment of a word line, where it is not that of --wire-ohm'),
  wireColOhm: ohms('--wire-col-ohm', 'one segment of a bit line, where it is not that of --wire-ohm'),
  firstRowOhm: ohms('--first-row-ohm', 'from the pad of a word line to its first cell (one segment)'),
  lastColOhm: ohms('--last-col-ohm', 'from the last cell of a bit line to its pad (one segment)'),
  convention: z
    .enum(Object.keys(lineConventions) as (keyof typeof lineConventions)[])
    .optional()
    .meta({ flag: '--convention <name>', description: 'these two as another program has them' }),
  driverOhm: resistance('--driver-ohm', 'output resistance of every driver'),
  senseOhm: resistance('--sense-ohm', 'input resistance of every sense end'),
  driveBothEnds: z.boolean().default(false).meta({
    flag: '--drive-both-ends',
    description: 'word lines have a pad at their far ends too',
  }),
  senseEnds: z.enum(senseEnds).default('last').meta({
    flag: '--sense-ends <which>',
    description: 'at which of their cells the bit lines have pads',
  }),
  inputsOn: z.enum(['rows', 'columns']).default('rows').meta({
    flag: '--inputs-on <lines>',
    description: 'which lines are driven at their pads; the others are sensed at theirs',
  }),
};

const schema = z.strictObject(lineOptions);
export type LineFlags = OptionsOf<typeof schema>;

/** @throws OhmpropError `crossbar.usage` where one thing is said twice */
export function wiresOf(flags: Omit<LineFlags, 'inputsOn'>): CrossbarWires {
  const { wireOhm, wireRowOhm, wireColOhm, firstRowOhm, lastColOhm, convention } = flags;
  if ([wireOhm, wireRowOhm, wireColOhm].every((ohm) => ohm !== undefined)) {
    throw inputError(
      'crossbar.usage',
      '--wire-ohm: --wire-row-ohm and --wire-col-ohm say it for both lines; leave it out',
    );
  }
  const segments = { row_ohm: wireRowOhm ?? wireOhm ?? 0, column_ohm: wireColOhm ?? wireOhm ?? 0 };
  if (convention !== undefined && (firstRowOhm !== undefined || lastColOhm !== undefined)) {
    const flag = firstRowOhm === undefined ? '--last-col-ohm' : '--first-row-ohm';
    throw inputError(
      'crossbar.usage',
      `${flag}: --convention ${convention} says it; leave one of the two out`,
    );
  }
  const ends =
    convention === undefined
      ? {
          firstRow_ohm: firstRowOhm ?? segments.row_ohm,
          lastColumn_ohm: lastColOhm ?? segments.column_ohm,
        }
      : segmentsOf(convention, segments);
  return { ...segments, ...ends, driver_ohm: flags.driverOhm, sense_ohm: flags.senseOhm };
}
