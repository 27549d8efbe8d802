import { inputError, readCellPlace } from '../../core/index.js';
import type { StoreGroup } from '../../devices/cells/index.js';
import {
  type ArraySize,
  checkPlacement,
  type NeededGroup,
  type PlacedPart,
  placeGroups,
} from '../../devices/cells/placed/index.js';
import { readInstrumentAddress } from '../../drivers/instruments/index.js';
import type { CellsConfig, LayoutEntry } from '../schema/index.js';

/** Every group of cells that a network has on arrays, each by its own name. */
export function neededGroups({
  groups,
  fast,
}: {
  readonly groups: readonly StoreGroup[];
  readonly fast: boolean;
}): NeededGroup[] {
  return groups.flatMap(({ name, rows, columns, map }) => {
    const signs = map.pairing === 'differential' ? ([1, -1] as const) : ([1] as const);
    const own = signs.map((sign) => ({ name: groupName(name, sign), rows, columns }));
    return fast ? own.flatMap((one) => [one, { ...one, name: `${one.name}.fast` }]) : own;
  });
}

/** `g1`, and `g1-` of second cells. */
export function groupName(group: string, sign: 1 | -1): string {
  return sign === 1 ? group : `${group}-`;
}

/**
 * Which rectangle of which array is which part of which group: as the configuration says, else laid out here.
 * @param arrays by their addresses
 * @throws OhmpropError `cells.layout`
 */
export function layoutOf(
  { layout, model }: Pick<CellsConfig, 'layout' | 'model'>,
  groups: readonly NeededGroup[],
  arrays: readonly ArraySize[],
): readonly PlacedPart[] {
  if (layout === undefined) return placeGroups(groups, arrays);
  const parts = layout.map((entry, n) => partOf(entry, n, groups, arrays, model));
  checkPlacement(parts, groups, arrays);
  return parts;
}

function partOf(
  { group, array, from = '0,0', size, at }: LayoutEntry,
  entry: number,
  groups: readonly NeededGroup[],
  arrays: readonly ArraySize[],
  model: string,
): PlacedPart {
  const { text } = readInstrumentAddress(array ?? model);
  const first = readCellPlace(from);
  const known = groups.find(({ name }) => name === group);
  if (known === undefined) {
    throw inputError(
      'cells.layout',
      `cells.layout[${entry}]: there is no group ${group}; this network has ${groups.map(({ name }) => name).join(', ')}`,
    );
  }
  const [rows, columns] = size?.split(/[x×]/).map(Number) ?? [
    known.rows - first.row,
    known.columns - first.column,
  ];
  if (!(rows > 0 && columns > 0)) {
    throw inputError(
      'cells.layout',
      `cells.layout[${entry}]: ${group} has ${known.rows} × ${known.columns} cells, there is none at ${from}`,
    );
  }
  const number = arrays.findIndex(({ name }) => name === text);
  return { group, array: number, part: { ...first, rows, columns }, at: readCellPlace(at) };
}
