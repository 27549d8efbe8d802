import { inputError } from '../../core/index.js';
import { Diode } from './diode.js';
import { checkedValues, type ElementParameter } from './element-parameters.js';
import { bandGap_eV, depletionAt, JunctionCharge, potentialShift_V } from './junction-charge.js';
import { bodyRoot, type ChannelPoint, channels } from './mos-channel.js';
import { defaultMos, type MosParameters, mosParameterList } from './mos-parameters.js';
import { celsiusZero_K, thermalVoltage_V } from './physical-constants.js';

/** Capacitances of the gate, F. */
export interface GateCapacitances {
  source_F: number;
  drain_F: number;
  bulk_F: number;
}

/** Below this saturation voltage Meyer's capacitances would change within nothing, V (SPICE3's MAGIC_VDS). */
const NARROWEST_V = 0.025;

/** Permittivity of silicon dioxide as SPICE3 has it, F/m. */
export const oxidePermittivity_F_per_m = 3.9 * 8.854214871e-12;
const REFERENCE_K = 300.15;

/** Where one channel is worked out. */
const one = {
  voltages_V: new Float64Array(3),
  current_A: new Float64Array(1),
  slopes_S: new Float64Array(3),
};

/**
 * The MOS transistor of Shichman & Hodges (IEEE J. Solid-State Circuits 3:285, 1968), SPICE level 1 as in ngspice (manual,
 * ch. 11): a square-law channel with body effect and channel-length modulation, symmetric in drain and source; two bulk
 * junctions; overlap capacitances. KP, thresholds and junctions follow the temperature.
 */
export class MosLevel1 {
  readonly name = 'mos-level-1';
  readonly source = 'Shichman & Hodges, IEEE J. Solid-State Circuits 3:285 (1968)';
  readonly values: MosParameters;
  readonly parameters: readonly ElementParameter[];
  /** Channel length after lateral diffusion, m. */
  readonly length_m: number;
  /** KP·W/L at temperature, A/V². */
  private readonly beta_A_per_V2: number;
  private readonly surface_V: number;
  private readonly builtIn_V: number;
  /** What the channel is made of: `channels`. */
  readonly channelNumbers: Float64Array;
  /** By their area: both junctions of many transistors are one model. */
  private readonly junctions = new Map<number, Diode>();

  constructor(parameters: Partial<MosParameters> = {}) {
    const p = { ...defaultMos, ...parameters };
    this.values = p;
    this.parameters = mosParameterList(p);
    for (const { name, value, min, max } of this.parameters) {
      if (!(value >= min && value <= max)) {
        throw inputError(
          'element.mos',
          `MOS parameter ${name} must lie between ${min} and ${max}, got ${value}`,
        );
      }
    }
    this.length_m = p.L - 2 * p.LD;
    if (!(this.length_m > 0)) {
      throw inputError(
        'element.mos',
        `the channel is L − 2·LD = ${this.length_m} m long; LD must be below L/2`,
      );
    }
    const kelvin = p.temperature_C + celsiusZero_K;
    const nominal = p.nominal_C + celsiusZero_K;
    const ratio = kelvin / nominal;
    this.beta_A_per_V2 = ((p.KP / (ratio * Math.sqrt(ratio))) * p.multiplier * p.W) / this.length_m;
    this.surface_V = p.PHI;
    this.builtIn_V = p.VTO - p.polarity * p.GAMMA * Math.sqrt(p.PHI);
    if (kelvin !== nominal) {
      const unheated = (p.PHI - potentialShift_V(nominal)) / (nominal / REFERENCE_K);
      this.surface_V = (kelvin / REFERENCE_K) * unheated + potentialShift_V(kelvin);
      this.builtIn_V +=
        0.5 * (bandGap_eV(nominal) - bandGap_eV(kelvin)) + p.polarity * 0.5 * (this.surface_V - p.PHI);
    }
    this.channelNumbers = Float64Array.of(
      p.polarity,
      this.beta_A_per_V2,
      this.builtIn_V * p.polarity,
      p.GAMMA,
      p.LAMBDA,
      this.surface_V,
    );
  }

  with(values: Readonly<Record<string, number>>): MosLevel1 {
    return new MosLevel1({ ...this.values, ...checkedValues(this, values) });
  }

