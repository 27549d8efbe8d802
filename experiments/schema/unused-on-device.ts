import { deviceNamesKnown } from './choices.js';
import type { DeviceConfig } from './device-config.js';
import type { RunConfig } from './run-config.js';
import { present, type UnusedSetting, unused } from './unused-setting.js';

/** What a device of a module does not ask for. */
export function unusedOnDevice(
  { device }: DeviceConfig,
  { arithmetic, relaxedSimd, readout, settle }: RunConfig,
): UnusedSetting[] {
  const { dacBits: _, ...reads } = readout ?? {};
  return [
    ...(arithmetic === 'float32' ? [] : unused('arithmetic', `${device} has an arithmetic of its own`)),
    ...(relaxedSimd ? unused('relaxedSimd', `${device} has an arithmetic of its own`) : []),
    ...present('readout', reads, `${device} reads its nodes itself`),
    ...(deviceNamesKnown.get(device)?.settlesItself
      ? (['settle', 'settle.nudged', 'settle.evaluation'] as const).flatMap((path) => {
          const { nudged = {}, evaluation = {}, ...free } = settle;
          const stops = { settle: free, 'settle.nudged': nudged, 'settle.evaluation': evaluation }[path];
          return present(path, stops, `${device} comes to rest by a formula of its module`);
        })
      : []),
  ];
}
