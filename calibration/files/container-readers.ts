import { readHdf5 } from './hdf5-file.js';
import type { RawFile } from './raw-table.js';
import { readWorkbook } from './workbook.js';

/** Readers that run in a process of their own, by what they read. */
export const containerReaders = { hdf5: readHdf5, workbook: readWorkbook } as const;

/** What that process is asked to read. */
export interface ContainerTask {
  readonly kind: keyof typeof containerReaders;
  readonly bytes: Uint8Array;
  readonly path: string;
}

/** What it answers. */
export type ContainerReply =
  | { readonly raw: RawFile }
  | { readonly refused: { readonly code: string; readonly message: string } }
  | { readonly failed: string };
