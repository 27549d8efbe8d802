import { inputError, readQuantity } from '../../core/index.js';
import {
  AnalogBoard,
  type BoardParts,
  type BoardProfile,
  type BoardUse,
  boardProfile,
  drawParts,
  nominalCalibration,
  nominalParts,
  randomTaps,
  rateOfLearning,
} from '../../devices/boards/index.js';
import { BoardClient, type BoardClientOptions, describeBoardEvent } from '../../drivers/board/index.js';
import { SerialTransport, TcpTransport, type Transport } from '../../drivers/transport/index.js';
import { InProcessTransport, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { SimulatedBoard, SolvedBoard } from '../../solver/board/index.js';
import type { BoardConfig } from '../schema/board-config.js';
import type { RunConfig } from '../schema/run-config.js';
import type { Composition } from './composition.js';

/** The parts of a simulated or virtual board that a configuration describes. */
export function boardParts(config: BoardConfig, seed: number): BoardParts {
  const profile = boardProfile(config.profile);
  if (config.parts === 'nominal') return nominalParts(profile);
  const { mismatch } = config;
  return drawParts(profile, config.partsSeed ?? seed, mismatch === undefined ? {} : { mismatch });
}

/** A virtual board whose analog side is solved. */
export function virtualBoard(parts: BoardParts, seed: number): VirtualBoard {
  return new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed });
}

/** The line to a board: `virtual`, tcp://host:port, or a serial port. */
export function boardTransport(config: BoardConfig, seed: number): Transport {
  const { device } = config;
  if (device === 'virtual') return new InProcessTransport(virtualBoard(boardParts(config, seed), seed));
  return device.startsWith('tcp:') ? TcpTransport.of(device) : new SerialTransport(device);
}

/** Inputs and outputs that data need of a board. @throws OhmpropError `board.data` if it has too few */
export function useFor(profile: BoardProfile, size: { inputs: number; outputs: number }): BoardUse {
  // Two classes are told apart by the sign of one output, or of the difference of a pair.
  const outputs = size.outputs > 2 ? size.outputs : profile.differential ? 2 : 1;
  if (
    size.inputs > profile.inputs ||
    outputs > profile.outputs ||
    (profile.differential && size.outputs > 2)
  ) {
    throw inputError(
      'board.data',
      `data of ${size.inputs} features and ${size.outputs} classes do not fit a ${profile.name} board, which takes ${profile.inputs} features and ${profile.differential ? 2 : profile.outputs} classes`,
    );
  }
  return { inputs: size.inputs, outputs };
}

/** Opens the board that a configuration describes and puts it at its start. */
export async function composeBoard(
  network: BoardConfig,
  config: RunConfig,
  size: { inputs: number; outputs: number },
): Promise<Composition> {
  const profile = boardProfile(network.profile);
  const use = useFor(profile, size);
  if (config.training.particles) {
    throw inputError(
      'config.particles',
      'training.particles: a board reads only its outputs in a step, so that there are no hidden states to keep; leave it out',
    );
  }
  const beta = readQuantity(config.training.beta, 'S', 'training.beta');
  const beta_S = beta.hadUnit ? beta.value : beta.value * profile.nudgeConductance_S;
  const learning = [config.training.conductanceRates].flat();
  const [hidden, output] = [learning[0], learning[1] ?? learning[0]];
  const { device, client } = await openBoard(network, config.seed, use);
  return {
    device,
    rates: {
      g1: rateOfLearning(profile, hidden, beta_S),
      g2: rateOfLearning(profile, output, beta_S),
    },
    beta: beta_S,
    betaUnit: profile.nudgeConductance_S,
    ...(client === undefined
      ? {}
      : {
          identity: {
            line: client.transport.name,
            serial: client.identity,
            firmware: client.description.firmware,
            boots: client.description.boots,
            calibration: 'nominal',
          },
          liveFigures: () => {
            const { retries, crcErrors, framingErrors } = client.counts;
            return `${crcErrors + framingErrors} link errors, ${retries} retries`;
          },
        }),
  };
}

async function openBoard(
  network: BoardConfig,
  seed: number,
  use: BoardUse,
): Promise<{ device: AnalogBoard; client?: BoardClient }> {
  const profile = boardProfile(network.profile);
  const options = {
    calibration: nominalCalibration(profile),
    clip: network.clip,
    updates: network.updates,
    stepObserves: 'outputs',
  } as const;
  const start = randomTaps(profile, seed);
  if (network.device === 'simulated-board') {
    const parts = boardParts(network, seed);
    const reads = network.reads === undefined ? {} : { reads: network.reads };
    const twin = new SimulatedBoard({ parts, use, seed, ...reads });
    await twin.writeTaps(start);
    const name = `simulated ${profile.name} board, ${parts.name}`;
    return { device: new AnalogBoard(twin, { ...options, name }) };
  }
  const lineOptions: BoardClientOptions = {
    use,
    onEvent: (event) => process.stderr.write(`${network.device}: ${describeBoardEvent(event)}\n`),
    ...(network.reads === undefined ? {} : { reads: network.reads }),
  };
  const client = await BoardClient.open(boardTransport(network, seed), lineOptions);
  try {
    if (client.profile !== profile) {
      throw inputError(
        'board.profile',
        `${network.device}: this is a ${client.profile.name} board, the run is for a ${profile.name} board; say --board ${client.profile.name}`,
      );
    }
    await client.setLastUpdate(0);
    await client.writeTaps(start);
    return { device: new AnalogBoard(client, options), client };
  } catch (error) {
    await client.close();
    throw error;
  }
}
