import { OhmpropError, runError } from '../../core/index.js';
import {
  type BoardCounters,
  type BoardExamples,
  type BoardOperations,
  type BoardReadings,
  type BoardStepReport,
  MAX_SHORT_MOVE,
  type NudgePair,
  potsInUse,
  type TapReport,
  type Taps,
  type TapUpdate,
} from '../../devices/boards/index.js';
import type {
  BoardClient,
  BoardDescription,
  BoardElsewhere,
  LinkCounters,
} from '../../drivers/board/index.js';
import type { HeldWipers } from './composition.js';
import { KnownWipers } from './known-wipers.js';
import { ELSEWHERE, type LineOpening, openSought } from './sought-board.js';

/**
 * A board on a line that may be lost and opened anew: whoever works with it keeps one object while clients of it come and go.
 * Only `reopen` makes a new client; no request is repeated by itself.
 */
export class LineBoard implements BoardOperations {
  profile: BoardOperations['profile'];
  readonly use: BoardOperations['use'];
  readonly identity: string;
  /** For people: where it was found first. */
  readonly name: string;
  private closed = false;
  private masked: ReadonlySet<number> = new Set();
  /** Of clients that are no more. */
  private before: LinkCounters | undefined;
  /** Where it was found last; nothing where only the name that it was opened by leads to it. */
  private address: string | undefined;
  private readonly elsewhere: Pick<BoardElsewhere, 'find'> | undefined;
  private readonly wipers = new KnownWipers();
  /** The last update that is known to have been carried out, and the last that was asked for. */
  private readonly updates = { known: 0, asked: 0 };
  /** Pots that are closed while the board is armed: an update moves no other. */
  private readonly inUse: readonly number[];

  private constructor(
    private client: BoardClient,
    private readonly opening: LineOpening,
  ) {
    this.profile = client.profile;
    this.use = client.use;
    this.inUse = potsInUse(client.profile, client.use);
    this.updateIs(client.description.lastUpdate);
    this.identity = client.identity;
    this.name = client.transport.name;
    this.address = client.transport.address;
    this.elsewhere = this.address === undefined ? undefined : opening.elsewhere?.(this.identity, 'now');
  }

  /** @throws what opening the line throws; a board other than the one that is sought is the caller's to refuse */
  static async open(opening: LineOpening): Promise<LineBoard> {
    return new LineBoard(await openSought(opening), opening);
  }

  /** Takes the board for one that its firmware cannot tell from the one that it named. */
  takeFor(profile: BoardOperations['profile']): void {
    this.profile = profile;
  }

  /** From now on no writing and no update of this host reaches these pots. */
  leaveAlone(pots: ReadonlySet<number>): void {
    this.masked = pots;
  }

  /** As the board described itself when it was opened last. */
  get description(): BoardDescription {
    return this.client.description;
  }

  /** Of all its clients together. */
  get counts(): LinkCounters {
    const { before } = this;
    const now = this.client.counts;
    if (before === undefined) return now;
    return Object.fromEntries(
      Object.entries(now).map(([name, count]) => [name, count + before[name as keyof LinkCounters]]),
    ) as unknown as LinkCounters;
  }

  async held(): Promise<HeldWipers> {
    const taps = await this.readTaps();
    const { boots, lastUpdate, cutShort } = await this.counters();
    this.updateIs(lastUpdate);
    const cut = cutShort === undefined ? {} : { cutShort };
    return { serial: this.identity, boots, update: lastUpdate, ...cut, ...taps };
  }

  /**
   * Opens the line anew: where it was, else wherever the same board is now.
   * @throws OhmpropError `board.other` where another board answers; what opening it throws
   */
  async reopen(): Promise<void> {
    await this.client.abandon();
    this.wipers.forget();
    this.requireOpen();
    const { address } = this;
    const client = await this.openAnew(address);
    const now = client.transport.address;
    if (address !== undefined && now !== undefined && now !== address) this.opening.onMoved?.(address, now);
    this.address = now;
    this.before = { ...this.counts };
    this.client = client;
    if (!this.closed) return;
    await client.close();
    this.requireOpen();
  }

  private async openAnew(address: string | undefined): Promise<BoardClient> {
    try {
      return await this.openAt(address);
    } catch (error) {
      if (address === undefined || !(error instanceof OhmpropError) || !ELSEWHERE.test(error.code))
        throw error;
      const other = await this.elsewhere?.find(address);
      if (other === undefined) throw error;
      this.requireOpen();
      const found = await this.openAt(other);
      if (this.hasItsPast(found.description)) return found;
      await found.close();
      throw runError(
        'board.other',
        `${found.transport.name}: this board calls itself ${this.identity} as well, but its last update is ${found.description.lastUpdate}, not ${this.updates.known}: another board of that number, or one that somebody else has used since; nothing was written. End the run and resume it with --device where it is to go on`,
      );
    }
  }

