import { cpus, loadavg } from 'node:os';
import { drawParts, referenceBoard } from '../devices/boards/index.js';
import { BoardClient, BoardLink, operations } from '../drivers/board/index.js';
import { encodeFrame, FrameReader } from '../drivers/framing/index.js';
import { type Transport, TransportListeners, wallClock } from '../drivers/transport/index.js';
import { InProcessTransport, VirtualBoard } from '../drivers/virtual-board/index.js';
import { SolvedBoard } from '../solver/board/index.js';

// Speed of the virtual board: `node dist/bench/board-speed.js`. Best of five; CPU time, so that a busy machine tells the
// same as far as it can.

const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

function best(runs: (() => Promise<number>)[]): Promise<number> {
  return runs.reduce(async (most, run) => Math.max(await most, await run()), Promise.resolve(0));
}

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const parts = drawParts(referenceBoard, 1);
const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 });
const client = await BoardClient.open(new InProcessTransport(board));
const count = 15;
const examples = {
  count,
  inputs_mV: Int16Array.from({ length: 4 * count }, (_, i) => ((i * 977) % 3500) - 1750),
  targets_mV: Int16Array.from({ length: 3 * count }, (_, i) => (i % 3 === 0 ? 150 : -150)),
};
let id = 0;
let [examplesPerWall, boardMs] = [0, 0];
async function steps(): Promise<{ cycles: number; examples: number; cpu: number }> {
  const [cycles, slept, cpu, wall] = [board.cycles, board.sleptCycles, cpuSeconds(), performance.now()];
  for (let n = 0; n < 40; n++) {
    const update = { id: ++id, gainHidden: 343_597, gainOutput: 343_597, clip: 4 };
    await client.step(examples, { first: -768, second: 768 }, update, false);
  }
  const executed = board.cycles - cycles - (board.sleptCycles - slept);
  const done = 40 * count;
  examplesPerWall = Math.max(examplesPerWall, (1000 * done) / (performance.now() - wall));
  boardMs = (board.cycles - cycles) / 16e3 / done;
  return { cycles: executed, examples: done, cpu: cpuSeconds() - cpu };
}
await steps();
const mhz = await best(
  Array.from({ length: 5 }, () => async () => {
    const { cycles, cpu } = await steps();
    return cycles / cpu / 1e6;
  }),
);
const perCpu = await best(
  Array.from({ length: 5 }, () => async () => {
    const { examples: done, cpu } = await steps();
    return done / cpu;
  }),
);
await client.close();

/** A board that answers at once, so that what is left is the host. */
class Echo implements Transport {
  readonly name = 'echo';
  readonly clock = wallClock;
  readonly latency_seconds = 0.04;
  private readonly listeners = new TransportListeners();
  private readonly reader = new FrameReader((frame) => {
    const reply = encodeFrame({ ...frame, operation: frame.operation | 0x80 });
    queueMicrotask(() => this.listeners.emit(reply));
  });
  async open(): Promise<void> {}
  async write(bytes: Uint8Array): Promise<void> {
    this.reader.push(bytes);
  }
  onData = (listener: (bytes: Uint8Array) => void) => this.listeners.onData(listener);
  onClose = (listener: (error?: Error) => void) => this.listeners.onClose(listener);
  async close(): Promise<void> {}
}
const link = new BoardLink(new Echo(), 1);
const payload = new Uint8Array(230).fill(7);
const perMs = await best(
  Array.from({ length: 5 }, () => async () => {
    const cpu = cpuSeconds();
    for (let n = 0; n < 2000; n++) await link.request(operations.ping, payload);
    return 2000 / (1000 * (cpuSeconds() - cpu));
  }),
);

say({
  avrCore_MHz: Number(mhz.toFixed(1)),
  examplesPerCpuSecond: Math.round(perCpu),
  examplesPerSecond: Math.round(examplesPerWall),
  boardTimePerExample_ms: Number(boardMs.toFixed(2)),
  hostOverheadPerRequest_ms: Number((1 / perMs).toFixed(3)),
  cpu: cpus()[0]?.model,
  node: process.version,
  load: loadavg()[0].toFixed(1),
});
