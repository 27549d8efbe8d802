import { RandomStream } from '../../core/index.js';
import {
  AnalogBoard,
  type BoardOperations,
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
import { analogDeviceContract } from './vitest-runner.js';

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

/** Every board as composition ships it (a step reads its outputs alone), and reading all nodes. */
const observations = ['outputs', 'all'] as const;

for (const [profile, { k, learning, ...use }] of uses) {
  const beta = k * profile.nudgeConductance_S;
  const parts = drawParts(profile, 3);
  const { binaryInputs, inputLimit_V } = profile;
  const subject = {
    beta,
    rate: () => rateOfLearning(profile, learning, beta),
    inputSize: profile.inputLimit_V,
    asInput: (v: number) => (binaryInputs ? (v < 0 ? -inputLimit_V : inputLimit_V) : v),
  };
  const boards: Record<string, () => Promise<BoardOperations>> = {
    [`simulated ${profile.name} board`]: async () => new SimulatedBoard({ parts, use, seed: 3 }),
    [`virtual ${profile.name} board, its own firmware`]: async () => {
      const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 3 });
      return BoardClient.open(new InProcessTransport(board), { use });
    },
    ...onTheBench(profile, use),
  };
  for (const [name, openBoard] of Object.entries(boards)) {
    for (const stepObserves of observations) {
      analogDeviceContract(`${name}, a step observes ${stepObserves}`, {
        ...subject,
        open: async () => {
          const options = { calibration: nominalCalibration(profile), clip: 4, stepObserves };
          const board = await openBoard();
          await board.setLastUpdate(0);
          await board.writeTaps(startTaps(profile));
          return new AnalogBoard(board, options);
        },
      });
    }
  }
}

/** A real board: OHMPROP_BOARD=/dev/ttyUSB0 (or tcp://host:port) npx vitest run test/contract/board-device.test.ts */
function onTheBench(
  profile: BoardProfile,
  use: { inputs: number; outputs: number },
): Record<string, () => Promise<BoardOperations>> {
  const address = process.env.OHMPROP_BOARD;
  if (address === undefined || (process.env.OHMPROP_BOARD_PROFILE ?? 'reference') !== profile.name) return {};
  const line = () => (address.startsWith('tcp:') ? TcpTransport.of(address) : new SerialTransport(address));
  return { [`${profile.name} board on ${address}`]: () => BoardClient.open(line(), { use }) };
}
