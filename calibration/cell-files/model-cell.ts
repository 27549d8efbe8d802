import {
  AffineStep,
  type PulseModel,
  pulsesEndToEnd,
  type StepShape,
} from '../../devices/cells/pulse/index.js';
import { statedNumber } from './estimate-schema.js';
import type { CellFile, CellParts } from './schema.js';
import type { StepLaw } from './step-laws.js';

/** Nodes of a table that stands for a law which this format has no words for. */
const TABLE_NODES = 257;

/** A published cell as the parts of a cell file: its laws in siemens, its spreads as its source states them. */
export function cellOfModel(model: PulseModel): CellParts {
  const { name, source, g_min_S, g_max_S, potentiation, depression, pulse, rangeMeasured } = model;
  const { d2dLogNormal, ...spreads } = model.spreads;
  const stated = Object.entries(spreads).filter(([, value]) => typeof value === 'number' && value > 0);
  const direction = (shape: StepShape, rising: boolean) => ({
    law: lawOfShape(shape, g_min_S, g_max_S),
    pulses: pulsesEndToEnd(shape, rising),
  });
  return {
    name,
    description: source,
    pulse: {
      g_min_S,
      g_max_S,
      window: rangeMeasured ? 'measured' : model.windowPublished === true ? 'published' : 'assumed',
      potentiation: { ...direction(potentiation, true), ...(pulse && { pulse: pulse.potentiation }) },
      depression: { ...direction(depression, false), ...(pulse && { pulse: pulse.depression }) },
    },
    ...(stated.length === 0
      ? {}
      : {
          population: {
            spreads: Object.fromEntries(
              stated.map(([key, value]) => [key, statedNumber(value as number, source)]),
            ) as NonNullable<CellFile['population']>['spreads'],
            ...(d2dLogNormal === true ? { d2dLogNormal } : {}),
            ...(spreads.stuck ? { stuckAt: 'anywhere' as const } : {}),
          },
        }),
  };
}

function lawOfShape(shape: StepShape, g_min_S: number, g_max_S: number): StepLaw {
  const span = g_max_S - g_min_S;
  if (shape instanceof AffineStep) {
    const { offset, slope } = shape;
    if (slope === 0) return { kind: 'constant', step_S: offset * span };
    return { kind: 'soft-bounds', asymptote_S: g_min_S - (span * offset) / slope, share: -slope };
  }
  const even = shape.table.length > TABLE_NODES ? TABLE_NODES : shape.table.length;
  const states = Array.from({ length: even }, (_, k) => k / (even - 1));
  return {
    kind: 'table',
    conductance_S: states.map((w) => g_min_S + span * w),
    step_S: states.map((w) => span * shape.step(w)),
  };
}
