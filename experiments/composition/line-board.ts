import { runError } from '../../core/index.js';
import type {
  BoardCounters,
  BoardExamples,
  BoardOperations,
  BoardReadings,
  BoardStepReport,
  NudgePair,
  TapReport,
  Taps,
  TapUpdate,
} from '../../devices/boards/index.js';
import type { BoardClient, BoardDescription, LinkCounters } from '../../drivers/board/index.js';
import type { HeldWipers } from './composition.js';

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

  private constructor(
    private client: BoardClient,
    private readonly openClient: () => Promise<BoardClient>,
  ) {
    this.profile = client.profile;
    this.use = client.use;
    this.identity = client.identity;
    this.name = client.transport.name;
  }

  /** @param openClient opens the line and says hello, as often as it is called */
  static async open(openClient: () => Promise<BoardClient>): Promise<LineBoard> {
    return new LineBoard(await openClient(), openClient);
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

  /** @throws OhmpropError `board.other` where another board answers; what opening it throws */
  async reopen(): Promise<void> {
    await this.client.abandon();
    this.requireOpen();
    const client = await this.openClient();
    if (client.identity !== this.identity) {
      await client.close();
      throw runError(
        'board.other',
        `${client.transport.name}: this is board ${client.identity}, not ${this.identity}, with which the run began; nothing was written`,
      );
    }
    this.before = { ...this.counts };
    this.client = client;
    if (!this.closed) return;
    await client.close();
    this.requireOpen();
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
    return this.client.step(examples, nudges, update, observeAll);
  }

  moveTaps(id: number, steps: Int16Array): Promise<TapReport> {
    return this.client.moveTaps(id, steps);
  }

  readTaps(): Promise<Taps> {
    return this.client.readTaps();
  }

  writeTaps(taps: Taps, pots?: readonly number[]): Promise<void> {
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
