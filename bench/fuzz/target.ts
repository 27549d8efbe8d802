import type { RandomStream } from '../../core/index.js';

/** A parser under hostile input. */
export interface Target {
  /** Makes ready what all cases share; once a thread. @param folder for files, empty, of this thread alone */
  prepare?(folder: string): Promise<void>;
  /** One input, the same for the same stream. */
  make(random: RandomStream): unknown;
  /**
   * Hands it to the parser. An OhmpropError is an answer; whatever else is thrown is a fault.
   * @returns whether it was accepted
   */
  take(input: unknown): boolean | Promise<boolean>;
  /** What of an input goes into the file that keeps it. */
  kept(input: unknown): string | Uint8Array;
}

/** Parsers by name. To add one: a file of this folder and a line here. */
export const targets: Readonly<Record<string, () => Promise<Target>>> = {
  yaml: async () => (await import('./yaml.js')).yaml,
  csv: async () => (await import('./csv.js')).csv,
  npy: async () => (await import('./npy.js')).npy,
  npz: async () => (await import('./npz.js')).npz,
  idx: async () => (await import('./idx.js')).idx,
  spice: async () => (await import('./spice.js')).spice,
  model: async () => (await import('./model.js')).model,
  'json-records': async () => (await import('./json-records.js')).jsonRecords,
  frames: async () => (await import('./frames.js')).frames,
};
