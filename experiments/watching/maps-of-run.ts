import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, readRegularFile } from '../../core/input/index.js';
import { decodeNpy, latestCheckpoint } from '../../records/index.js';
import { boardMaps } from './board-maps.js';
import { layerMaps } from './layer-maps.js';
import { mapOfArray } from './map-of-array.js';
import type { MapTold } from './told.js';

/** A page shows so many. */
const MOST_MAPS = 12;
const MOST_BYTES = 2 ** 26;

/** Maps of a directory, and what is wrong where there should be some. */
export interface Maps {
  readonly maps: readonly MapTold[];
  /** What they are of: `after update 135`. */
  readonly of: string;
  readonly problem?: string;
}

/**
 * Conductances as a directory has them now: of the newest checkpoint of a training, of the cells that are being programmed, of the arrays
 * that are left of a programming.
 * @param config of the run, where it has one
 */
export async function mapsOfRun(path: string, config: unknown): Promise<Maps> {
  try {
    const found = await latestCheckpoint(join(path, 'checkpoints'));
    if (found !== undefined) {
      const { checkpoint } = found;
      const maps = boardMaps(checkpoint) ?? layerMaps(checkpoint, config);
      return { of: `after update ${checkpoint.step}`, maps: maps.slice(0, MOST_MAPS) };
    }
    return await programmedMaps(path);
  } catch (error) {
    return { of: '', maps: [], problem: (error as Error).message };
  }
}

/** Files of a programming that maps are made of. */
export const programmedFiles = ['G_final.npy', 'states_final.npy', 'state.json'] as const;

async function programmedMaps(path: string): Promise<Maps> {
  const [final, states, standing] = programmedFiles;
  if (isFile(join(path, final))) {
    const maps = [await npyMap(path, final, 'conductances', 'S')];
    if (isFile(join(path, states))) maps.push(await npyMap(path, states, 'states', ''));
    return { of: 'when all was done', maps: maps.filter((map) => map !== undefined) };
  }
  if (!isFile(join(path, standing))) return { of: '', maps: [] };
  const bytes = await readRegularFile(join(path, standing), { most_bytes: MOST_BYTES });
  return { of: 'while it is programmed', maps: underWay(readJson(new TextDecoder().decode(bytes))) };
}

/** Cells in the order in which they are programmed, by their place in the array; rows are as long as fits a square. */
function underWay(state: unknown): MapTold[] {
  const arrays = (state as { arrays?: Record<string, { values?: unknown }> } | null)?.arrays ?? {};
  const valuesOf = (name: string) => {
    const values = arrays[name]?.values;
    return Array.isArray(values) ? values.map((x) => (typeof x === 'number' ? x : Number.NaN)) : undefined;
  };
  const cells = valuesOf('cells');
  if (cells === undefined || cells.length === 0) return [];
  const last = cells.reduce((most, cell) => Math.max(most, cell), 0);
  if (!Number.isFinite(last) || last > 2 ** 22) return [];
  const columns = Math.ceil(Math.sqrt(last + 1));
  const rows = Math.ceil((last + 1) / columns);
  return (
    [
      ['seen_S', 'conductances read last, cells in order', 'S'],
      ['targets_S', 'targets, cells in order', 'S'],
    ] as const
  ).flatMap(([name, title, unit]) => {
    const values = valuesOf(name);
    if (values?.length !== cells.length) return [];
    const array = new Float64Array(rows * columns).fill(Number.NaN);
    cells.forEach((cell, k) => {
      array[cell] = values[k];
    });
    return [mapOfArray(title, unit, array, rows, columns)];
  });
}

async function npyMap(path: string, file: string, name: string, unit: string): Promise<MapTold | undefined> {
  const bytes = await readRegularFile(join(path, file), { most_bytes: MOST_BYTES });
  const { data, shape } = decodeNpy(bytes, join(path, file));
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === 0 || columns === 0 || data instanceof BigInt64Array) return undefined;
  return mapOfArray(name, unit, data as ArrayLike<number>, rows, columns);
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
