import { z } from 'zod';
import { isCellFileName, readCellFile } from '../../calibration/cell-files/index.js';
import { type CrossbarCells, stateRange } from '../../circuits/crossbar/index.js';
import { inputError, quoted, RandomStream, readQuantity } from '../../core/index.js';
import {
  defaultMos,
  type ElementModel,
  initialState,
  MosLevel1,
  selectorByName,
} from '../../devices/elements/index.js';
import { namedModel, withParameters } from '../cell/user-model.js';
import { path, quantity, repeatable } from '../frame/index.js';
import { readMatrix, readNumber } from './read-matrix.js';

/** Cells that follow a model, and what is in series with them. */
export const modelOptions = {
  states: path(z.string().optional()).meta({
    flag: '--states <file|x>',
    description:
      'with --cells: state of each cell in units of its model, CSV or NPY, one line a row; or one number for all',
  }),
  set: repeatable(z.array(z.string()).default([])).meta({
    flag: '--set <name=value>',
    description: 'with --cells: a parameter of the model, roff=16k; may be repeated',
  }),
  selector: path(z.string().optional()).meta({
    flag: '--selector <name>',
    description:
      'with --cells: in series with each of them (1S1R): diode, threshold, or a YAML file with its current',
  }),
  selectorSet: repeatable(z.array(z.string()).default([])).meta({
    flag: '--selector-set <name=value>',
    description: 'a parameter of the selector, v_th=0.5V; may be repeated',
  }),
  transistor: z.string().optional().meta({
    flag: '--transistor <parameters>',
    description:
      'with --cells: a level-1 MOS transistor in series with each (1T1R), VTO=0.5,KP=2e-4,W=2um,L=100nm; drain at the cell, source at the bit line, bulk at 0 V',
  }),
  gate: quantity('V', z.number().optional()).meta({
    flag: '--gate <V>',
    description:
      'with --transistor: on the gate line of the selected word line, of all in the scheme parallel; 0 V on others',
  }),
};

/** What describes cells with models on the command line. */
export interface ModelFlags {
  readonly cells?: string | undefined;
  readonly states?: string | undefined;
  readonly set: readonly string[];
  readonly selector?: string | undefined;
  readonly selectorSet: readonly string[];
  readonly transistor?: string | undefined;
  readonly gate?: number | undefined;
  readonly random?: readonly [number, number] | undefined;
  readonly seed?: number | undefined;
  /** States that nobody names are where the model begins, not drawn at random. */
  readonly asMade?: true;
}

/** Cells with models, at their places. */
export interface ModelCells {
  readonly rows: number;
  readonly columns: number;
  readonly cells: CrossbarCells;
}

/** A model and what is in series with it, without states. @throws OhmpropError `crossbar.usage`, and whatever the model's file says */
export async function readCellModel(
  flags: ModelFlags & { readonly cells: string },
): Promise<Omit<CrossbarCells, 'states'>> {
  const { model } = withParameters(await namedModel(flags.cells, 'crossbar --cells'), flags.set);
  const selector = await selectorOf(flags);
  const transistor = flags.transistor === undefined ? undefined : transistorOf(flags.transistor);
  if ((transistor === undefined) !== (flags.gate === undefined)) {
    throw inputError(
      'crossbar.usage',
      transistor === undefined
        ? '--gate goes with --transistor'
        : '--transistor: --gate V is needed, what opens it, as --gate 2V',
    );
  }
  return {
    model,
    ...(selector === undefined ? {} : { selector }),
    ...(transistor === undefined ? {} : { transistor }),
  };
}

/**
 * Cells by model, states and what is in series with them.
 * @throws OhmpropError `crossbar.usage`, `crossbar.states`, `crossbar.file`, and whatever the model's file says
 */
export async function readModelCells(flags: ModelFlags & { readonly cells: string }): Promise<ModelCells> {
  const series = await readCellModel(flags);
  const { rows, columns, states } = await statesOf(series.model, flags);
  return { rows, columns, cells: { ...series, states } };
}

