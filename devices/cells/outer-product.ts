import type { LocalContrast, WantedChanges } from './wanted-changes.js';

/** The changes −rate·∂C/∂g of a contrast of node vectors. @param rate S²/V² */
export function outerProduct(contrast: LocalContrast, rate: number): WantedChanges {
  const { batch, deltaBefore, meanBefore, deltaAfter, meanAfter } = contrast;
  const rows = meanBefore.length / batch;
  const columns = meanAfter.length / batch;
  const descent = -(rate * contrast.factor);
  return {
    block(first, count, out, unit_S) {
      const factor = descent / unit_S;
      for (let n = 0; n < count; n++) {
        const i = Math.floor((first + n) / columns);
        const j = first + n - i * columns;
        let sum = 0;
        for (let b = 0; b < batch; b++) {
          const before = b * rows + i;
          const after = b * columns + j;
          const delta = (deltaBefore === undefined ? 0 : deltaBefore[before]) - deltaAfter[after];
          sum += delta * (meanBefore[before] - meanAfter[after]);
        }
        out[n] = factor * sum;
      }
    },
    inKernel: (area) => area.changesOf(contrast, descent),
  };
}
