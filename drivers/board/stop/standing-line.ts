import { SerialTransport, TcpTransport, type Transport } from '../../transport/index.js';

/** Whether a name can only be that of a board that is there: tcp://host:port, serial:NUMBER, a path, COM3. */
export function isLineAddress(name: string): boolean {
  return /[/\\]|^(tcp|serial):|^COM\d+$/i.test(name);
}

/**
 * The line to a board that is there; nothing is opened. What finds a board by its number is loaded where it is asked for.
 * @throws OhmpropError `board.name` where there can be no such line
 */
export async function standingLine(address: string): Promise<Transport> {
  if (address.startsWith('serial:')) {
    const { NumberedBoardTransport } = await import('../index.js');
    return new NumberedBoardTransport(address);
  }
  return address.startsWith('tcp:') ? TcpTransport.of(address) : new SerialTransport(address);
}
