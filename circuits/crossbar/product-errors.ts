/** How far products are from the exact ones, as papers define it. Shares; NaN where there is nothing to divide by. */
export interface ProductErrors {
  /** √(mean Δ²) / √(mean exact²), over all outputs and inputs. */
  readonly rmsOverRms: number;
  /** max |Δ| / max |exact|. */
  readonly largestOverLargest: number;
  /** Mean and largest |Δ/exact|, over the products whose exact value is not 0. */
  readonly meanOfRatios: number;
  readonly largestOfRatios: number;
  /** √(mean Δ²) / (max exact − min exact). */
  readonly rmsOverSpan: number;
  /** (20·lg(1/rmsOverRms) − 1.76) / 6.02: bits of an ideal converter that would be as far off; Infinity where nothing is. */
  readonly effectiveBits: number;
}

/** Errors of products against the exact ones, any shape. */
export function productErrors(products: Float64Array, exact: Float64Array): ProductErrors {
  let off = 0;
  let square = 0;
  let most = 0;
  let mostExact = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let ratios = 0;
  let counted = 0;
  let largestOfRatios = 0;
  for (let k = 0; k < exact.length; k++) {
    const delta = products[k] - exact[k];
    off += delta * delta;
    square += exact[k] * exact[k];
    most = Math.max(most, Math.abs(delta));
    mostExact = Math.max(mostExact, Math.abs(exact[k]));
    low = Math.min(low, exact[k]);
    high = Math.max(high, exact[k]);
    if (exact[k] === 0) continue;
    const ratio = Math.abs(delta / exact[k]);
    ratios += ratio;
    largestOfRatios = Math.max(largestOfRatios, ratio);
    counted++;
  }
  const rmsOverRms = Math.sqrt(off / square);
  return {
    rmsOverRms,
    largestOverLargest: most / mostExact,
    meanOfRatios: ratios / counted,
    largestOfRatios: counted === 0 ? Number.NaN : largestOfRatios,
    rmsOverSpan: Math.sqrt(off / exact.length) / (high - low),
    effectiveBits: (-20 * Math.log10(rmsOverRms) - 1.76) / 6.02,
  };
}
