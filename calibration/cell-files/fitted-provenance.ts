import type { Estimate } from '../estimates/index.js';
import type { CellProvenance } from './schema.js';

/** A file that was measured, as provenance names it: `name` without its folder. */
export interface MeasuredSource {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly format: string;
}

/**
 * Where the numbers of a fitted cell come from.
 * @param fits what was fitted: their estimators are named, each once
 */
export function fittedProvenance(
  command: string,
  sources: readonly MeasuredSource[],
  fits: readonly { readonly estimates: Readonly<Record<string, Estimate>> }[],
  remarks: readonly string[],
): CellProvenance {
  const methods = fits.flatMap(({ estimates }) => Object.values(estimates).map(({ method }) => method));
  return {
    command,
    sources: sources.map(({ name, sha256, bytes, format }) => ({ file: name, sha256, bytes, format })),
    methods: [...new Set(methods)],
    remarks: [...new Set(remarks)],
  };
}
