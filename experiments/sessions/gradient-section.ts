import { formatQuantity } from '../../core/index.js';
import type { EpochRecord } from '../../learning/index.js';
import { curveFigure, type ReportSection } from '../../report/index.js';
import type { ComposedRun } from '../composition/index.js';

/** How well the estimate of the gradient points, epoch by epoch, and what it is made of; nothing of runs that could not tell. */
export function gradientSections({ trainer }: ComposedRun, epochs: readonly EpochRecord[]): ReportSection[] {
  const told = epochs.flatMap(({ epoch, gradient }) => (gradient === undefined ? [] : [{ epoch, gradient }]));
  const last = told.at(-1)?.gradient;
  if (last === undefined) return [];
  const { info } = trainer.device;
  const curves = info.groups
    .filter(({ role }) => role !== 'bias')
    .map(({ name }) => ({
      name,
      style: 'line-and-dots' as const,
      x: told.map(({ epoch }) => epoch),
      y: told.map(({ gradient }) => gradient.groups[name]?.cosine ?? Number.NaN),
    }));
  const amount = (value: number) =>
    info.nodeUnit === '1' ? `${Number(value.toPrecision(3))}` : formatQuantity(value, info.nodeUnit);
  const rows = last.layers.map(({ contrast, resolution }, l) => {
    const own = info.groups.filter(
      ({ name }) => name.endsWith(String(l + 1)) && name.length === String(l + 1).length + 1,
    );
    const cosines = own.map(({ name }) => `${name} ${last.groups[name]?.cosine?.toFixed(4) ?? 'none'}`);
    const norms = own.map(({ name }) => `${name} ${last.groups[name]?.norm.toPrecision(3)}`);
    return [
      l + 1,
      cosines.join(', '),
      norms.join(', '),
      amount(contrast),
      resolution === undefined
        ? 'exact'
        : `${amount(resolution)} (${(contrast / resolution).toPrecision(3)} ×)`,
    ];
  });
  const record = epochs.at(-1);
  const residual =
    record?.nudge === undefined || record.nudgedResidual === undefined
      ? ''
      : ` In the last epoch a nudge pulled ${(record.nudge / record.nudgedResidual).toPrecision(3)} times as hard as what settling left unbalanced.`;
  const saturated =
    record === undefined || info.nodeUnit === '1'
      ? ''
      : ` ${(100 * record.saturatedFraction).toFixed(1)} % of the conductances were at an edge of their window.`;
  const unknown = told.filter(({ gradient }) => gradient.withoutExact !== undefined);
  const without =
    unknown.length === 0
      ? ''
      : ` After ${unknown.length} of ${told.length} epochs there was no exact gradient to compare with: ${unknown[unknown.length - 1].gradient.withoutExact}.`;
  return [
    {
      title: 'Gradient',
      caption: `Cosine of the estimate that is learned from to the exact gradient, on ${last.samples} training samples after each epoch: 1 where it points the same way. Below, after the last epoch: norms${info.nodeUnit === '1' ? '' : ' in SI units'}, the contrast of the two phases at a node (r.m.s.) and what reading it is off by.${residual}${saturated}${without}`,
      figure: curveFigure({
        curves,
        x: { quantity: 'Epoch', unit: '1', whole: true },
        y: { quantity: 'Cosine to the exact gradient', unit: '1' },
      }),
      table: { columns: ['layer', 'cosine', 'norm', 'contrast', 'read-out'], rows },
    },
  ];
}
