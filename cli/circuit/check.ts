import type { Command } from 'commander';
import { readSpiceFile, type SpiceCircuit, type Unsupported } from '../../circuits/spice/index.js';
import { inputError } from '../../core/index.js';
import { type CircuitDiagnosis, diagnoseCircuit } from '../../solver/mna/index.js';
import { type Io, printJson } from '../io.js';
import { unanswered } from './requests.js';

export function checkCommand(command: Command, io: Io): void {
  command
    .argument('<file>', 'circuit in SPICE syntax')
    .option('--json', 'one JSON object on stdout')
    .action((file, flags) => check(io, file, flags));
}

function check(io: Io, file: string, flags: { json?: boolean }): void {
  const circuit = readSpiceFile(file, { unsupported: 'collect' });
  const diagnosis = diagnoseCircuit(circuit);
  const unsupported = unanswered(circuit);
  print(io, circuit, unsupported, diagnosis);
  if (flags.json) {
    printJson(io, {
      title: circuit.title,
      elements: circuit.size,
      nodes: circuit.nodes().length,
      ...diagnosis,
      unsupported,
      warnings: circuit.warnings,
    });
  }
  const faults = diagnosis.floatingNodes.length + diagnosis.voltageLoops.length + unsupported.length;
  if (faults > 0) {
    throw inputError(
      'circuit.faults',
      `${file}: ${faults} ${faults === 1 ? 'fault' : 'faults'}; it cannot be solved as it is`,
    );
  }
}

function print(
  io: Io,
  circuit: SpiceCircuit,
  unsupported: readonly Unsupported[],
  diagnosis: CircuitDiagnosis,
): void {
  const line = (text: string): void => void io.stderr.write(`${text}\n`);
  line(`${circuit.title}: ${circuit.size} elements, ${circuit.nodes().length} nodes`);
  for (const { place, message } of unsupported) line(`unsupported: ${place}: ${message}`);
  for (const group of diagnosis.floatingNodes) line(`floating: no path to ground from ${group.join(', ')}`);
  for (const { element, nodes } of diagnosis.voltageLoops) {
    line(`loop of voltage sources: closed by ${element} between ${nodes.join(' and ')}`);
  }
  for (const node of diagnosis.negativeNodes)
    line(`negative resistance: nothing holds node ${node} against it`);
  if (diagnosis.foldedElements.length > 0) {
    line(`several operating points are possible: ${diagnosis.foldedElements.join(', ')}`);
  }
  if (diagnosis.activeElements.length > 0) line(`active elements: ${diagnosis.activeElements.join(', ')}`);
  for (const { place, message } of circuit.warnings) line(`warning: ${place}: ${message}`);
}
