import { z } from 'zod';
import {
  describeCrossbar,
  requireCells,
  requireConductances,
  requireGrounded,
} from '../../circuits/crossbar/index.js';
import { crossbarNetlist } from '../../circuits/netlist/index.js';
import { writeSpice } from '../../circuits/spice/index.js';
import { inputError } from '../../core/index.js';
import { defineCommand } from '../frame/index.js';
import { oneInput, readCrossbar, requireOneArray } from './flags.js';
import { crossbarOptions, inputOption } from './options.js';

/** As exact as ngspice can be: cells differ by many orders of magnitude. */
const tail = ['.options reltol=1e-9 vntol=1e-12 abstol=1e-15 gmin=1e-18', '.op'];

export const exportCrossbarCommand = defineCommand({
  options: z.strictObject({ ...crossbarOptions, input: inputOption }),
  outputs: { '.cir': 'SPICE text' },
  formerFlags: { '--output': '--out' },
  examples: [
    'ohmprop crossbar export --resistances r.csv --inputs v.csv --wire-ohm 2 -o crossbar.cir',
    'ohmprop crossbar export --conductances g.npy --inputs v.npy --input 3',
  ],
  async answer(options, { io, asked }) {
    if (options.inputsOn === 'columns') {
      throw inputError(
        'crossbar.usage',
        '--inputs-on columns: SPICE text is written of arrays driven on their rows; ohmprop crossbar solve answers this one',
      );
    }
    const read = await readCrossbar(io, options);
    requireOneArray(read, 'crossbar export');
    const { description, drive, cells } = read;
    const input = oneInput(options.input, drive.count);
    // of cells with models every one conducts, as far as floating lines are concerned
    const conductances_S =
      cells === undefined ? description.conductances_S : description.conductances_S.map(() => 1);
    const circuit = describeCrossbar({ ...description, conductances_S });
    if (cells === undefined) requireConductances(circuit);
    else requireCells(cells, circuit);
    requireGrounded(circuit);
    const spice = writeSpice(crossbarNetlist(circuit, drive, input, cells), { tail });
    const { rows, columns } = circuit;
    return {
      text: asked.has('.cir') ? `${rows} × ${columns} cells, input vector ${input}` : spice,
      json: { rows, cols: columns, input, ...(asked.has('.cir') ? {} : { spice }) },
      outputs: { '.cir': () => spice },
    };
  },
});
