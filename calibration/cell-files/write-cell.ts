import { ohmpropVersion, type UserFileOptions, writeUserFile } from '../../records/index.js';
import { checkCell } from './check-cell.js';
import { CELL_SCHEMA, type CellFile, type CellParts, type CellProvenance } from './schema.js';

/**
 * What a cell file of these parts is, checked: an error here is a defect of whoever made them.
 * @throws `cell.invalid` naming each field
 */
export async function cellFile(parts: CellParts, provenance: CellProvenance): Promise<CellFile> {
  const { name, description, iv, dynamics, pulse, population, limits } = parts;
  const file = {
    $schema: CELL_SCHEMA,
    kind: 'cell',
    format: 1,
    name,
    description,
    provenance: { program: `ohmprop ${await ohmpropVersion()}`, ...provenance },
    iv,
    dynamics,
    pulse,
    population,
    limits,
  };
  return checkCell(JSON.parse(JSON.stringify(file)), `cell ${name}`);
}

/** The text of a cell file: JSON, a list of numbers on one line. */
export function cellFileText(file: CellFile): string {
  const text = JSON.stringify(file, null, 2);
  const numbersOnOneLine = text.replace(
    /\[\s+(-?[\d.eE+-]+(?:,\s+-?[\d.eE+-]+)*)\s+\]/g,
    (_, list: string) => `[${list.replace(/,\s+/g, ', ')}]`,
  );
  return `${numbersOnOneLine}\n`;
}

/**
 * Writes `*.cell.json` where a user named it; the ending is the caller's to check.
 * @throws `cell.invalid`; `records.exists`, `records.path`, `records.disk` as every file of a user
 */
export async function writeCellFile(
  path: string,
  parts: CellParts,
  provenance: CellProvenance,
  options: UserFileOptions = {},
): Promise<CellFile> {
  const file = await cellFile(parts, provenance);
  await writeUserFile(path, cellFileText(file), options);
  return file;
}
