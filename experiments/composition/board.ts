import { type ReadBoardFile, readBoardFile } from '../../calibration/boards/index.js';
import { inputError } from '../../core/index.js';
import {
  AnalogBoard,
  type AnalogBoardOptions,
  type BoardProfile,
  type BoardUse,
  boardProfile,
  nominalCalibration,
  rateOfLearning,
} from '../../devices/boards/index.js';
import type { Rates } from '../../devices/contract/index.js';
import {
  BoardClient,
  type BoardClientOptions,
  BoardElsewhere,
  type BoardMask,
  keptMask,
  maskText,
  readMask,
  rememberBoard,
} from '../../drivers/board/index.js';
import type { Transport } from '../../drivers/transport/index.js';
import { SimulatedBoard } from '../../solver/board/index.js';
import type { BoardConfig, RunConfig } from '../schema/index.js';
import { calibrationFor, calibrationOfRun, readOwnCalibration } from './board-calibration.js';
import { BoardEventSource, boardHardware } from './board-hardware.js';
import { checkBoardName, isMadeBoard, isSimulatedBoard, twinFile } from './board-name.js';
import { boardParts, boardTransport } from './board-parts.js';
import type { Composition, Hardware, Opening } from './composition.js';
import { hardwareSeedOf } from './hardware-seed.js';
import { LineBoard } from './line-board.js';
import { readBeta } from './training-numbers.js';

/** What a run needs of a board. */
export interface DescribedBoard {
  readonly profile: BoardProfile;
  readonly use: BoardUse;
  readonly lifetime: Hardware['lifetime'];
  readonly options: AnalogBoardOptions;
  /** By parameter group, S²/V². */
  readonly rates: Rates;
  readonly beta_S: number;
}

/**
 * Works out what a run needs of the board that a configuration names; opens nothing.
 * @param known what was measured of its parts
 * @throws OhmpropError `board.name`, `board.data`, `config.particles`, or of the quantity that β is
 */
export function describeBoard(
  network: BoardConfig,
  config: RunConfig,
  size: { inputs: number; outputs: number },
  known?: ReadBoardFile,
): DescribedBoard {
  checkBoardName(network.device);
  const profile = boardProfile(network.profile);
  const use = useFor(profile, size);
  if (config.training.particles) {
    throw inputError(
      'config.particles',
      'training.particles: a board reads only its outputs in a step, so that there are no hidden states to keep; leave it out',
    );
  }
  const beta_S = readBeta(config.training.beta, 'S', profile.nudgeConductance_S);
  if (beta_S === 'auto') {
    throw inputError(
      'config.beta',
      'training.beta: a board steps by its β, so that none is chosen for it; give --beta in volts a volt of error, for instance 3',
    );
  }
  const learning = [config.training.conductanceRates].flat();
  const [hidden, output] = [learning[0], learning[1] ?? learning[0]];
  return {
    profile,
    use,
    lifetime: isMadeBoard(network.device) ? 'made-for-this' : 'persistent',
    options: {
      calibration: known?.parts.calibration ?? nominalCalibration(profile),
      clip: network.clip,
      updates: network.updates,
      stepObserves: 'outputs',
    },
    rates: {
      g1: rateOfLearning(profile, hidden, beta_S),
      g2: rateOfLearning(profile, output, beta_S),
    },
    beta_S,
  };
}

/** Opens the board that a configuration describes and touches nothing on it. */
export async function composeBoard(
  network: BoardConfig,
  config: RunConfig,
  size: { inputs: number; outputs: number },
  opening: Opening = {},
): Promise<Composition> {
  checkBoardName(network.device);
  const twin = twinFile(network.device);
  const calibration = twin === undefined ? undefined : await twinOf(network, twin, opening);
  const of = (known: ReadBoardFile | undefined) =>
    describeBoard(
      {
        ...network,
        ...(known === undefined ? {} : { profile: known.file.profile as BoardConfig['profile'] }),
      },
      config,
      size,
      known,
    );
  const opened = isSimulatedBoard(network.device)
    ? await openSimulated(network, hardwareSeedOf(config), of(calibration), calibration)
    : await openLine(network, hardwareSeedOf(config), of, opening);
  const { device, hardware, described, warnings } = opened;
  return {
    device,
    hardware,
    warnings,
    rates: described.rates,
    beta: described.beta_S,
    betaUnit: described.profile.nudgeConductance_S,
  };
}

