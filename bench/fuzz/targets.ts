import type { Target } from './target.js';

/** Parsers by name. To add one: a file of this folder and a line here. */
export const targets: Readonly<Record<string, () => Promise<Target>>> = {
  yaml: async () => (await import('./yaml.js')).yaml,
  csv: async () => (await import('./csv.js')).csv,
  npy: async () => (await import('./npy.js')).npy,
  npz: async () => (await import('./npz.js')).npz,
  idx: async () => (await import('./idx.js')).idx,
  spice: async () => (await import('./spice.js')).spice,
  transients: async () => (await import('./transients.js')).transients,
  model: async () => (await import('./model.js')).model,
  'json-records': async () => (await import('./json-records.js')).jsonRecords,
  frames: async () => (await import('./frames.js')).frames,
  measured: async () => (await import('./measured.js')).measured,
  workbooks: async () => (await import('./containers.js')).workbooks,
  requests: async () => (await import('./requests.js')).requests,
  hdf5: async () => (await import('./containers.js')).hdf5,
};
