import { z } from 'zod';
import { elementNames } from './element-models.js';
import { estimateSchema, finite, words } from './estimate-schema.js';
import { branchSchema, stepLawSchema } from './step-laws.js';

const positive = finite.positive();
const range = z.tuple([finite, finite]);
const estimates = z.record(z.string().max(80), estimateSchema);
const figures = z.record(z.string().max(80), z.union([finite, words, z.boolean(), z.null()]));

/** Where the JSON Schema of cell files is published; `docs/schemas/cell-1.json` of the package is the same. */
export const CELL_SCHEMA = 'https://raw.githubusercontent.com/ohmprop/ohmprop/main/docs/schemas/cell-1.json';

const labelSchema = z.strictObject({ label: finite, r2: finite });

const directionSchema = z.strictObject({
  law: stepLawSchema,
  pulses: z.number().int().positive().optional().meta({ description: 'pulses that were measured' }),
  range_S: range.optional().meta({ description: 'conductances over which the law was found' }),
  pulse: z.strictObject({ amplitude_V: finite, width_s: positive }).optional(),
  nonlinearity: z
    .strictObject({ fixed: labelSchema.optional(), free: labelSchema.optional() })
    .optional()
    .meta({ description: "NeuroSim's label of the measured train, by the rule for its ends" }),
  parameters: estimates.optional().meta({ description: 'what was fitted, under the names of the fit' }),
  fit: figures.optional().meta({ description: 'goodness of fit: rmse_S, r2, aic, heldOut, …' }),
  train: z
    .strictObject({ pulse: z.array(finite).max(200_000), conductance_S: z.array(finite).max(200_000) })
    .optional()
    .meta({ description: 'the train itself: conductance after so many pulses' }),
});

const pulseSchema = z.strictObject({
  g_min_S: finite.nonnegative(),
  g_max_S: positive,
  window: z
    .enum(['measured', 'fitted', 'published', 'assumed'])
    .meta({ description: 'fitted: an end is that of a law, beyond what trains have shown' }),
  readVoltage_V: finite.optional(),
  potentiation: directionSchema,
  depression: directionSchema,
  comparison: z.array(figures).max(100).optional().meta({ description: 'models that were compared' }),
});

const spreadsSchema = z.strictObject({
  d2dStep: estimateSchema.optional().meta({ description: "σ of each cell's mean step, relative" }),
  d2dAsymmetry: estimateSchema.optional(),
  d2dHigh: estimateSchema.optional().meta({ description: 'σ of the upper bound, of the range' }),
  d2dLow: estimateSchema.optional().meta({ description: 'σ of the lower bound, of the range' }),
  c2c: estimateSchema.optional().meta({ description: "σ of one pulse's step, relative to that step" }),
  c2cRange: estimateSchema.optional().meta({ description: 'σ that one pulse adds, of the range' }),
  write: estimateSchema
    .optional()
    .meta({ description: 'σ that a write leaves until the next, of the range' }),
  read: estimateSchema.optional().meta({ description: 'σ of each read, relative to the conductance' }),
  stuck: estimateSchema.optional().meta({ description: 'share of cells that never move' }),
});

const populationSchema = z.strictObject({
  devices: z.number().int().positive().optional(),
  cycles: z.number().int().positive().optional(),
  spreads: spreadsSchema,
  measuredReads: estimateSchema.optional().meta({
    description:
      'σ of what the measured reads hold and the cell does not keep, relative to the conductance: cell and instrument together, so not simulated unless asked for',
  }),
  d2dLogNormal: z.boolean().optional().meta({ description: 'steps are drawn as e^(σξ), not 1 + σξ' }),
  stuckAt: z.enum(['ends', 'anywhere']).optional(),
  notSeparated: z
    .array(z.strictObject({ spreads: z.array(z.string().max(40)), reason: words }))
    .optional()
    .meta({ description: 'spreads that the data cannot tell apart; not used by any simulation' }),
  drift: z
    .strictObject({ exponent: estimateSchema, spread: estimateSchema.optional(), t0_s: positive })
    .optional()
    .meta({ description: 'G(t) = G·((t + t0)/t0)^(−exponent)' }),
  distributions: z
    .array(
      z.strictObject({
        quantity: words,
        unit: z.string().max(40),
        law: z.enum(['weibull', 'lognormal', 'normal']),
        parameters: estimates,
        fit: figures.optional(),
      }),
    )
    .optional(),
});

