import {
  type ProgramEvent,
  Programming,
  type ProgramReport,
  rampStrategy,
} from '../../calibration/program/index.js';
import { inputError } from '../../core/index.js';
import { ProgrammedCells } from '../../solver/crossbar/index.js';
import { type Answer, type Context, defineCommand } from '../frame/index.js';
import { WorkBar } from '../work-bar.js';
import { wiresOf } from './lines.js';
import { readModelCells } from './model-cells.js';
import { answerOf } from './program-answer.js';
import { type ProgramOptions, programOptions } from './program-options.js';
import { readWanted, sized, targetsOf } from './program-wanted.js';

export const programCrossbarCommand = defineCommand({
  options: programOptions,
  outputs: { '/': 'run directory: G_final.npy, pulses.csv, disturbance.svg' },
  examples: [
    'ohmprop crossbar program --cells ion.yaml --states 0.1 --write 0,0 --scheme v/2 --pulse 1V,0.5s --json',
    'ohmprop crossbar program --cells ion.yaml --states x.csv --target g.csv --within 2% --pulse 1V,5ms --wire-ohm 2 -o programmed/',
  ],
  notes:
    'Simulates: no instrument is driven. Reads go through the wires as pulses do; G_final.npy holds what each cell is by itself at the read voltage.',
  answer: (given, context) => program(given, context),
});

async function program(given: ProgramOptions, context: Context): Promise<Answer> {
  const wanted = await readWanted(given);
  const { potentiation, depression, writes, single, targets } = wanted;
  const { rows, columns, cells } = await readModelCells({ ...sized(given, wanted), asMade: true });
  if (targets !== undefined && (targets.rows !== rows || targets.columns !== columns)) {
    throw inputError(
      'crossbar.usage',
      `--target: ${given.target} has ${targets.rows} × ${targets.columns} cells, the array ${rows} × ${columns}`,
    );
  }
  const array = new ProgrammedCells({
    rows,
    columns,
    cells,
    wires: wiresOf({ ...given }),
    driveBothEnds: given.driveBothEnds,
    senseEnds: given.senseEnds,
    scheme: given.scheme,
    potentiation,
    depression,
    read_V: given.read,
    tolerance: given.tolerance,
    ...(given.gate === undefined ? {} : { gate_V: given.gate }),
  });
  const outside = writes.find(({ row, column }) => row >= rows || column >= columns);
  if (outside !== undefined) {
    throw inputError(
      'crossbar.lines',
      `--write: got row ${outside.row}, column ${outside.column}; rows count from 0 to ${rows - 1}, columns from 0 to ${columns - 1}`,
    );
  }
  const before = { states: array.states, own_S: array.ownConductances_S() };
  const events: ProgramEvent[] = [];
  const report = single
    ? undefined
    : await programmed(array, targetsOf(targets?.values, writes, rows, columns), given, context, events);
  if (report === undefined) {
    for (const { row, column } of writes) {
      await array.pulse(
        { counts: Int16Array.of(1), indices: Uint32Array.of(row * columns + column) },
        { id: array.info.lastUpdate + 1 },
      );
    }
  }
  const after = { states: array.states, own_S: array.ownConductances_S() };
  return answerOf({ array, rows, columns, before, after, writes, events, report, given }, context);
}

async function programmed(
  array: ProgrammedCells,
  targets_S: Float64Array,
  given: ProgramOptions,
  { io }: Context,
  events: ProgramEvent[],
): Promise<ProgramReport> {
  const { potentiation, depression } = array.info.nominalPulse!;
  const ramp = ({ amplitude_V, width_s }: typeof potentiation) => {
    const stop_V = Math.sign(amplitude_V) * Math.max(given.most ?? 0, Math.abs(amplitude_V));
    const step_V = given.step ?? (Math.abs(stop_V - amplitude_V) / 20 || 1);
    return { start_V: amplitude_V, stop_V, step_V, width_s };
  };
  const strategy = rampStrategy({ potentiation: ramp(potentiation), depression: ramp(depression) });
  const all = targets_S.filter((target) => !Number.isNaN(target)).length;
  const bar = new WorkBar(io);
  let done = 0;
  try {
    const programming = new Programming(array, {
      targets_S,
      within: { share: given.within ?? 0.02 },
      strategy,
      reads: 1,
      ...(given.budget === undefined ? {} : { budget: given.budget }),
      ...(given.order === undefined ? {} : { order: given.order }),
      ...(given.seed === undefined ? {} : { seed: given.seed }),
    });
    return await programming.run({
      onEvent: (event) => {
        events.push(event);
        if (event.kind === 'accepted' || event.kind === 'given-up') done++;
        if (event.kind === 'rejected') done--;
        bar.update(Math.min(all, Math.max(0, done)), all, 'cells');
      },
    });
  } finally {
    bar.stop();
  }
}
