import { createHash } from 'node:crypto';
import { inputError, runError } from '../../core/index.js';
import { plannedPolicy, policies } from '../../devices/cells/policies/index.js';
import { functionStep, pulseModel, pulseModels } from '../../devices/cells/pulse/index.js';
import { type CostParameters, costLaws } from '../../devices/contract/index.js';
import { DescribedDevice, type DeviceSize } from '../../devices/described/index.js';
import { expressionModel, physicalModels } from '../../devices/elements/index.js';
import { costFunctions, dataSetOf, dataSources } from '../../learning/index.js';
import { ownDevices } from '../composition/index.js';
import { costNamesKnown, dataNamesKnown, deviceNamesKnown, policyNamesKnown } from '../schema/index.js';
import type {
  CellDefinition,
  CostDefinition,
  DataDefinition,
  DeviceDefinition,
  ElementDefinition,
  Module,
  ModuleKind,
  PolicyDefinition,
} from './module.js';

/** Takes away what was added. */
type Undo = () => void;

/** Adds a definition that was checked to the rooms that know such things by name. @param origin whose it is */
export const register: {
  readonly [K in ModuleKind]: (
    name: string,
    definition: NonNullable<Module[K]>[string],
    origin: string,
  ) => Undo[] | Promise<Undo[]>;
} = {
  policies: registerPolicy,
  costs: registerCost,
  cells: registerCell,
  elements: registerElement,
  devices: registerDevice,
  data: registerData,
};

function registerPolicy(name: string, definition: PolicyDefinition, origin: string): Undo[] {
  const make = 'make' in definition ? definition.make : plannedPolicy(name, definition);
  const uses = 'make' in definition ? (definition.uses ?? []) : [];
  return [
    policies.add(name, make, origin),
    policyNamesKnown.add(name, { uses: uses.map((key) => `cells.${key}`) }, origin),
  ];
}

function registerCost(name: string, definition: CostDefinition, origin: string): Undo[] {
  const { targets = 'voltages', needs, curvature, compares } = definition;
  const uses =
    needs === undefined ? [] : [needs === 'scale' ? 'training.costScale_V' : 'training.costMargin_V'];
  const finite = (what: string, values: Iterable<number>) => {
    for (const value of values) {
      if (!Number.isFinite(value)) throw runError('use.cost', `cost ${name}: ${what} gives ${value}`);
    }
  };
  const pull = (
    u: Float64Array,
    y: Float64Array,
    p: CostParameters,
    slope: Float64Array,
    bend: Float64Array,
  ) => {
    slope.fill(0);
    definition.slope(u, y, p, slope);
    finite('slope', slope);
    for (let k = 0; k < slope.length; k++) slope[k] = -slope[k];
    bend.fill(curvature ?? 0);
  };
  const value = (u: Float64Array, y: Float64Array, p: CostParameters) => {
    const cost = definition.value(u, y, p);
    finite('value', [cost]);
    return cost;
  };
  const law = {
    pull,
    curvature: () => curvature,
    targets,
    ...(needs === undefined ? {} : { needs }),
    ...(compares ? { compares } : {}),
  };
  return [
    costLaws.add(name, law, origin),
    costFunctions.add(name, value, origin),
    costNamesKnown.add(name, { uses }, origin),
  ];
}

function registerCell(name: string, definition: CellDefinition, origin: string): Undo[] {
  const { source = `module ${origin}`, g_min_S, g_max_S, spreads = {}, pulse } = definition;
  const [potentiation, depression] = [functionStep(definition.up), functionStep(definition.down)];
  for (const [way, { table }] of Object.entries({ up: potentiation, down: depression })) {
    const bad = table.findIndex((step) => !Number.isFinite(step));
    if (bad < 0) continue;
    throw inputError(
      'use.definition',
      `cell ${name}: ${way}(${bad / (table.length - 1)}) gives ${table[bad]}`,
    );
  }
  const model = pulseModel({
    name,
    source,
    g_min_S,
    g_max_S,
    potentiation,
    depression,
    spreads,
    rangeMeasured: true,
    ...(pulse === undefined ? {} : { pulse }),
  });
  return [pulseModels.add(name, model, origin)];
}

