import type { MixedArray } from '../../records/index.js';
import type { SourceFile } from './data-set.js';

/** What was asked for of an archive, as far as it is there, and what else it has. */
export interface NamedArrays {
  readonly arrays: Readonly<Record<string, MixedArray>>;
  readonly others: readonly string[];
  readonly source: SourceFile;
}
