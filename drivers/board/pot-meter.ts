import { inputError } from '../../core/index.js';
import { potsInUse, writeDifferingTaps } from '../../devices/boards/index.js';
import type { BoardClient } from './board-client.js';

/** Of the pot that feeds another: enough resistance for a drop that stands out of the converters' errors. */
const feedTap = 40;

/**
 * Measures single potentiometers through the network: all others are opened but those that lead from a source through
 * the one under test to output 0, whose nudge resistor (1 %) is the reference. Currents are differences between a drive
 * and its absence, so offsets fall out; potentials are chosen so that no diode conducts. Good to a few percent above tap 30; below that the
 * converters' gain counts. Taps are put back afterwards.
 */
export class PotMeter {
  private readonly sources: number;
  private readonly hidden: number;

  constructor(private readonly client: BoardClient) {
    const { profile } = client;
    this.sources = profile.sources;
    this.hidden = profile.hidden;
    if (!profile.nudgeLoads) {
      throw inputError(
        'board.measure',
        `a ${profile.name} board has no resistor to measure its potentiometers against; only boards with a nudge resistor can`,
      );
    }
  }

  /** Measured conductance of a pot at each tap, S. Opens and drives the network; leaves taps as they were. */
  async conductances_S(pot: number, taps: readonly number[]): Promise<number[]> {
    const { profile } = this.client;
    if (!Number.isInteger(pot) || pot < 0 || pot >= profile.pots) {
      throw inputError('board.pot', `pot ${pot}: a ${profile.name} board has pots 0 … ${profile.pots - 1}`);
    }
    const before = await this.client.readTaps();
    const measured: number[] = [];
    try {
      for (const tap of taps) measured.push(await this.measure(pot, tap, before.taps));
    } finally {
      await this.client.setInputs(
        new Int16Array(this.client.use.inputs),
        new Int16Array(this.client.use.outputs),
      );
      await writeDifferingTaps(this.client, await this.client.readTaps(), before);
      await this.client.connectOnly(potsInUse(profile, this.client.use));
    }
    return measured;
  }

  private async measure(pot: number, tap: number, taps: Uint8Array): Promise<number> {
    const { profile } = this.client;
    const from = profile.from(pot);
    const to = profile.to(pot);
    const firstOutput = this.sources + this.hidden;
    if (from < this.sources && to >= firstOutput) return this.ofBias(pot, tap, taps);
    if (from < this.sources) return this.ofSource(pot, tap, taps);
    // Hidden to output: fed from the first input.
    const source = this.feedSource(from - this.sources);
    const path = { [this.potBetween(source, from)]: feedTap, [pot]: tap };
    const { node_V, output_V } = await this.drive(path, taps, [source], from, to);
    return (output_V * profile.nudgeConductance_S) / (node_V - output_V);
  }

  /** A bias source straight to an output. */
  private async ofBias(pot: number, tap: number, taps: Uint8Array): Promise<number> {
    const { profile } = this.client;
    const to = profile.to(pot);
    const { output_V } = await this.drive({ [pot]: tap }, taps, [], to, to, [pot]);
    return (output_V * profile.nudgeConductance_S) / (this.source_V(profile.from(pot)) - output_V);
  }

  /** A source to a hidden node, and on to output 0. */
  private async ofSource(pot: number, tap: number, taps: Uint8Array): Promise<number> {
    const { profile } = this.client;
    const source = profile.from(pot);
    const node = profile.to(pot);
    const to = this.sources + this.hidden;
    const exit = { [this.potBetween(node, to)]: profile.tapMin };
    const feed = this.feedSource(node - this.sources);
    const feedPot = this.potBetween(feed, node);
    const isBias = source >= this.sources - 2;
    const blocked = Math.sign(this.source_V(source)) === Math.sign(this.source_V(feed));
    if (!isBias || blocked) {
      // An input is driven with the polarity that the node's diode blocks.
      const seen = await this.drive({ ...exit, [pot]: tap }, taps, isBias ? [] : [source], node, to, [pot]);
      const drive_V = isBias ? this.source_V(source) : seen.drive_V;
      return (seen.output_V * profile.nudgeConductance_S) / (drive_V - seen.node_V);
    }
    // A bias of the other polarity: the feeding source holds the node on its side, so it must be the stronger one.
    const hold = { ...exit, [feedPot]: Math.min(feedTap, Math.max(profile.tapMin, tap >> 1)) };
    const alone = await this.drive(hold, taps, [feed], node, to);
    const feed_S = (alone.output_V * profile.nudgeConductance_S) / (alone.drive_V - alone.node_V);
    const both = await this.drive({ ...hold, [pot]: tap }, taps, [feed], node, to, [pot]);
    const through_A = both.output_V * profile.nudgeConductance_S - feed_S * (both.drive_V - both.node_V);
    return through_A / (this.source_V(source) - both.node_V);
  }

  /** The first input's source that drives a node to where its diode blocks. */
  private feedSource(hidden: number): number {
    return this.client.profile.diodes(hidden)[0] < 0 ? 0 : 1;
  }

  /** Potential of a source with every input driven fully, V. */
  private source_V(source: number): number {
    const { profile } = this.client;
    const limit_V = source >= this.sources - 2 ? profile.bias_V : profile.inputLimit_V;
    return source % 2 === 0 ? limit_V : -limit_V;
  }

  private potBetween(from: number, to: number): number {
    const { profile } = this.client;
    for (let e = 0; e < profile.pots; e++) if (profile.from(e) === from && profile.to(e) === to) return e;
    throw inputError('board.pot', `no potentiometer joins terminals ${from} and ${to}`);
  }

  /**
   * Reads node and output with these pots closed and one source driven to where the node's diode blocks, against the same
   * without the drive. Biases cannot be switched off: pots `opened` are opened for that.
   */
  private async drive(
    path: Readonly<Record<number, number>>,
    taps: Uint8Array,
    sources: readonly number[],
    node: number,
    to: number,
    opened: readonly number[] = [],
  ): Promise<{ node_V: number; output_V: number; drive_V: number }> {
    const { client } = this;
    const { profile, use } = client;
    const pots = Object.keys(path).map(Number);
    const still = new Int16Array(use.inputs);
    const nudges = new Int16Array(use.outputs);
    await this.setTaps(path, taps);
    await client.connectOnly(pots.filter((pot) => !opened.includes(pot)));
    await client.setInputs(still, nudges);
    const rest = await this.read();
    const inputs = new Int16Array(use.inputs);
    const side =
      node < this.sources + this.hidden ? Math.sign(this.source_V(this.feedSource(node - this.sources))) : 1;
    const drive_V = side * profile.inputLimit_V;
    for (const source of sources)
      inputs[source >> 1] = Math.round(1000 * (source % 2 === 0 ? drive_V : -drive_V));
    await client.connectOnly(pots);
    await client.setInputs(inputs, nudges);
    const driven = await this.read();
    const change = (at: number) => driven[at - this.sources] - rest[at - this.sources];
    return { node_V: change(node), output_V: change(to), drive_V };
  }

  private async setTaps(wanted: Readonly<Record<number, number>>, taps: Uint8Array): Promise<void> {
    const next = taps.slice();
    for (const [pot, tap] of Object.entries(wanted)) next[Number(pot)] = tap;
    await this.client.writeTaps({ taps: next, residuals: new Int16Array(next.length) });
  }

  private async read(): Promise<Float64Array> {
    return Float64Array.from(await this.client.readNodes(), (value) => value / 8000);
  }
}
