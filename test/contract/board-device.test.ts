import { RandomStream } from '../../core/index.js';
import {
  AnalogBoard,
  type BoardProfile,
  drawParts,
  nominalCalibration,
  rateOfLearning,
  referenceBoard,
  xorNanoBoard,
} from '../../devices/boards/index.js';
import { BoardClient } from '../../drivers/board/index.js';
import { SerialTransport, TcpTransport } from '../../drivers/transport/index.js';
import { InProcessTransport, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { SimulatedBoard, SolvedBoard } from '../../solver/board/index.js';
import { analogDeviceContract } from './analog-device.js';

/** Mid-range taps: one tap is then a few percent of a conductance. */
function startTaps(profile: BoardProfile) {
  const random = new RandomStream(5, 'contract/taps');
  return {
    taps: Uint8Array.from({ length: profile.pots }, () => 60 + random.integer(120)),
    residuals: new Int16Array(profile.pots),
  };
}

const uses = new Map([
  [referenceBoard, { inputs: 4, outputs: 3, k: 3, learning: 190 }],
  // Its pumps are weak, so it learns faster for a change that stands out of the noise.
  [xorNanoBoard, { inputs: 2, outputs: 2, k: 10, learning: 560 }],
]);

for (const [profile, { k, learning, ...use }] of uses) {
  const beta = k * profile.nudgeConductance_S;
  const rate = () => rateOfLearning(profile, learning, beta);
  const parts = drawParts(profile, 3);
  const { binaryInputs, inputLimit_V } = profile;
  const asInput = (v: number) => (binaryInputs ? (v < 0 ? -inputLimit_V : inputLimit_V) : v);

  analogDeviceContract(`simulated ${profile.name} board`, {
    open: async () => {
      const twin = new SimulatedBoard({ parts, use, seed: 3 });
      await twin.writeTaps(startTaps(profile));
      return new AnalogBoard(twin, { calibration: nominalCalibration(profile) });
    },
    beta,
    rate,
    inputSize: profile.inputLimit_V,
    asInput,
  });

  analogDeviceContract(`virtual ${profile.name} board, its own firmware`, {
    open: async () => {
      const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 3 });
      const client = await BoardClient.open(new InProcessTransport(board), { use });
      await client.writeTaps(startTaps(profile));
      return new AnalogBoard(client, { calibration: nominalCalibration(profile) });
    },
    beta,
    rate,
    inputSize: profile.inputLimit_V,
    asInput,
  });

  // A real board: OHMPROP_BOARD=/dev/ttyUSB0 (or tcp://host:port) npx vitest run test/contract/board-device.test.ts
  const address = process.env.OHMPROP_BOARD;
  if (address === undefined || (process.env.OHMPROP_BOARD_PROFILE ?? 'reference') !== profile.name) continue;
  analogDeviceContract(`${profile.name} board on ${address}`, {
    open: async () => {
      const line = address.startsWith('tcp:') ? TcpTransport.of(address) : new SerialTransport(address);
      const client = await BoardClient.open(line, { use });
      await client.setLastUpdate(0);
      await client.writeTaps(startTaps(profile));
      return new AnalogBoard(client, { calibration: nominalCalibration(profile) });
    },
    beta,
    rate,
    inputSize: profile.inputLimit_V,
    asInput,
  });
}
