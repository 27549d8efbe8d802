import { inputError, Registry } from '../../core/index.js';
import type { AnalogDevice } from '../../devices/contract/index.js';
import type { DeviceSize } from '../../devices/described/index.js';
import type { DeviceConfig, RunConfig } from '../schema/index.js';
import type { Composition, Opening } from './composition.js';
import { hardwareSeedOf } from './hardware-seed.js';
import { composeOptimizer } from './optimizer.js';
import { ruleNumbers } from './rule.js';
import { ratesPerLayer } from './training-numbers.js';

/** A device of a module. */
export interface OwnDevice {
  /** Opens it, sized to data, without parameters. */
  open(size: DeviceSize & { readonly seed: number }): AnalogDevice | Promise<AnalogDevice>;
  /** A float64 device of the same network, where there is one. */
  reference?(size: DeviceSize & { readonly seed: number }): AnalogDevice;
}

/** Devices of modules, by name. */
export const ownDevices = new Registry<OwnDevice>('device', {});

/**
 * Opens a device of a module. β is in the device's unit, rates in those of its groups: one a group, biases apart.
 * @throws OhmpropError `use.device` where it is none
 */
export async function composeDevice(
  { device: name, settings = {} }: DeviceConfig,
  config: RunConfig,
  size: { inputs: number; outputs: number },
  _opening: Opening = {},
): Promise<Composition> {
  const own = ownDevices.get(name);
  if (own === undefined) {
    throw inputError(
      'use.device',
      `network.device: there is no device "${name}"; name its module with --use`,
    );
  }
  const asked = { ...size, settings, seed: hardwareSeedOf(config) };
  const device = await own.open(asked);
  requireDevice(name, device);
  const { groups, nudgeUnit } = device.info;
  const weights = groups.filter(({ role }) => role !== 'bias');
  const { g, b, warnings } = ratesPerLayer(config.training, weights.length);
  let [weight, bias] = [0, 0];
  const parts = groups.map(({ name: group, role }) => {
    const rate = role === 'bias' ? b[Math.min(bias++, b.length - 1)] : g[weight++];
    return { name: group, rate, entry: 1, gradient: 1, decays: role !== 'bias' };
  });
  const { beta, betaUnit } = ruleNumbers(config, nudgeUnit === 'S' ? 'S' : '1');
  const { reference } = own;
  return {
    device,
    warnings,
    ...composeOptimizer(config.training, parts),
    beta,
    betaUnit,
    ...(reference === undefined ? {} : { reference: () => reference(asked) }),
  };
}

const methods = [
  'initialise',
  'settle',
  'adapt',
  'nudgeLimits',
  'readParameters',
  'writeParameters',
  'snapshot',
  'restore',
  'close',
] as const;

function requireDevice(name: string, device: AnalogDevice): void {
  const missing = ['info', ...methods].find((key) =>
    key === 'info'
      ? typeof device?.info !== 'object'
      : typeof device?.[key as (typeof methods)[number]] !== 'function',
  );
  if (missing === undefined) return;
  throw inputError(
    'use.device',
    `device ${name}: what open gives has no ${missing}${missing === 'info' ? '' : '()'}; it has to be an AnalogDevice: ${methods.join(', ')}`,
  );
}
