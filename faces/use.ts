// For modules that `--use` names: what they may bring, as types, and putting them to use in a program of one's own.
export type {
  CellsToPlan,
  PolicyOptions,
  PolicyPlan,
  UpdatePolicy,
} from '../devices/cells/policies/index.js';
export type {
  DescribedGroup,
  DescribedNudge,
  DescribedParameters,
  DeviceDescription,
  DeviceSize,
} from '../devices/described/index.js';
export { DescribedDevice } from '../devices/described/index.js';
export {
  type CellDefinition,
  type CostDefinition,
  type DataDefinition,
  type DeviceDefinition,
  defineModule,
  type ElementDefinition,
  type Module,
  type ModuleKind,
  type PolicyDefinition,
  type RowsOfData,
  type UsedModule,
  usedModules,
  useModules,
} from '../experiments/modules/index.js';
