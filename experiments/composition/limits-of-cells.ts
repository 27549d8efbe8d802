import { inputError } from '../../core/index.js';
import { narrowLimits, type Permit, requireLimits } from '../../devices/limits/index.js';
import { readLimits } from '../../drivers/instruments/index.js';
import type { CellsConfig } from '../schema/index.js';
import type { NamedCell } from './named-cell.js';

/**
 * What training may give to the cells behind an instrument. Nothing is opened before this is asked. Forming is no part of it.
 * @throws OhmpropError `limits.*` (exit code 2)
 */
export async function permitOfCells({ limits, model, noCurrentLimit }: CellsConfig): Promise<Permit> {
  if (limits === undefined) {
    throw inputError(
      'limits.missing',
      `training on ${model} drives its cells and has no limits: say --limits FILE; there are no defaults ("ohmprop instrument limits -o my.limits.yaml" writes one)`,
    );
  }
  const file = await readLimits(limits);
  return requireLimits('train', { file, noCurrentLimit: noCurrentLimit ?? false });
}

/** Limits narrowed by what a cell file was measured within. */
export function narrowedBy(cell: Pick<NamedCell, 'file'>, permit: Permit): Permit {
  const { voltage_V, width_s, current_A } = cell.file?.parts.limits ?? {};
  return {
    ...permit,
    limits: narrowLimits(permit.limits, {
      ...(voltage_V === undefined ? {} : { maxVoltage_V: Math.max(...voltage_V.map(Math.abs)) }),
      ...(width_s === undefined ? {} : { maxWidth_s: Math.max(...width_s) }),
      ...(current_A === undefined ? {} : { compliance_A: current_A }),
    }),
  };
}
