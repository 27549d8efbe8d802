import {
  type ElementModel,
  expressionModel,
  physicalPreset,
  type SweepProposal,
} from '../../devices/elements/index.js';
import { elementOf } from './element-models.js';
import type { CellFile } from './schema.js';

/** The part `dynamics` as a model that sweeps and pulses. */
export interface DynamicCell {
  readonly model: ElementModel;
  /** A sweep over the voltages that it holds for. */
  readonly sweep: SweepProposal;
  /** How far its parameters are known, and go together, where a fit of loops said so. */
  readonly spread?: ParameterSpread;
}

/** Covariance of parameters by their names; `initial` is the state at the start. */
export interface ParameterSpread {
  readonly names: readonly string[];
  readonly values: readonly (readonly number[])[];
}

/**
 * The model of a cell file's part `dynamics`; undefined without it.
 * @throws `element.*`, `device.unknown` where its equations or its preset cannot be used
 */
export async function dynamicCell({
  name,
  dynamics,
}: Pick<CellFile, 'name' | 'dynamics'>): Promise<DynamicCell | undefined> {
  if (dynamics === undefined) return undefined;
  if ('preset' in dynamics) {
    const preset = physicalPreset(dynamics.preset);
    return { model: preset.make(), sweep: preset.sweep };
  }
  if ('model' in dynamics) {
    const {
      model,
      parameters,
      mirrored = false,
      voltage_V = [-1, 1],
      series_ohm = 0,
      frequency_Hz = 1,
    } = dynamics;
    const [low, high] = voltage_V;
    return {
      model: named(elementOf(model, parameters, mirrored), name, voltage_V),
      sweep: {
        positive_V: Math.max(high, 0) || 1,
        negative_V: Math.max(-low, 0) || 1,
        frequency_Hz,
        series_ohm,
      },
      ...(dynamics.covariance === undefined ? {} : { spread: dynamics.covariance }),
    };
  }
  const { equations, voltage_V, series_ohm = 0 } = dynamics;
  const given = { ...equations, name, ...(voltage_V && { validRange_V: voltage_V }) };
  // what is not there is not to be there as undefined
  const model = await expressionModel(JSON.parse(JSON.stringify(given)));
  const [low, high] = voltage_V ?? [-1, 1];
  return {
    model,
    sweep: {
      positive_V: Math.max(high, 0) || 1,
      negative_V: Math.max(-low, 0) || 1,
      frequency_Hz: 1,
      series_ohm,
    },
  };
}

/** The model under the cell's name, and over the voltages that it was fitted to. */
function named(model: ElementModel, name: string, validRange_V: readonly [number, number]): ElementModel {
  return Object.create(model, {
    name: { value: name, enumerable: true },
    validRange_V: { value: validRange_V, enumerable: true },
    with: {
      value: (values: Readonly<Record<string, number>>) => named(model.with(values), name, validRange_V),
    },
  });
}
