import { formatQuantity, inputError } from '../core/index.js';
import { type AnalogDevice, type Cost, type NudgeKind, nudgeUnitOf } from '../devices/contract/index.js';
import { type Estimator, type EstimatorName, estimator } from './estimator.js';
import { describeBeta, describeNudgeLimit, hasMargin } from './nudge-limit.js';

/** Share of what a network bears that is taken as β where it is to be chosen: its presets' come to as much. */
const SHARE_CHOSEN = 1 / 3;
/** Share of what it still bears that β is taken back to. */
const SHARE_LEFT = 1 / 2;
/** Where node states are bounded any β has an equilibrium; half of their range is what such presets use. */
const UNBOUNDED = 0.5;
/** Share of the way to the targets where outputs are clamped: any is borne, and smaller ones drown sooner in what nodes are read with. */
const CLAMPED = 0.1;
/** Where nothing says how much: in published units. */
const ONE_SIDED = 0.1;

/** The nudge in force; part of a checkpoint, so that a run goes on under it. */
export interface NudgeState {
  /** In the device's nudge unit. */
  readonly beta: number;
  /** What was asked for or chosen at the start, and is gone back to as soon as the network bears it. */
  readonly wanted: number;
  /** No negative nudge is borne at all: phases are 0 and β. */
  readonly oneSided: boolean;
}

/**
 * How strongly outputs are nudged: as asked, or chosen by what the network bears at its first epoch; taken back where it no
 * longer bears that, instead of ending the run.
 */
export class NudgeControl {
  private estimator: Estimator;
  private now: NudgeState | undefined;

  /**
   * @param asked in the device's nudge unit, or `auto`
   * @param flagUnit one β of the flag in that unit
   * @param shiftOf root mean square by which a β moves an output, in the node unit, where that can be told
   */
  constructor(
    private readonly device: AnalogDevice,
    name: EstimatorName,
    private readonly seed: number,
    private readonly asked: number | 'auto',
    private readonly flagUnit: number,
    private readonly nudge: Cost & { readonly kind: NudgeKind } = { kind: device.info.nudges[0] },
    private readonly shiftOf: (beta: number) => Promise<number | undefined> = async () => undefined,
  ) {
    this.estimator = estimator(name, seed);
    if (nudge.kind !== 'clamp' || asked === 'auto' || asked <= 1) return;
    throw inputError(
      'train.option',
      `beta: outputs are clamped a share of the way to their targets, at most 1; got ${asked}`,
    );
  }

  /** By what outputs are nudged. */
  get kind(): NudgeKind {
    return this.nudge.kind;
  }

  /** From now on by another estimator, or the same. */
  estimateBy(name: EstimatorName): void {
    if (name !== this.estimator.name) this.estimator = estimator(name, this.seed);
  }

  /** Nothing before the first epoch of a run that chooses. */
  get state(): NudgeState | undefined {
    return this.now;
  }

  restore(state: NudgeState | undefined): void {
    this.now = state;
  }

  /** β in force; before the first epoch what was asked for, NaN where it is to be chosen. */
  get beta(): number {
    return this.now?.beta ?? (this.asked === 'auto' ? Number.NaN : this.asked);
  }

  /** β of the two phases of minibatch `id`. */
  betas(id: number): readonly [number, number] {
    const { beta } = this;
    return this.now?.oneSided ? [0, beta] : this.estimator.betas(beta, id);
  }

  /**
   * Before an update: chooses β, or checks the one asked for. Does nothing once that is done.
   * @param updates done already: then a β that is no longer borne is taken back, and not refused
   * @returns a sentence on what was chosen
   * @throws `train.beta-too-large` where the network cannot bear what was asked for
   */
  async begin(updates = 0): Promise<string | undefined> {
    if (this.now !== undefined) return undefined;
    if (this.asked === 'auto') return this.choose();
    if (updates === 0 && this.estimator.lowest(this.asked) < 0) await this.requireBorne(this.asked);
    this.now = { beta: this.asked, wanted: this.asked, oneSided: false };
    return updates === 0 ? undefined : this.review();
  }

