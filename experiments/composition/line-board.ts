import { OhmpropError, runError } from '../../core/index.js';
import {
  type BoardCounters,
  type BoardExamples,
  type BoardOperations,
  type BoardReadings,
  type BoardStepReport,
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

/** What opening a line may meet while its board is elsewhere. */
const ELSEWHERE = /^(line|board)\./;

/** How a board is opened, once and again. */
export interface LineOpening {
  /** Opens the line and says hello, as often as it is called. @param address where, if not where the board was named to be */
  readonly openClient: (address?: string) => Promise<BoardClient>;
  /** Looks for a board that is no longer where it was. */
  readonly elsewhere?: (serial: string) => Pick<BoardElsewhere, 'find'>;
  /** Told when it was found there. */
  readonly onMoved?: (from: string, to: string) => void;
}

/**
 * A board on a line that may be lost and opened anew: whoever works with it keeps one object while clients of it come and go.
 * Only `reopen` makes a new client; no request is repeated by itself.
 */
export class LineBoard implements BoardOperations {
  readonly profile: BoardOperations['profile'];
  readonly use: BoardOperations['use'];
  readonly identity: string;
  /** For people: where it was found first. */
  readonly name: string;
  private closed = false;
  /** Of clients that are no more. */
  private before: LinkCounters | undefined;
  /** Where it was found last; nothing where only the name that it was opened by leads to it. */
  private address: string | undefined;
  private readonly elsewhere: Pick<BoardElsewhere, 'find'> | undefined;
  private readonly wipers = new KnownWipers();
  /** Pots that are closed while the board is armed: an update moves no other. */
  private readonly inUse: readonly number[];

  private constructor(
    private client: BoardClient,
    private readonly opening: LineOpening,
  ) {
    this.profile = client.profile;
    this.use = client.use;
    this.inUse = potsInUse(client.profile, client.use);
    this.identity = client.identity;
    this.name = client.transport.name;
    this.address = client.transport.address;
    this.elsewhere = this.address === undefined ? undefined : opening.elsewhere?.(this.identity);
  }

  static async open(opening: LineOpening): Promise<LineBoard> {
    return new LineBoard(await opening.openClient(), opening);
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
      return this.openAt(other);
    }
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
    return this.wipers.stepped((hash) =>
      this.client.step(examples, nudges, hash ? { ...update, hash } : update, observeAll),
    );
  }

  moveTaps(id: number, steps: Int16Array): Promise<TapReport> {
    return this.wipers.moved(this.profile, steps, () => this.client.moveTaps(id, steps));
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
    return pots === undefined ? this.client.writeTaps(taps) : this.client.writeTaps(taps, [...pots]);
  }

  setLastUpdate(id: number): Promise<void> {
    return this.client.setLastUpdate(id);
  }

  counters(): Promise<BoardCounters> {
    return this.client.counters();
  }

  close(): Promise<void> {
    this.closed = true;
    return this.client.close();
  }

  private requireOpen(): void {
    if (this.closed) throw runError('device.closed', `${this.name}: used after close()`);
  }
}
