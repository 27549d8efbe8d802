import { formatQuantity } from '../../core/index.js';
import type { EpochRecord } from '../../learning/index.js';
import { curveFigure, type ReportSection } from '../../report/index.js';
import type { ComposedRun } from '../composition/index.js';

/**
 * Outputs of a few test samples against what they should be, epoch by epoch: of each the output of its own class, or, where numbers are
 * asked for, the first. Nothing of fewer than two epochs, and of runs from before outputs were kept.
 */
export function outputsSections(
  { dataSet, coder }: ComposedRun,
  epochs: readonly EpochRecord[],
): ReportSection[] {
  const told = epochs.flatMap(({ epoch, shown }) => (shown === undefined ? [] : [{ epoch, shown }]));
  const [first] = told;
  if (told.length < 2) return [];
  const { samples, labels, targets, unit } = first.shown;
  const alike = told.filter(({ shown }) => shown.samples.join() === samples.join());
  const one = (label: number) => (coder.outputs === dataSet.classes ? label : 0);
  const curves = samples.map((sample, s) => {
    const k = one(labels?.[s] ?? 0);
    const name = labels === undefined ? coder.outputNames[k] : dataSet.classNames[labels[s]];
    return {
      name: `${name} (sample ${sample})`,
      style: 'line' as const,
      x: alike.map(({ epoch }) => epoch),
      y: alike.map(({ shown }) => shown.outputs[s]?.[k] ?? Number.NaN),
    };
  });
  const aims = targets?.map((row, s) => row[one(labels?.[s] ?? 0)]);
  const text = (value: number) => (unit === 'V' ? formatQuantity(value, 'V') : `${value}`);
  const asked =
    aims === undefined
      ? ''
      : ` Asked for: ${[...new Set(aims)].map(text).join(', ')}, in the order of the curves.`;
  return [
    {
      title: 'Outputs while it learned',
      caption: `At rest after each epoch, of the same test samples: ${labels === undefined ? 'the first output' : 'the output of their own class'}.${asked}`,
      figure: curveFigure({
        curves,
        x: { quantity: 'Epoch', unit: '1', whole: true },
        y: { quantity: 'Output', unit: unit === 'V' ? 'V' : '1' },
      }),
    },
  ];
}