  /** Whether a board that was found elsewhere can be the one that was lost: without another start it has done what that did. */
  private hasItsPast({ boots, lastUpdate }: BoardDescription): boolean {
    const { boots: then } = this.description;
    const { known, asked } = this.updates;
    return boots > then || (boots === then && (lastUpdate === known || lastUpdate === asked));
  }

  private async openAt(address: string | undefined): Promise<BoardClient> {
    const client = await this.opening.openClient(address);
    if (client.identity === this.identity) return client;
    await client.close();
    throw runError(
      'board.other',
      `${client.transport.name}: this is board ${client.identity}, not ${this.identity}, with which the run began; nothing was written`,
    );
  }

  /** Whoever asks for an end waits no longer than this for what is under way. */
  hurry(seconds: number): void {
    this.client.link.hurry(seconds);
  }

  measure(
    examples: BoardExamples,
    nudgeGain_q8: number | undefined,
    signal?: AbortSignal,
  ): Promise<{ readings: BoardReadings; clipped: number }> {
    return this.client.measure(examples, nudgeGain_q8, signal);
  }

  step(
    examples: BoardExamples,
    nudges: NudgePair,
    update: TapUpdate,
    observeAll: boolean,
  ): Promise<BoardStepReport> {
    if (this.masked.size > 0) {
      throw runError(
        'board.mask',
        `${this.name}: a board that works updates out by itself moves masked pots`,
      );
    }
    const short = this.client.description.tellsTaps && update.clip <= MAX_SHORT_MOVE;
    return this.wipers.stepped(this.inUse, short, (wanted) =>
      this.asking(update.id, () => this.client.step(examples, nudges, { ...update, ...wanted }, observeAll)),
    );
  }

  moveTaps(id: number, asked: Int16Array): Promise<TapReport> {
    const steps = this.masked.size === 0 ? asked : asked.map((step, e) => (this.masked.has(e) ? 0 : step));
    return this.wipers.moved(this.profile, steps, () =>
      this.asking(id, () => this.client.moveTaps(id, steps)),
    );
  }

  setInputs(inputs_mV: ArrayLike<number>, nudges_mV: ArrayLike<number>): Promise<void> {
    return this.client.setInputs(inputs_mV, nudges_mV);
  }

  readNodes(): Promise<BoardReadings> {
    return this.client.readNodes();
  }

  /** Disarmed until it is driven next. */
  rest(): Promise<void> {
    return this.client.rest();
  }

  readTaps(): Promise<Taps> {
    return this.wipers.read(() => this.client.readTaps());
  }

  /**
   * Where the wipers stand after an update: not read where what they were, and the board's own hash, tell it; of an update that the
   * board worked out only those that it can have moved.
   */
  async tapsNow(): Promise<Taps> {
    return this.wipers.now ?? this.wipers.readMoved(this.inUse, (pots) => this.client.readTaps(pots));
  }

  /** The middle potential against the converters' own middle, V; nothing of a board that does not measure it. */
  async middle_V(): Promise<number | undefined> {
    return this.profile.middleIsRead ? (await this.client.status()).middle_mV / 1000 : undefined;
  }

  writeTaps(taps: Taps, pots?: readonly number[]): Promise<void> {
    this.wipers.forget();
    if (this.masked.size > 0) {
      const left = (pots ?? [...taps.taps.keys()]).filter((e) => !this.masked.has(e));
      return left.length === 0 ? Promise.resolve() : this.client.writeTaps(taps, left);
    }
    return pots === undefined ? this.client.writeTaps(taps) : this.client.writeTaps(taps, [...pots]);
  }

  async setLastUpdate(id: number): Promise<void> {
    this.updates.asked = id;
    await this.client.setLastUpdate(id);
    this.updateIs(id);
  }

  counters(): Promise<BoardCounters> {
    return this.client.counters();
  }

  close(): Promise<void> {
    this.closed = true;
    return this.client.close();
  }

  private async asking<T>(id: number, act: () => Promise<T>): Promise<T> {
    this.updates.asked = id;
    const report = await act();
    this.updateIs(id);
    return report;
  }

  private updateIs(id: number): void {
    this.updates.known = id;
    this.updates.asked = id;
  }

  private requireOpen(): void {
    if (this.closed) throw runError('device.closed', `${this.name}: used after close()`);
  }
}