const plainSweep = { positive_V: 1, negative_V: 1, frequency_Hz: 1, series_ohm: 0 };

async function registerElement(name: string, definition: ElementDefinition, origin: string): Promise<Undo[]> {
  const { source = `module ${origin}`, sweep = plainSweep } = definition;
  const model = 'make' in definition ? definition.make() : await modelOf(name, definition);
  return [physicalModels.add(name, { name, source, make: () => model, sweep }, origin)];
}

function modelOf(
  name: string,
  { source: _, sweep: __, ...equations }: Extract<ElementDefinition, { readonly current: string }>,
) {
  return expressionModel({ ...equations, name });
}

function registerDevice(name: string, definition: DeviceDefinition, origin: string): Undo[] {
  const described = 'open' in definition ? undefined : definition;
  const device =
    'open' in definition
      ? {
          open: (size: DeviceSize & { readonly seed: number }) => definition.open(size),
          ...(definition.reference === undefined ? {} : { reference: definition.reference }),
        }
      : {
          open: (size: DeviceSize) => new DescribedDevice(name, definition, size),
          reference: (size: DeviceSize) => new DescribedDevice(name, definition, size),
        };
  return [
    ownDevices.add(name, device, origin),
    deviceNamesKnown.add(
      name,
      { training: definition.training, settlesItself: described !== undefined },
      origin,
    ),
  ];
}

function registerData(name: string, definition: DataDefinition, origin: string): Undo[] {
  const { argument, help = `of ${origin}` } = definition;
  const load = async (given: string | undefined, options: Parameters<typeof dataSetOf>[1]) => {
    const rows = await definition.load({
      seed: options.seed,
      ...(given === undefined ? {} : { argument: given }),
    });
    const { values, labels, features } = checkedRows(name, rows);
    const bytes = new TextEncoder().encode(JSON.stringify(rows));
    const spec = given === undefined ? name : `${name}:${given}`;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return dataSetOf(
      {
        name: spec,
        features,
        values,
        labels,
        ...(rows.featureNames === undefined ? {} : { featureNames: rows.featureNames }),
        sources: [{ file: spec, bytes: bytes.length, sha256 }],
      },
      options,
    );
  };
  const source =
    argument === undefined
      ? { help, plain: (options: Parameters<typeof dataSetOf>[1]) => load(undefined, options) }
      : {
          help,
          argument,
          from: (given: string, options: Parameters<typeof dataSetOf>[1]) => load(given, options),
        };
  return [dataSources.add(name, source, origin), dataNamesKnown.add(name, {}, origin)];
}

function checkedRows(name: string, rows: Awaited<ReturnType<DataDefinition['load']>>) {
  const refuse = (what: string) => inputError('use.data', `data ${name}: load gives ${what}`);
  const { values, classes } = (rows ?? {}) as Partial<typeof rows>;
  if (!Array.isArray(values) || !Array.isArray(classes)) throw refuse('no lists "values" and "classes"');
  if (values.length !== classes.length || values.length === 0)
    throw refuse(
      `${values.length} rows of values and ${classes.length} classes; needs one class a row, and rows`,
    );
  const features = (values[0] as readonly number[]).length;
  const flat = new Float64Array(values.length * features);
  for (const [row, cells] of (values as readonly (readonly number[])[]).entries()) {
    if (cells.length !== features)
      throw refuse(`row ${row} with ${cells.length} values, the first has ${features}`);
    const bad = cells.findIndex((value) => typeof value !== 'number' || !Number.isFinite(value));
    if (bad >= 0) throw refuse(`row ${row}, value ${bad}: ${String(cells[bad])}; needs a number`);
    flat.set(cells, row * features);
  }
  return { values: flat, labels: classes.map(String), features };
}
