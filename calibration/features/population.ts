import { median } from '../../core/index.js';
import {
  exactly,
  type Summary,
  summarise,
  type VarianceComponents,
  varianceComponents,
} from '../estimates/index.js';
import type { CycleFeatures } from './cycle-features.js';
import { thresholdNames } from './summaries.js';

/** A device with the cycles of its loops. */
export interface DeviceCycles {
  readonly device: string;
  readonly cycles: readonly CycleFeatures[];
}

/** How one quantity spreads from device to device and from cycle to cycle. */
export interface PopulationSpread {
  readonly name:
    | 'setVoltage_V'
    | 'resetVoltage_V'
    | (typeof thresholdNames)[number]['name']
    | 'off_S'
    | 'on_S'
    | 'window';
  /** V of voltages; '' where `ofLogarithms`: σ of ln, a relative spread. */
  readonly unit: string;
  readonly ofLogarithms: boolean;
  readonly devices: number;
  readonly values: number;
  /** `device` and `cycle`, or `notSeparated` where no device has a second cycle. */
  readonly components: VarianceComponents;
  /** Medians of the devices, in the quantity itself. */
  readonly medians: Summary;
}

const quantities: readonly {
  readonly name: PopulationSpread['name'];
  readonly unit: string;
  readonly logs: boolean;
  readonly of: (cycle: CycleFeatures) => number;
}[] = [
  { name: 'setVoltage_V', unit: 'V', logs: false, of: ({ set }) => Math.abs(set?.at_V ?? Number.NaN) },
  { name: 'resetVoltage_V', unit: 'V', logs: false, of: ({ reset }) => Math.abs(reset?.at_V ?? Number.NaN) },
  ...thresholdNames.map(({ name, event, polarity }) => ({
    name,
    unit: 'V',
    logs: false,
    of: ({ thresholds = [] }: CycleFeatures) => {
      const found = thresholds.find((one) => one.polarity === polarity)?.[event];
      if (!found?.seen) return Number.NaN;
      return Math.abs(event === 'hold' ? found.after_V : found.at_V);
    },
  })),
  // A bound is no value: off states that drown are left out here, and counted in the loops' own summaries.
  { name: 'off_S', unit: 'S', logs: true, of: ({ off_S, offIsBound }) => (offIsBound ? Number.NaN : off_S) },
  { name: 'on_S', unit: 'S', logs: true, of: ({ on_S }) => on_S },
  {
    name: 'window',
    unit: '',
    logs: true,
    of: ({ window, offIsBound }) => (offIsBound ? Number.NaN : window),
  },
];

/** Spreads over two devices or more, forming left out; a quantity that fewer show is left out. */
export function populationOf(devices: readonly DeviceCycles[], seed?: number): PopulationSpread[] {
  return quantities.flatMap(({ name, unit, logs, of }) => {
    const group: string[] = [];
    const values: number[] = [];
    const medians: number[] = [];
    for (const { device, cycles } of devices) {
      const own = cycles
        .filter(({ forming }) => !forming)
        .map(of)
        .filter((value) => Number.isFinite(value) && (!logs || value > 0));
      if (own.length === 0) continue;
      medians.push(median(own));
      for (const value of own) {
        group.push(device);
        values.push(logs ? Math.log(value) : value);
      }
    }
    if (medians.length < 2) return [];
    return [
      {
        name,
        unit: logs ? '' : unit,
        ofLogarithms: logs,
        devices: medians.length,
        values: values.length,
        components: varianceComponents(values, [{ name: 'device', group }], 'cycle'),
        medians: summarise(exactly(medians), seed, { ordered: false }),
      },
    ];
  });
}
