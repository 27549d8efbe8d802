export { DescribedDevice } from './described-device.js';
export type {
  DescribedGroup,
  DescribedNudge,
  DescribedParameters,
  DeviceDescription,
  DeviceSize,
} from './device-description.js';
