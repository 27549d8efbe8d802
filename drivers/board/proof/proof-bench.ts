import {
  type BenchBoard,
  type BoardProfile,
  readingUnit_V,
  restDrive,
} from '../../../devices/boards/index.js';

/**
 * A board on the bench, taken one small circuit at a time: which pots are closed and where their wipers stand, what drives
 * them, what the nodes then are. Between two circuits inputs and nudges are at rest: pots never move under drive.
 */
export class ProofBench {
  readonly profile: BoardProfile;
  /** Circuits that were read. */
  readings = 0;
  private readonly taps: Uint8Array;
  private closed = '';
  /** Where each node is read, by which number each pot is moved, and inputs whose two sources stand in each other's place. */
  private readonly readAt: number[];
  private readonly numbers: number[];
  private readonly mirrored = new Set<number>();

  constructor(
    private readonly board: BenchBoard,
    taps: Uint8Array,
    private readonly told: () => void = () => {},
  ) {
    this.profile = board.profile;
    this.taps = taps.slice();
    const { hidden, outputs, pots } = board.profile;
    this.readAt = Array.from({ length: hidden + outputs }, (_, n) => n);
    this.numbers = Array.from({ length: pots }, (_, e) => e);
  }

  /**
   * From here on two things that are known to stand in each other's place are called what they should be: the rest can then be
   * judged as on a board where they stand right. Twice is as before.
   */
  exchange(among: 'node' | 'pot' | 'source', a: number, b: number): void {
    if (among === 'source') {
      if (!this.mirrored.delete(a >> 1)) this.mirrored.add(a >> 1);
      return;
    }
    const places = among === 'node' ? this.readAt : this.numbers;
    [places[a], places[b]] = [places[b], places[a]];
    this.closed = '';
  }

  /** First output among the nodes. */
  get firstOutput(): number {
    return this.profile.hidden;
  }

  /** The pot between two terminals; undefined where none joins them. */
  pot(from: number, to: number): number | undefined {
    const { profile } = this;
    for (let e = 0; e < profile.pots; e++) if (profile.from(e) === from && profile.to(e) === to) return e;
    return undefined;
  }

  /** Puts wipers where they are wanted; those that stand there are not written. */
  async setTaps(wanted: ReadonlyMap<number, number>): Promise<void> {
    const byNumber = new Map([...wanted].map(([e, tap]) => [this.numbers[e], tap]));
    const pots = [...byNumber.keys()].filter((e) => this.taps[e] !== byNumber.get(e)).sort((a, b) => a - b);
    if (pots.length === 0) return;
    for (const e of pots) this.taps[e] = byNumber.get(e) ?? 0;
    await this.board.writeTaps({ taps: this.taps, residuals: new Int16Array(this.taps.length) }, pots);
  }

  /**
   * Potentials of all nodes, V above the middle, with these pots closed and no others.
   * @param sources_V potential of an input's sources by their number; one of a pair drives the other to its mirror. The rest stays at rest
   */
  async read(
    pots: readonly number[],
    sources_V: Readonly<Record<number, number>> = {},
    nudges_V: readonly number[] = [],
  ): Promise<Float64Array> {
    const { board } = this;
    const inputs = [...restDrive(board.profile, board.use).inputs_mV];
    for (const [source, value_V] of Object.entries(sources_V)) {
      const input = Number(source) >> 1;
      const side = (Number(source) % 2 === 0) !== this.mirrored.has(input) ? 1 : -1;
      inputs[input] = Math.round(1000 * side * value_V);
    }
    const nudges = new Int16Array(board.use.outputs);
    for (const [k, value_V] of nudges_V.entries()) nudges[k] = Math.round(1000 * value_V);
    const closed = pots.map((e) => this.numbers[e]).sort((a, b) => a - b);
    if (this.closed !== closed.join()) await board.connectOnly(closed);
    this.closed = closed.join();
    await board.setInputs(inputs, nudges);
    const nodes = await board.readNodes();
    await this.rest();
    this.readings++;
    this.told();
    return Float64Array.from(this.readAt, (at) => nodes[at] * readingUnit_V);
  }

  /** Inputs and nudges at rest: 0 V, or where switches hold inputs that know no 0. */
  async rest(): Promise<void> {
    const { board } = this;
    const { inputs_mV, nudges_mV } = restDrive(board.profile, board.use);
    await board.setInputs(inputs_mV, nudges_mV);
  }
}