/** Whether `--cells` names cells that are followed as models: all but cell files taken as resistors at a voltage. */
export async function areModels({
  cells,
  cellStates,
  read,
  weights,
}: {
  readonly cells?: string | undefined;
  readonly cellStates?: string | undefined;
  readonly read?: number | undefined;
  readonly weights?: string | undefined;
}): Promise<boolean> {
  // of a signed matrix, the voltage at which cells have the conductances of weights
  if (cells !== undefined && weights !== undefined) return true;
  if (cells === undefined || cellStates !== undefined || read !== undefined) return false;
  if (!isCellFileName(cells)) return true;
  const { cell } = await readCellFile(cells);
  return cell.dynamics !== undefined || cell.iv === undefined;
}

async function selectorOf({ selector, selectorSet }: ModelFlags): Promise<ElementModel | undefined> {
  if (selector === undefined) {
    if (selectorSet.length === 0) return undefined;
    throw inputError('crossbar.usage', '--selector-set goes with --selector');
  }
  if (/\.(ya?ml|json)$/i.test(selector)) {
    return withParameters(await namedModel(selector, 'crossbar --selector'), selectorSet).model;
  }
  const model = selectorByName(selector);
  const sweep = { positive_V: 1, negative_V: 1, frequency_Hz: 1, series_ohm: 0 };
  return withParameters({ name: selector, model, source: selector, sweep }, selectorSet).model;
}

/** `VTO=0.5,KP=2e-4,W=2um,L=100nm`. */
function transistorOf(text: string): MosLevel1 {
  const given: Record<string, number> = {};
  const known = new Map(new MosLevel1(defaultMos).parameters.map((p) => [p.name.toLowerCase(), p]));
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const [, key, value] = /^([^=\s]+)\s*=\s*(.+)$/.exec(part) ?? [];
    if (key === undefined) {
      throw inputError(
        'crossbar.usage',
        `--transistor: got ${quoted(part)}; parameters are needed as VTO=0.5,KP=2e-4,W=2um,L=100nm`,
      );
    }
    if (key.toLowerCase() === 'polarity') {
      given.polarity = Number(value);
      continue;
    }
    const parameter = known.get(key.toLowerCase());
    if (parameter === undefined) {
      throw inputError(
        'crossbar.usage',
        `--transistor: a level-1 transistor has no parameter ${quoted(key)}; it has ${[...known.values()].map(({ name }) => name).join(', ')}`,
      );
    }
    given[parameter.name] = readQuantity(value, parameter.unit, `--transistor ${parameter.name}`).value;
  }
  return new MosLevel1({ ...defaultMos, ...given });
}

/** States from a file, one number for all, drawn at random, or where the model begins. */
async function statesOf(
  model: ElementModel,
  { states, random, seed = 0, asMade }: ModelFlags,
): Promise<{ rows: number; columns: number; states: Float64Array }> {
  const unit = model.state?.unit ?? '1';
  const one = states === undefined ? undefined : oneNumber(states, unit);
  if (one === undefined && states !== undefined) {
    if (random !== undefined) {
      throw inputError(
        'crossbar.usage',
        '--random: --states FILE says how many cells there are; leave one out',
      );
    }
    const read = await readMatrix(
      states,
      '--states',
      (text, decimalComma) => readNumber(text, unit, decimalComma),
      `a state of ${model.name} is needed`,
    );
    if (read.count > 1) {
      throw inputError('crossbar.usage', `--states: ${states} has ${read.count} arrays; give one`);
    }
    return { rows: read.rows, columns: read.columns, states: read.values };
  }
  if (random === undefined) {
    throw inputError(
      'crossbar.usage',
      `--cells: --states FILE is needed, one state a cell${one === undefined ? '' : '; or, with one for all, --random ROWSxCOLUMNS says how many there are'}`,
    );
  }
  const [rows, columns] = random;
  if (one !== undefined || model.state === undefined || asMade) {
    return { rows, columns, states: new Float64Array(rows * columns).fill(one ?? initialState(model)) };
  }
  const [low, high] = stateRange(model);
  const stream = new RandomStream(seed, 'devices');
  return {
    rows,
    columns,
    states: Float64Array.from({ length: rows * columns }, () => stream.between(low, high)),
  };
}

function oneNumber(text: string, unit: string): number | undefined {
  try {
    return readQuantity(text, unit).value;
  } catch {
    return undefined;
  }
}
