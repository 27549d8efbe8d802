import { inputError } from '../../core/index.js';
import { cellKernel, type KernelMemory, paddedCells } from '../../kernels/index.js';
import type { CellArray } from '../contract/index.js';
import type { CellPlace } from './cell-plan.js';
import { ContrastArea } from './contrast-area.js';
import { GroupCells } from './group-cells.js';
import { MappedGroup, type OnPulses } from './mapped-group.js';
import { pairUse } from './pair-update.js';
import { checkPolicy } from './policy-checks.js';
import { restPoint } from './rest-point.js';
import { SimulatedCells } from './simulated-cells.js';
import type { CellStoreOptions, StoreGroup } from './store-options.js';

/** The arrays of one group, each under the policy. @param g number of the group in the network */
export function openGroup(
  options: CellStoreOptions,
  group: StoreGroup,
  g: number,
  memory: KernelMemory,
): MappedGroup {
  const { model, policy, seed, listener, open = simulated(options) } = options;
  const { rows, columns, map } = group;
  const kernel = cellKernel(memory);
  const area = new ContrastArea(rows, columns, kernel, memory);
  const signs: (1 | -1)[] = map.pairing === 'differential' ? [1, -1] : [1];
  const cells = signs.map((sign, n) => {
    const place = { memory, seed, number: 2 * g + n };
    const array = open(group, sign, place);
    checkSize(array, group);
    checkPolicy(policy, array);
    const fast = policy.fastArray ? { fast: openFast(options, group, sign, place) } : {};
    return new GroupCells(array, model, policy, { ...place, change: area.change, ...fast });
  });
  const tell: OnPulses = (sign, counts, update, fast) =>
    listener?.pulsed(fast ? { ...group, name: `${group.name}.fast` } : group, sign, counts, update);
  const { pairUpdate = 'both', refreshEvery } = options;
  const reference = policy.needsReference ?? false;
  const pairs = { use: pairUse(reference ? 'first' : pairUpdate), reference, refreshEvery };
  return new MappedGroup(map, cells, area, kernel, memory, tell, pairs);
}

/** Numbers of fast arrays start here, so that cells which are seen keep the random numbers that they have without. */
const FIRST_FAST = 1 << 16;

/** @throws `policy.needs-second-array` where cells are not simulated ones of the store's own, and nobody says which others */
function openFast(
  { model, policy, nonidealities = {}, open, openFast: own }: CellStoreOptions,
  { rows, columns, ...group }: StoreGroup,
  sign: 1 | -1,
  { memory, seed, number }: Omit<CellPlace, 'change'>,
): NonNullable<CellPlace['fast']> {
  if (own !== undefined) {
    const place = { memory, seed, number: FIRST_FAST + number };
    return { array: own({ rows, columns, ...group }, sign, place), number: FIRST_FAST + number };
  }
  if (open !== undefined) {
    throw inputError(
      'policy.needs-second-array',
      `policy ${policy.name} needs a second array of cells beside each, which only simulated cells have`,
    );
  }
  const { g_min_S, g_max_S } = model;
  const initial_S = g_min_S + restPoint(model).state * (g_max_S - g_min_S);
  const fast = FIRST_FAST + number;
  const array = new SimulatedCells({
    rows,
    columns,
    model,
    seed,
    group: fast,
    memory,
    nonidealities,
    initial_S,
  });
  return { array, number: fast };
}

function simulated({ model, nonidealities = {} }: CellStoreOptions): Required<CellStoreOptions>['open'] {
  return ({ rows, columns }, _, { memory, seed, number }) =>
    new SimulatedCells({ rows, columns, model, seed, group: number, memory, nonidealities });
}

function checkSize({ info }: CellArray, { name, rows, columns }: StoreGroup): void {
  if (info.rows === rows && info.columns === columns) return;
  throw inputError(
    'cells.size',
    `${info.name} has ${info.rows} × ${info.columns} cells; group ${name} needs ${rows} × ${columns}`,
  );
}

/** What a store needs of a kernel memory, with room for simulated arrays. */
export function bytesOf({ groups, policy, model, nonidealities }: CellStoreOptions): number {
  return groups.reduce((sum, { rows, columns, map }) => {
    const arrays = map.pairing === 'differential' ? 2 : 1;
    const read = 4 * paddedCells(rows * columns);
    const simulated = SimulatedCells.bytes(rows, columns, model, nonidealities) * (policy.fastArray ? 2 : 1);
    const each = GroupCells.bytes(rows, columns, policy, model) + simulated + read;
    return sum + ContrastArea.bytes(rows, columns) + arrays * each + read;
  }, 65536);
}