  /** The channel's current from drain to source and its slopes. Voltages against the source, V. */
  evaluate(vgs: number, vds: number, vbs: number, point: ChannelPoint): void {
    one.voltages_V[0] = vgs;
    one.voltages_V[1] = vds;
    one.voltages_V[2] = vbs;
    channels(1, one.voltages_V, this.channelNumbers, one.current_A, one.slopes_S);
    point.current_A = one.current_A[0];
    point.gate_S = one.slopes_S[0];
    point.drain_S = one.slopes_S[1];
    point.bulk_S = one.slopes_S[2];
  }

  /** Where an n-channel begins to conduct at a body bias, V; the p-channel's with all signs turned. */
  threshold_V(vbs: number): number {
    return this.builtIn_V * this.values.polarity + this.values.GAMMA * bodyRoot(vbs, this.surface_V);
  }

  /**
   * Meyer's capacitances of the oxide (RCA Review 32:42, 1971; DEVqmeyer of SPICE3), from the gate to source, drain and
   * bulk, F, without the overlaps; 0 where no oxide thickness is given.
   */
  gateCapacitances_F(vgs: number, vds: number, vbs: number, out: GateCapacitances): void {
    const { TOX, W, multiplier, polarity: sign } = this.values;
    if (TOX === undefined) {
      out.source_F = out.drain_F = out.bulk_F = 0;
      return;
    }
    const oxide_F = (oxidePermittivity_F_per_m / TOX) * this.length_m * W * multiplier;
    const forwards = sign * vds >= 0;
    const size = Math.abs(vds);
    const gate = sign * (forwards ? vgs : vgs - vds);
    const overdrive = gate - this.threshold_V(sign * (forwards ? vbs : vbs - vds));
    const phi = this.surface_V;
    const saturation = Math.max(overdrive, NARROWEST_V);
    const wide = 2 * saturation - size;
    const shares =
      size >= saturation ? [1, 0] : [1 - ((saturation - size) / wide) ** 2, 1 - (saturation / wide) ** 2];
    // How much of ⅔ of the oxide the channel has; below −φ/2 there is none.
    const channel = overdrive > 0 ? 1 / 3 : Math.max(0, overdrive / (1.5 * phi) + 1 / 3);
    const [near_F, far_F] = shares.map((share) => 2 * oxide_F * channel * share);
    out.source_F = forwards ? near_F : far_F;
    out.drain_F = forwards ? far_F : near_F;
    out.bulk_F = overdrive > 0 ? 0 : oxide_F * Math.min(1, -overdrive / phi);
  }

  /** The junction from bulk to drain or source of an n-channel; to bulk in a p-channel. */
  junction(side: 'drain' | 'source'): Diode {
    const area = side === 'drain' ? this.values.AD : this.values.AS;
    const junction = this.junctions.get(area) ?? this.junctionOf(area);
    this.junctions.set(area, junction);
    return junction;
  }

  private junctionOf(area: number): Diode {
    const { AD, AS, JS, IS, multiplier, temperature_C, nominal_C, gmin_S } = this.values;
    const kelvin = temperature_C + celsiusZero_K;
    const nominal = nominal_C + celsiusZero_K;
    const heating = Math.exp(
      bandGap_eV(nominal) / thermalVoltage_V(nominal) - bandGap_eV(kelvin) / thermalVoltage_V(kelvin),
    );
    const saturation_A = (JS === 0 || AD === 0 || AS === 0 ? IS : JS * area) * multiplier * heating;
    // A current of 0 A is a junction that never conducts: the smallest number stands for it.
    const is_A = Math.max(saturation_A, 1e-300);
    return new Diode({ IS: is_A, temperature_C, nominal_C: temperature_C, gmin_S });
  }

  /** Depletion charges of the junction of one side, area and side wall: those that are not 0. */
  junctionCharges(side: 'drain' | 'source'): JunctionCharge[] {
    const p = this.values;
    const [given, area, perimeter] = side === 'drain' ? [p.CBD, p.AD, p.PD] : [p.CBS, p.AS, p.PS];
    const bottom_F = given ?? p.CJ * area;
    return [
      { capacitance_F: bottom_F, grading: p.MJ },
      { capacitance_F: p.CJSW * perimeter, grading: p.MJSW },
    ]
      .filter(({ capacitance_F }) => capacitance_F > 0)
      .map(({ capacitance_F, grading }) => {
        const warm = depletionAt(p.temperature_C, p.nominal_C, capacitance_F, p.PB, grading);
        const [CJO, VJ] = [warm.capacitance_F * p.multiplier, warm.potential_V];
        return new JunctionCharge(new Diode({ CJO, VJ, M: grading, FC: p.FC, TT: 0 }));
      });
  }
}