const dynamicsSchema = z.union([
  z.strictObject({ preset: words, voltage_V: range.optional() }),
  z
    .strictObject({
      model: z.enum(elementNames).meta({ description: 'a model of "ohmprop cell list", or memdiode' }),
      parameters: z.record(z.string().max(80), finite).meta({ description: 'under the names of the model' }),
      mirrored: z
        .boolean()
        .optional()
        .meta({ description: 'the other way round: what sets at negative voltages' }),
      voltage_V: range.optional(),
      frequency_Hz: positive.optional().meta({ description: 'of the loops that it was fitted to' }),
      series_ohm: finite.nonnegative().optional(),
      estimates: estimates.optional().meta({ description: 'what was fitted, under the names of the fit' }),
      covariance: z
        .strictObject({
          names: z.array(z.string().max(80)).max(64),
          values: z.array(z.array(finite).max(64)).max(64),
        })
        .optional()
        .meta({
          description:
            'of the fitted parameters, under the names of the model (initial: the start of the first loop), linearised: rows and columns in the order of names',
        }),
      fit: figures.optional(),
      heldOut: z.array(figures).max(1000).optional().meta({ description: 'loops predicted that no fit saw' }),
    })
    .meta({ description: 'an element model with its parameters' }),
  z.strictObject({
    equations: z
      .strictObject({
        current: words,
        rate: words.optional(),
        state: z
          .strictObject({
            name: words.optional(),
            unit: words.optional(),
            low: finite.optional(),
            high: finite.optional(),
            initial: finite.optional(),
          })
          .optional(),
        parameters: z.record(z.string().max(80), finite),
      })
      .meta({ description: 'I(v, x) in A and dx/dt, as "ohmprop cell sweep FILE.yaml" takes them' }),
    voltage_V: range.optional(),
    series_ohm: finite.nonnegative().optional(),
    parameters: estimates.optional(),
    fit: figures.optional(),
  }),
]);

const limitsSchema = z.strictObject({
  voltage_V: range.optional(),
  current_A: positive.optional().meta({ description: 'compliance that the cell was measured under' }),
  width_s: range.optional(),
  conductance_S: range.optional(),
  temperature_K: positive.optional(),
});

const provenanceSchema = z.strictObject({
  program: words.meta({ description: 'name and version of what wrote the file' }),
  command: words.optional(),
  writtenAt: z.string().max(40).optional(),
  sources: z
    .array(
      z.strictObject({
        file: words,
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'needs 64 hexadecimal digits'),
        bytes: z.number().int().nonnegative().optional(),
        format: words.optional(),
      }),
    )
    .max(100_000),
  citation: words.optional().meta({ description: 'paper or data set, where it is not measured here' }),
  methods: z.array(words).optional(),
  remarks: z.array(words).optional(),
  answers: figures.optional().meta({ description: 'what was answered of what the files cannot say' }),
});

/** `*.cell.json`: a measured or published model of one memory cell, in parts; each consumer needs some of them. */
export const cellFileSchema = z.strictObject({
  $schema: z.string().optional(),
  kind: z.literal('cell'),
  format: z.literal(1),
  name: z.string().min(1).max(200),
  description: words.optional(),
  provenance: provenanceSchema,
  iv: z
    .strictObject({
      branches: z
        .array(branchSchema.extend({ fit: figures.optional(), parameters: estimates.optional() }))
        .min(1)
        .max(1000),
      verdict: words.optional().meta({ description: 'what the sweeps say that the cell is' }),
      comparison: z.array(figures).max(10_000).optional().meta({ description: 'laws that were compared' }),
    })
    .optional()
    .meta({ description: 'static current over voltage, one branch a state' }),
  dynamics: dynamicsSchema.optional().meta({ description: 'current and state equations' }),
  pulse: pulseSchema.optional().meta({ description: 'what identical pulses do' }),
  population: populationSchema.optional().meta({ description: 'spreads between cells, pulses and reads' }),
  limits: limitsSchema.optional().meta({ description: 'what it was measured within' }),
});

/** A cell file as it is read: checked, numbers in SI units. */
export type CellFile = z.infer<typeof cellFileSchema>;
/** What a cell file holds of the cell. */
export type CellParts = Pick<
  CellFile,
  'name' | 'description' | 'iv' | 'dynamics' | 'pulse' | 'population' | 'limits'
>;
/** The part `pulse` of a cell file. */
export type CellPulse = NonNullable<CellFile['pulse']>;
/** One direction of the part `pulse`. */
export type CellDirection = CellPulse['potentiation'];
/** Where a cell file comes from. `program` and the time are filled in by the writer. */
export type CellProvenance = Omit<CellFile['provenance'], 'program'> & { readonly program?: string };

/** The JSON Schema of `*.cell.json`, for editors and for other programs. */
export function cellJsonSchema(): object {
  return {
    $id: CELL_SCHEMA,
    title: 'ohmprop cell file',
    ...z.toJSONSchema(cellFileSchema, { io: 'input', reused: 'ref' }),
  };
}
