export type {
  CellDefinition,
  CostDefinition,
  DataDefinition,
  DeviceDefinition,
  ElementDefinition,
  Module,
  ModuleKind,
  PolicyDefinition,
  RowsOfData,
} from './module.js';
export { defineModule } from './module.js';
export { modulesNamedIn, modulesOf, type RecordedModule, requireModules } from './modules-of-run.js';
export { type UsedModule, usedModules, useModules } from './use-modules.js';
