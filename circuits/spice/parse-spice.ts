import { celsiusZero_K, thermalVoltage_V } from '../../devices/elements/index.js';
import { nestBlocks } from './blocks.js';
import type { Card } from './card.js';
import { type DialectName, guessDialect } from './dialect.js';
import { elaborate } from './elaborate.js';
import { type IncludeReader, includeFiles } from './include.js';
import { readLines, type SpiceWarning } from './lines.js';
import { placeText, spiceError } from './place.js';
import { Instance, type Reading, type Settings, type SteppedValues } from './reader.js';
import { type FileNames, Scope } from './scope.js';
import { SpiceCircuit } from './spice-circuit.js';

/** How `parseSpice` treats what the text alone does not settle: included files, and cards that it cannot simulate. */
export interface ParseOptions {
  /** Name of the file, for errors. */
  readonly file?: string;
  /** How .include and .lib files are read; without it they are refused. */
  readonly include?: IncludeReader;
  /** Whose SPICE it is; guessed where the text tells, else ngspice's. */
  readonly dialect?: DialectName | undefined;
  /** `refuse` (default): an unsupported card is an error. `collect`: it is listed in `circuit.unsupported`. */
  readonly unsupported?: 'refuse' | 'collect';
  /** Values for what the file steps (`circuit.analyses.steps`), by label; the first of each where it is left out. */
  readonly stepped?: SteppedValues;
  /** Which line of the file each line of the text comes from, where the text is not the file: a drawing's netlist. */
  readonly lineNumbers?: readonly number[];
}

/**
 * Reads a circuit in the SPICE dialect of ngspice: R, C, L, K, V, I, E, F, G, H, B, D, M, S, W and X cards, subcircuits,
 * parameters, functions, models, .op, .dc, .tran and .step. The first line is the title.
 * @throws OhmpropError with file, line and column
 */
export function parseSpice(text: string, options: ParseOptions = {}): SpiceCircuit {
  const file = options.file ?? 'netlist';
  const warnings: SpiceWarning[] = [];
  const { title, cards } = readLines(text, file, false, warnings, options.lineNumbers);
  const all = includeFiles(cards, options.include, warnings);
  const block = nestBlocks(all);
  const circuit = new SpiceCircuit(title);
  circuit.warnings.push(...warnings);
  const dialect = dialectOf(circuit, all, options.dialect);
  const settings: Settings = { temperature_C: 27, nominal_C: 27, gmin_S: 1e-12, scale: 1 };
  const names: FileNames = {
    dialect,
    builtIn: (name) =>
      name === 'temper' || (name === 'temp' && dialect !== 'ngspice')
        ? settings.temperature_C
        : dialect === 'xyce'
          ? xyceNumber(name, settings)
          : undefined,
    warn: (card, message, offset) => circuit.warnings.push({ place: placeText(card.place(offset)), message }),
  };
  const reading: Reading = {
    circuit,
    dialect,
    groundEverywhere: dialect === 'ngspice' || dialect === 'ltspice',
    names,
    settings,
    globals: new Set(),
    collectUnsupported: options.unsupported === 'collect',
    stepped: options.stepped ?? new Map(),
    steppedElements: new Map(),
    instances: new Set(),
    steering: [],
    sensed: new Set(),
    portNodes: new Map(),
    finish: [],
  };
  elaborate(new Instance(reading, block, new Scope(names), '', new Map(), undefined, 0));
  for (const { source, card, token, mayBe, what } of reading.steering) {
    const element = circuit.element(source);
    if (element === undefined) {
      if (circuit.unsupported.length === 0)
        throw card.error('source', `there is no source ${source.replace(/#i$/, '')}`, token);
    } else if (!mayBe.some((kind) => element instanceof kind)) {
      throw card.error('source', `${source} is no ${what}`, token);
    }
  }
  for (const last of reading.finish) last();
  if (circuit.size === 0 && circuit.unsupported.length === 0) {
    const place = { file, line: text.split('\n').length, column: 1 };
    throw spiceError('empty', place, 'there is no element; note that the first line is only the title');
  }
  return circuit;
}

/** Numbers that Xyce's expressions know by name. */
function xyceNumber(name: string, { temperature_C, gmin_S }: Settings): number | undefined {
  if (name === 'vt') return thermalVoltage_V(temperature_C + celsiusZero_K);
  return name === 'gmin' ? gmin_S : undefined;
}

/** The dialect asked for, or the one that the text tells, which is said. */
function dialectOf(
  circuit: SpiceCircuit,
  cards: readonly Card[],
  asked: DialectName | undefined,
): DialectName {
  if (asked !== undefined) return asked;
  const guess = guessDialect(circuit.title, cards);
  if (guess === undefined) return 'ngspice';
  const message = `read as ${guess.dialect}'s, because of ${guess.what}; --dialect says whose it is`;
  circuit.warnings.push({ place: guess.place, message });
  return guess.dialect;
}
