import { AnalogBoard, type AnalogBoardOptions, nominalCalibration } from '../../devices/boards/index.js';
import type { Transport } from '../transport/index.js';
import { BoardClient, type BoardClientOptions } from './board-client.js';

export interface BoardDeviceOptions extends BoardClientOptions {
  readonly device?: Partial<AnalogBoardOptions>;
}

/** A board on a line as an `AnalogDevice`; `client` speaks the protocol to it. */
export class BoardDevice extends AnalogBoard {
  private constructor(
    readonly client: BoardClient,
    options: Partial<AnalogBoardOptions>,
  ) {
    super(client, { calibration: nominalCalibration(client.profile), ...options });
  }

  /** @throws OhmpropError when nothing answers, or what answers is not a board that this driver knows */
  static async open(transport: Transport, options: BoardDeviceOptions = {}): Promise<BoardDevice> {
    const client = await BoardClient.open(transport, options);
    return new BoardDevice(client, options.device ?? {});
  }
}