  /** β in force, in the device's nudge unit: chosen now, where that is still to be done. */
  async known(): Promise<number> {
    if (Number.isNaN(this.beta)) await this.choose();
    return this.beta;
  }

  /**
   * After an epoch: takes β back where the network would no longer bear it, and back up where it does again.
   * @returns a sentence where something changed
   */
  async review(): Promise<string | undefined> {
    const { now, estimator } = this;
    if (now === undefined || estimator.lowest(now.wanted) >= 0) return undefined;
    const { lowest } = await this.device.nudgeLimits(this.nudge);
    const next = this.borne(now.wanted, lowest);
    this.now = next;
    if (next.beta === now.beta && next.oneSided === now.oneSided) return undefined;
    if (next.oneSided) {
      return `β: ${describeNudgeLimit(lowest, now.wanted, this.unit, this.flagUnit).split('. ')[0]}; the next epoch contrasts the free phase with +β`;
    }
    if (next.beta === now.beta) return `β: ${this.text(next.beta)} with both signs again`;
    const why = next.beta < next.wanted ? `the network bears −β below ${this.text(-lowest)} now; ` : '';
    return `β: ${why}${this.text(now.beta)} becomes ${this.text(next.beta)}`;
  }

  private borne(wanted: number, lowest: number): NudgeState {
    if (this.estimator.lowest(wanted) > lowest) return { beta: wanted, wanted, oneSided: false };
    if (!hasMargin(lowest, wanted)) return { beta: wanted, wanted, oneSided: true };
    return { beta: Math.min(wanted, -lowest * SHARE_LEFT), wanted, oneSided: false };
  }

  private async choose(): Promise<string> {
    const text = this.kind === 'clamp' ? this.chooseClamp() : await this.chooseNudge();
    const shift = await this.shiftOf(this.beta);
    if (shift === undefined) return text;
    const { nodeUnit } = this.device.info;
    const moved = nodeUnit === '1' ? `${Number(shift.toPrecision(3))}` : formatQuantity(shift, nodeUnit);
    return `${text}; it moves an output by ${moved} (r.m.s.)`;
  }

  private chooseClamp(): string {
    this.now = { beta: CLAMPED, wanted: CLAMPED, oneSided: false };
    return `β = ${this.text(CLAMPED)}: outputs are clamped a tenth of the way to their targets`;
  }

  private async chooseNudge(): Promise<string> {
    // A held current is borne at any β: what a live one would be allowed is no worse a size for it.
    const isHeld = this.nudge.kind === 'current-held';
    const { lowest } = await this.device.nudgeLimits(isHeld ? undefined : this.nudge);
    const bounded = lowest === Number.NEGATIVE_INFINITY;
    const oneSided = !bounded && !hasMargin(lowest, this.flagUnit);
    const beta = bounded
      ? UNBOUNDED * this.flagUnit
      : oneSided
        ? ONE_SIDED * this.flagUnit
        : rounded((-lowest * SHARE_CHOSEN) / this.flagUnit) * this.flagUnit;
    this.now = { beta, wanted: beta, oneSided };
    const why = bounded
      ? 'any is borne'
      : oneSided
        ? 'an output is connected to next to nothing, so that only the free phase and +β are contrasted'
        : `a third of the ${this.text(-lowest)} that the network bears${isHeld ? ' of a nudge that is not held; any is borne of one that is' : ''}`;
    return `β = ${this.text(beta)}: ${why}`;
  }

  private async requireBorne(beta: number): Promise<void> {
    const { lowest } = await this.device.nudgeLimits(this.nudge);
    if (this.estimator.lowest(beta) > lowest) return;
    throw inputError(
      'train.beta-too-large',
      `β = ${this.text(beta)} is too large for the ${this.estimator.name} estimator at these conductances: ${describeNudgeLimit(lowest, beta, this.unit, this.flagUnit)}`,
    );
  }

  /** A β for people, in the unit of the flag and of the device. */
  text(beta: number): string {
    return describeBeta(beta, this.unit, this.flagUnit);
  }

  private get unit(): string {
    return nudgeUnitOf(this.device.info, this.kind);
  }
}

/** To two digits, so that what is written of it is what it is. */
function rounded(value: number): number {
  return Number(value.toPrecision(2));
}
