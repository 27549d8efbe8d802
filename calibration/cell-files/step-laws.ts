import { z } from 'zod';
import { finite, words } from './estimate-schema.js';

const conductance_S = finite.nonnegative();

/**
 * What one pulse changes, as a law over the conductance G in siemens, so that it says the same whatever window the cell is
 * given. Signs are those of the direction: potentiation never falls, depression never rises.
 */
export const stepLawSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), step_S: finite }).meta({ description: 'ΔG = step_S' }),
  z
    .strictObject({ kind: z.literal('soft-bounds'), asymptote_S: finite, share: finite })
    .meta({ description: "ΔG = share·(asymptote_S − G); share = 1 − e^(−1/A) of NeuroSim's A in pulses" }),
  z
    .strictObject({
      kind: z.literal('power'),
      low_S: conductance_S,
      high_S: conductance_S,
      share: finite.positive(),
      exponent: finite.nonnegative(),
    })
    .meta({
      description:
        'x = (G − low_S)/(high_S − low_S); up: Δx = share·(1 − x)^exponent, down: Δx = −share·x^exponent',
    }),
  z
    .strictObject({
      kind: z.literal('logistic'),
      low_S: conductance_S,
      high_S: conductance_S,
      rate: finite.positive(),
    })
    .meta({
      description: 'x = (G − low_S)/(high_S − low_S); a pulse adds ±rate to ln(x/(1 − x)): an S-shaped train',
    }),
  z
    .strictObject({
      kind: z.literal('exponential-step'),
      step_S: finite,
      low_S: conductance_S,
      high_S: conductance_S,
      amplitude: finite,
      gamma: finite,
      a: finite,
      b: finite,
      centre: finite,
    })
    .meta({
      description:
        "x as above; ΔG = step_S·max(0, 1 − amplitude·e^(gamma·(2·a·(x − centre) + b))): aihwkit's ExpStep",
    }),
  z
    .strictObject({
      kind: z.literal('table'),
      conductance_S: z.array(conductance_S).min(2).max(100_000),
      step_S: z.array(finite).min(2).max(100_000),
    })
    .meta({
      description: 'ΔG over rising conductances, straight lines between; beyond them the last step holds',
    }),
]);

/** How one pulse of one direction changes the conductance. */
export type StepLaw = z.infer<typeof stepLawSchema>;

/** One end of a current over voltage. */
const branchLawSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ohmic'), conductance_S }).meta({ description: 'I = G·V' }),
  z
    .strictObject({ kind: z.literal('sinh'), current_A: finite, per_V: finite })
    .meta({ description: 'I = current_A·sinh(per_V·V)' }),
  z
    .strictObject({ kind: z.literal('exponential'), current_A: finite, per_V: finite })
    .meta({ description: 'I = ±current_A·(e^(per_V·|V|) − 1), with the sign of V' }),
  z
    .strictObject({ kind: z.literal('power'), current_A: finite, exponent: finite })
    .meta({ description: 'I = ±current_A·|V|^exponent, with the sign of V; current_A at 1 V' }),
  z
    .strictObject({ kind: z.literal('polynomial'), coefficients: z.array(finite).min(1).max(12) })
    .meta({ description: 'I = c₁V + c₂V² + …, in A/V, A/V² …' }),
  z
    .strictObject({
      kind: z.literal('table'),
      voltage_V: z.array(finite).min(2).max(100_000),
      current_A: z.array(finite).min(2).max(100_000),
    })
    .meta({ description: 'rising voltages, straight lines between' }),
]);

/** Current over voltage of a cell that does not change. */
export type BranchLaw = z.infer<typeof branchLawSchema>;

/** One static branch of a cell's current over voltage. */
export const branchSchema = z.strictObject({
  name: words.meta({ description: 'which state it is of: low resistance, high resistance, level 5' }),
  law: branchLawSchema,
  offset_A: finite.optional(),
  voltage_V: z.tuple([finite, finite]).meta({ description: 'voltages that it was found over' }),
});
