export {
  type Heading,
  placeIn,
  readHeading,
  readNumber,
  readQuantityCell,
  type TablePlace,
  tableError,
} from './cells.js';
export { type DriveTable, readDriveTable } from './drive-table.js';
export {
  columnOf,
  type NumericColumn,
  type NumericTable,
  type NumericTableOptions,
  readNumericTable,
} from './numeric-table.js';
export { type Delimiter, forEachRow, type RowOptions, readRows, type TableRow } from './rows.js';
export { csvText, type TableCell } from './write-table.js';