/** Inputs and outputs that data need of a board. @throws OhmpropError `board.data` if it has too few */
function useFor(profile: BoardProfile, size: { inputs: number; outputs: number }): BoardUse {
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

interface OpenedBoard {
  readonly device: AnalogBoard;
  readonly hardware: Hardware;
  /** By what it turned out to be. */
  readonly described: DescribedBoard;
  readonly warnings: readonly string[];
}

/** The calibration that a twin is made of. @throws OhmpropError `board.profile` where the run is for another board */
async function twinOf(
  network: BoardConfig,
  path: string,
  { ownCalibration: own }: Opening,
): Promise<ReadBoardFile> {
  const isOwn = own !== undefined && own.device === network.device;
  const calibration = isOwn ? await readOwnCalibration(own) : await readBoardFile(path);
  const { profile } = calibration;
  if (profile.firmware === boardProfile(network.profile).firmware) return calibration;
  throw inputError(
    'board.profile',
    `${network.device}: this is the twin of a ${profile.name} board, the run is for a ${network.profile} board; say --board ${profile.name}`,
  );
}

async function openSimulated(
  network: BoardConfig,
  seed: number,
  described: DescribedBoard,
  calibration: ReadBoardFile | undefined,
): Promise<OpenedBoard> {
  const { profile, use, lifetime, options } = described;
  const parts = calibration?.parts ?? boardParts(network, seed);
  const twin = new SimulatedBoard({ parts, use, seed, ...readsOf(network) });
  const name = `simulated ${profile.name} board, ${parts.name}`;
  const events = new BoardEventSource(network.device);
  const device = new AnalogBoard(twin, { ...options, name, onWrite: events.written });
  const hardware = boardHardware(device, lifetime, events, undefined, calibration);
  return { device, hardware, described, warnings: [] };
}

async function openLine(
  network: BoardConfig,
  seed: number,
  of: (known: ReadBoardFile | undefined) => DescribedBoard,
  { lineLog, sought, ownCalibration }: Opening,
): Promise<OpenedBoard> {
  const { profile, use, lifetime } = of(undefined);
  const events = new BoardEventSource(network.device);
  // A board that is made for this is made once, however often its line is opened.
  const made = isMadeBoard(network.device) ? boardTransport(network, seed, lineLog) : undefined;
  const board = await LineBoard.open({
    openClient: (address) => {
      const there = address === undefined ? network : { ...network, device: address };
      return openClient(there, profile, made ?? boardTransport(there, seed, lineLog), {
        use,
        onEvent: events.take,
        ...(network.watchdog === undefined ? {} : { watchdog_ms: Math.round(1000 * network.watchdog) }),
        ...(network.boardPatience ? { patience_seconds: network.boardPatience } : {}),
        ...readsOf(network),
      });
    },
    elsewhere: (serial, since) => new BoardElsewhere(serial, {}, since),
    onMoved: events.moved,
    ...(sought === undefined || made !== undefined ? {} : { sought: { serial: sought, at: network.device } }),
  });
  try {
    const about = { serial: board.identity, firmware: board.profile.firmware };
    const { calibration, warnings } =
      ownCalibration === undefined
        ? await calibrationFor(network.calibration, about)
        : await calibrationOfRun(ownCalibration, about);
    // What was measured knows what the firmware cannot tell.
    board.takeFor(calibration?.profile ?? profile);
    const described = of(calibration);
    const mask = await maskFor(network, board);
    const masked = new Set(mask?.pots.map(({ pot }) => pot));
    board.leaveAlone(masked);
    const device = new AnalogBoard(board, { ...described.options, masked, onWrite: events.written });
    const hardware = boardHardware(device, lifetime, events, board, calibration, readsOf(network), masked);
    return {
      device,
      hardware: masked.size === 0 ? hardware : withMask(hardware, masked),
      described,
      warnings: mask === undefined || masked.size === 0 ? warnings : [...warnings, maskText(mask)],
    };
  } catch (error) {
    await board.close();
    throw error;
  }
}

/** Pots that a run leaves alone: those of the file that was named, else those kept of the board; of one made for it none. */
async function maskFor({ mask, device }: BoardConfig, board: LineBoard): Promise<BoardMask | undefined> {
  if (mask === 'none') return undefined;
  if (mask !== undefined) return readMask(mask, board.identity, board.profile);
  return isMadeBoard(device) ? undefined : keptMask(board.identity, board.profile);
}

/** The manifest and the report say which. */
function withMask(hardware: Hardware, masked: ReadonlySet<number>): Hardware {
  return { ...hardware, identity: { ...hardware.identity, maskedPots: [...masked].join(', ') } };
}

async function openClient(
  network: BoardConfig,
  profile: BoardProfile,
  transport: Transport,
  options: BoardClientOptions,
): Promise<BoardClient> {
  const client = await BoardClient.open(transport, options);
  await rememberBoard(client.transport.address, client.description);
  if (client.profile.firmware === profile.firmware) return client;
  await client.close();
  throw inputError(
    'board.profile',
    `${network.device}: this is a ${client.profile.name} board, the run is for a ${profile.name} board; say --board ${client.profile.name}`,
  );
}

function readsOf({ reads }: BoardConfig): { reads?: NonNullable<BoardConfig['reads']> } {
  return reads === undefined ? {} : { reads };
}
