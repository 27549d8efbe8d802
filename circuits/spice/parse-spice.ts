import { nestBlocks } from './blocks.js';
import { elaborate } from './elaborate.js';
import { type IncludeReader, includeFiles } from './include.js';
import { readLines, type SpiceWarning } from './lines.js';
import { Instance, type Reading } from './reader.js';
import { Scope } from './scope.js';
import { SpiceCircuit } from './spice-circuit.js';

export interface ParseOptions {
  /** Name of the file, for errors. */
  readonly file?: string;
  /** How .include and .lib files are read; without it they are refused. */
  readonly include?: IncludeReader;
  /** `refuse` (default): an unsupported card is an error. `collect`: it is listed in `circuit.unsupported`. */
  readonly unsupported?: 'refuse' | 'collect';
}

/**
 * Reads a circuit in the SPICE dialect of ngspice: R, C, L, V, I, E, F, G, H, B, D and X cards, subcircuits,
 * parameters, functions, models, .op, .dc and .tran. The first line is the title.
 * @throws OhmpropError with file, line and column
 */
export function parseSpice(text: string, options: ParseOptions = {}): SpiceCircuit {
  const file = options.file ?? 'netlist';
  const warnings: SpiceWarning[] = [];
  const { title, cards } = readLines(text, file, false, warnings);
  const block = nestBlocks(includeFiles(cards, options.include, warnings));
  const circuit = new SpiceCircuit(title);
  circuit.warnings.push(...warnings);
  const reading: Reading = {
    circuit,
    settings: { temperature_C: 27, nominal_C: 27, gmin_S: 1e-12 },
    globals: new Set(),
    collectUnsupported: options.unsupported === 'collect',
    instances: new Set(),
    steering: [],
  };
  const builtIn = new Map([['temper', 27]]);
  elaborate(new Instance(reading, block, new Scope(undefined, builtIn), '', new Map(), undefined, 0));
  for (const { source, card, token } of reading.steering) {
    if (circuit.element(source) === undefined && circuit.unsupported.length === 0) {
      throw card.error('source', `there is no source ${source}`, token);
    }
  }
  return circuit;
}
