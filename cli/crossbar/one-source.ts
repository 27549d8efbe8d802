import { inputError } from '../../core/index.js';
import { areModels } from './model-cells.js';
import type { ArrayFlags, CrossbarFlags } from './options.js';
import { requireWeights } from './weights.js';

// Flags that go together, and those that do not: cells are said in one way, inputs in one.

/**
 * Checks that cells are said in one way, and that nothing is given which goes with another.
 * @returns whether they follow a model
 * @throws `crossbar.usage`
 */
export async function requireOneSource(flags: ArrayFlags): Promise<boolean> {
  const { conductances, resistances, cells, random, weights } = flags;
  const modelled = await areModels(flags);
  // of cells with models, random are the states
  const set = modelled && weights !== undefined;
  const given = [
    conductances,
    resistances,
    set ? undefined : cells,
    modelled && !set ? undefined : random,
    weights,
  ].filter((said) => said !== undefined);
  if (given.length !== 1) {
    throw inputError(
      'crossbar.usage',
      'give one of --conductances FILE (S), --resistances FILE (ohm), --random 64x64, --weights FILE with --window LOW,HIGH (and perhaps --cells MODEL with --read V), --cells MODEL with --states FILE, or --cells FILE with --cell-states FILE and --read V',
    );
  }
  if (set) requireSetCells(flags);
  requireModels(flags, modelled);
  if (!modelled) requireStates(flags);
  requireWeights(flags);
  if (random === undefined) requireNoSpread(flags);
  return modelled;
}

/** @throws `crossbar.usage` for inputs that are not there, or do not go with the cells */
export function requireAllInputs(flags: CrossbarFlags): void {
  const some = [flags.conductances, flags.resistances, flags.cells, flags.weights].some(
    (f) => f !== undefined,
  );
  if (some && flags.random === undefined && flags.inputs === undefined) {
    throw inputError('crossbar.usage', '--inputs FILE or a voltage, as --inputs 200mV, is needed');
  }
  if (flags.scheme === 'parallel' && flags.select !== undefined) {
    throw inputError(
      'crossbar.usage',
      '--select: the scheme parallel drives every line; give --scheme row-by-row, v/2, v/3 or float too',
    );
  }
  if (flags.weights === undefined || (flags.scheme === 'parallel' && flags.inputsOn === 'rows')) return;
  throw inputError(
    'crossbar.usage',
    `--weights: inputs go to all rows at once; leave out ${flags.scheme === 'parallel' ? '--inputs-on' : '--scheme'}`,
  );
}

/** @throws `crossbar.usage` for what goes with one way to say cells and not with the one given */
function requireNoSpread(flags: ArrayFlags): void {
  for (const name of ['on', 'ratio', 'seed'] as const) {
    if (flags[name] === undefined) continue;
    throw inputError(
      'crossbar.usage',
      `--${name} goes with --random 64x64; cells of a file are what they are`,
    );
  }
}

/** @throws `crossbar.usage` for what only cells with models have, and what they have not */
function requireModels(flags: ArrayFlags, modelled: boolean): void {
  const said = (name: keyof ArrayFlags) => {
    const value = flags[name];
    return value !== undefined && !(Array.isArray(value) && value.length === 0);
  };
  if (!modelled) {
    const flag = (
      [
        ['states', '--states'],
        ['set', '--set'],
        ['selector', '--selector'],
        ['selectorSet', '--selector-set'],
        ['transistor', '--transistor'],
        ['gate', '--gate'],
      ] as const
    ).find(([name]) => said(name));
    if (flag === undefined) return;
    throw inputError(
      'crossbar.usage',
      `${flag[1]} goes with --cells MODEL; ${flags.cells === undefined ? 'numbers of a matrix are what they are' : 'static branches (--cell-states, --read) are resistors'}`,
    );
  }
  const spread = (['on', 'ratio'] as const).find(said);
  if (spread !== undefined) {
    throw inputError(
      'crossbar.usage',
      `--${spread}: of resistors; random cells with models have random states, between the ends of their model`,
    );
  }
}

/** @throws `crossbar.usage` where weights say where cells are, and something else does too, or nothing says at which voltage */
function requireSetCells({ states, cellStates, read }: ArrayFlags): void {
  const said = states !== undefined ? '--states' : cellStates !== undefined ? '--cell-states' : undefined;
  if (said !== undefined) {
    throw inputError(
      'crossbar.usage',
      `${said}: --weights says where each cell is; leave one of the two out`,
    );
  }
  if (read !== undefined && read !== 0) return;
  throw inputError(
    'crossbar.usage',
    '--weights with --cells: --read V is needed, the voltage at which a cell has the conductance of its weight, not 0',
  );
}

/** What only goes together. */
function requireStates({ cells, cellStates, read }: ArrayFlags): void {
  if (cells === undefined) {
    const flag = cellStates !== undefined ? '--cell-states' : read !== undefined ? '--read' : undefined;
    if (flag === undefined) return;
    throw inputError(
      'crossbar.usage',
      `${flag} goes with --cells my.cell.json; numbers of a matrix are what they are`,
    );
  }
  if (cellStates === undefined) {
    throw inputError('crossbar.usage', '--cells: --cell-states FILE is needed, where each cell is, 0 to 1');
  }
  if (read === undefined || read === 0) {
    throw inputError(
      'crossbar.usage',
      '--cells: --read V is needed, the voltage at which cells are taken as resistors, not 0',
    );
  }
}
