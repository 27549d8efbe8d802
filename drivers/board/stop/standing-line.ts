import { SerialTransport, TcpTransport, type Transport } from '../../transport/index.js';

/** Whether a name can only be that of a board that is there: tcp://host:port, serial:NUMBER, a path, COM3. */
export function isLineAddress(name: string): boolean {
  return /[/\\]|^(tcp|serial):|^COM\d+$/i.test(name);
}

/** The line to a board on a port or over TCP; nothing is opened. @throws OhmpropError where there can be no such line */
export function standingLine(address: string): Transport {
  return address.startsWith('tcp:') ? TcpTransport.of(address) : new SerialTransport(address);
}
