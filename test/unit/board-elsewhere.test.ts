import { beforeEach, describe, expect, it } from 'vitest';
import { drawParts, referenceBoard } from '../../devices/boards/index.js';
import { BoardClient, BoardElsewhere, rememberBoard } from '../../drivers/board/index.js';
import { TcpTransport } from '../../drivers/transport/index.js';
import { serveOnTcp, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { LineBoard } from '../../experiments/composition/line-board.js';
import { SolvedBoard } from '../../solver/board/index.js';
import { scratch } from '../scratch.js';

// A machine with ports that come and go, none of them real.

const ports = new Map<string, string>();
let asked: string[] = [];
const around = {
  list: async () => [...ports.keys()].map((path) => ({ path, description: '', vendorId: '0403' })),
  ask: async (path: string) => {
    asked.push(path);
    return ports.get(path);
  },
};

beforeEach(() => {
  process.env.OHMPROP_LAB = scratch('lab');
  ports.clear();
  asked = [];
});

describe('a board that a session has lost', () => {
  it('is found at a port that was not there before; what was there all along is left alone', async () => {
    ports.set('/dev/ttyX0', 'A1').set('/dev/ttyX1', 'B2').set('/dev/ttyX7', 'an instrument');
    const elsewhere = new BoardElsewhere('A1', around);
    expect(await elsewhere.find('/dev/ttyX0')).toBeUndefined();
    ports.delete('/dev/ttyX0');
    expect(await elsewhere.find('/dev/ttyX0')).toBeUndefined();
    ports.set('/dev/ttyX2', 'A1');
    expect(await elsewhere.find('/dev/ttyX0')).toBe('/dev/ttyX2');
    expect(asked).toEqual(['/dev/ttyX2']);
  });

  it('is found where two boards have changed places', async () => {
    ports.set('/dev/ttyX0', 'A1').set('/dev/ttyX1', 'B2');
    const elsewhere = new BoardElsewhere('A1', around);
    await elsewhere.find('/dev/ttyX0');
    ports.clear();
    await elsewhere.find('/dev/ttyX0');
    ports.set('/dev/ttyX0', 'B2').set('/dev/ttyX1', 'A1');
    expect(await elsewhere.find('/dev/ttyX0')).toBe('/dev/ttyX1');
  });

  it('is not sought again and again behind a port that is not its own', async () => {
    const elsewhere = new BoardElsewhere('A1', around);
    await elsewhere.find('/dev/ttyX0');
    ports.set('/dev/ttyX3', 'an oscilloscope');
    for (let look = 0; look < 10; look++) await elsewhere.find('/dev/ttyX0');
    expect(asked).toHaveLength(3);
  });

  it('is found where another command has had it since, on TCP too', async () => {
    const board = {
      serial: 'A1',
      profile: referenceBoard,
      firmware: '2.0.0',
      ...{ boots: 1, pulses: 0, lastUpdate: 0, tapsAtStart: 'kept' },
    };
    await rememberBoard('tcp://bench:4000', board as never);
    const ask = async (address: string) => (address === 'tcp://bench:4000' ? 'A1' : undefined);
    expect(await new BoardElsewhere('A1', { ...around, ask }).find('tcp://bench:3000')).toBe(
      'tcp://bench:4000',
    );
    expect(await new BoardElsewhere('A1', { ...around, ask }).find('tcp://bench:4000')).toBeUndefined();
  });

  it('is sought nowhere where it has no number of its own', async () => {
    const elsewhere = new BoardElsewhere('', around);
    await elsewhere.find('/dev/ttyX0');
    ports.set('/dev/ttyX2', '');
    expect(await elsewhere.find('/dev/ttyX0')).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('is found by another process at a port that was not there when this machine had it last', async () => {
    const board = {
      serial: 'A1',
      profile: referenceBoard,
      firmware: '2.0.0',
      ...{ boots: 1, pulses: 0, lastUpdate: 0, tapsAtStart: 'kept' },
    };
    ports.set('/dev/ttyX0', 'A1').set('/dev/ttyX1', 'an instrument');
    await rememberBoard('/dev/ttyX0', board as never, around.list);
    ports.delete('/dev/ttyX0');
    ports.set('/dev/ttyX2', 'A1');
    expect(await new BoardElsewhere('A1', around).find('/dev/ttyX0')).toBeUndefined();
    expect(await new BoardElsewhere('A1', around, 'seen').find('/dev/ttyX0')).toBe('/dev/ttyX2');
    expect(asked).toEqual(['/dev/ttyX2']);
  });
});

it('a board found elsewhere under the same number that has done something else is not written to', async () => {
  const [one, twin] = [1, 1].map((seed) => {
    const parts = drawParts(referenceBoard, 1);
    return new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed });
  });
  const [lost, found] = [await serveOnTcp(one, { port: 0 }), await serveOnTcp(twin, { port: 0 })];
  const board = await LineBoard.open({
    openClient: (address) => BoardClient.open(TcpTransport.of(address ?? lost.address)),
    elsewhere: () => ({ find: async () => found.address }),
  });
  for (const id of [1, 2]) await board.moveTaps(id, new Int16Array(referenceBoard.pots).fill(512));
  await lost.close();
  await expect(board.reopen()).rejects.toThrow(
    /calls itself V0000001 as well, but its last update is 0, not 2/,
  );
  // The same one, moved, has.
  const other = await BoardClient.open(TcpTransport.of(found.address));
  await other.setLastUpdate(2);
  await other.close();
  await board.reopen();
  expect(twin.wiperSteps).toBe(0);
  await board.close();
  await found.close();
});
