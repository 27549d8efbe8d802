import { AveragingDevice } from '../../examples/custom-device.js';
import { analogDeviceContract } from './vitest-runner.js';

analogDeviceContract('a device that ohmprop does not know', {
  open: async () => new AveragingDevice(),
  beta: 1e-5,
  rate: () => 2e-5,
  inputSize: 1,
});
