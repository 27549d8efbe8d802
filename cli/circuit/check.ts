import { z } from 'zod';
import {
  type DialectName,
  readSpiceFile,
  type SpiceCircuit,
  type Unsupported,
} from '../../circuits/spice/index.js';
import { inputError } from '../../core/index.js';
import { type CircuitDiagnosis, diagnoseCircuit } from '../../solver/mna/index.js';
import { type Answer, defineCommand } from '../frame/index.js';
import { unanswered } from './requests.js';
import { dialectOption, spiceFile } from './run.js';

export const checkCommand = defineCommand({
  options: z.strictObject({ file: spiceFile, dialect: dialectOption }),
  examples: ['ohmprop circuit check amplifier.cir', 'ohmprop circuit check amplifier.cir --json'],
  notes: 'Exit code 2 where the file has faults: it could not be solved, or would not be answered whole.',
  answer: async ({ file, dialect }) => check(file, dialect),
});

function check(file: string, dialect: DialectName | undefined): Answer {
  const circuit = readSpiceFile(file, { unsupported: 'collect', dialect });
  const diagnosis = diagnoseCircuit(circuit);
  const unsupported = unanswered(circuit);
  const faults = diagnosis.floatingNodes.length + diagnosis.voltageLoops.length + unsupported.length;
  return {
    text: linesOf(circuit, unsupported, diagnosis).join('\n'),
    json: {
      title: circuit.title,
      elements: circuit.size,
      nodes: circuit.nodes().length,
      ...diagnosis,
      unsupported,
      warnings: circuit.warnings,
    },
    ...(faults === 0
      ? {}
      : {
          failure: inputError(
            'circuit.faults',
            `${file}: ${faults} ${faults === 1 ? 'fault' : 'faults'}; it cannot be solved as it is`,
          ),
        }),
  };
}

function linesOf(
  circuit: SpiceCircuit,
  unsupported: readonly Unsupported[],
  diagnosis: CircuitDiagnosis,
): string[] {
  const { floatingNodes, voltageLoops, negativeNodes, foldedElements, activeElements } = diagnosis;
  return [
    `${circuit.title}: ${circuit.size} elements, ${circuit.nodes().length} nodes`,
    ...unsupported.map(({ place, message }) => `unsupported: ${place}: ${message}`),
    ...floatingNodes.map((group) => `floating: no path to ground from ${group.join(', ')}`),
    ...voltageLoops.map(
      ({ element, nodes }) => `loop of voltage sources: closed by ${element} between ${nodes.join(' and ')}`,
    ),
    ...negativeNodes.map((node) => `negative resistance: nothing holds node ${node} against it`),
    ...(foldedElements.length > 0
      ? [`several operating points are possible: ${foldedElements.join(', ')}`]
      : []),
    ...(activeElements.length > 0 ? [`active elements: ${activeElements.join(', ')}`] : []),
    ...circuit.warnings.map(({ place, message }) => `warning: ${place}: ${message}`),
  ];
}
