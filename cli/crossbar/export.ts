import type { Command } from 'commander';
import { describeCrossbar, requireConductances, requireGrounded } from '../../circuits/crossbar/index.js';
import { crossbarNetlist } from '../../circuits/netlist/index.js';
import { writeSpice } from '../../circuits/spice/index.js';
import { writeFileAtomically } from '../../records/index.js';
import type { Io } from '../io.js';
import { addCrossbarFlags, type CrossbarFlags, oneInput, readCrossbar } from './flags.js';

/** As exact as ngspice can be: cells differ by many orders of magnitude. */
const tail = ['.options reltol=1e-9 vntol=1e-12 abstol=1e-15 gmin=1e-18', '.op'];

interface ExportFlags extends CrossbarFlags {
  readonly output: string;
  readonly input: string;
}

export function exportCrossbarCommand(command: Command, io: Io): void {
  addCrossbarFlags(command)
    .requiredOption('-o, --output <file>', 'circuit.cir')
    .option('--input <k>', 'input vector, from 0', '0')
    .action((flags) => exportCrossbar(io, flags));
}

async function exportCrossbar(io: Io, flags: ExportFlags): Promise<void> {
  const { description, drive } = await readCrossbar(io, flags);
  const input = oneInput(flags.input, drive.count);
  const circuit = describeCrossbar(description);
  requireConductances(circuit);
  requireGrounded(circuit);
  await writeFileAtomically(flags.output, writeSpice(crossbarNetlist(circuit, drive, input), { tail }));
  io.stderr.write(`${flags.output}: ${circuit.rows} × ${circuit.columns} cells, input vector ${input}\n`);
}
