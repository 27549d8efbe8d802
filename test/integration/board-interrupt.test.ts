import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { drawParts, referenceBoard } from '../../devices/boards/index.js';
import { BoardClient } from '../../drivers/board/index.js';
import { TcpTransport } from '../../drivers/transport/index.js';
import { serveOnTcp, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { SolvedBoard } from '../../solver/board/index.js';
import { mainFile } from './command-line.js';

describe('Ctrl-C while a command works on a board', () => {
  it('stops it, puts the taps back, keeps its last update, leaves it disarmed and exits with 130', async () => {
    const parts = drawParts(referenceBoard, 1);
    const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 });
    const served = await serveOnTcp(board, { port: 0 });
    const taps = Uint8Array.from({ length: 84 }, (_, e) => 40 + e);
    const learned = { taps, residuals: new Int16Array(84).fill(7) };
    const run = await BoardClient.open(TcpTransport.of(served.address));
    await run.writeTaps(learned);
    await run.setLastUpdate(12);
    await run.close();

    const args = ['board', 'sweep', served.address, '--pot', '3', '--points', '240'];
    const child = spawn(process.execPath, [mainFile, ...args], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    // Its first drive: the sweep is under way.
    while (!board.analog.source_V.subarray(0, 8).some((v) => Math.abs(v) > 1)) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    child.kill('SIGINT');
    expect(await ended).toBe(130);

    const after = await BoardClient.open(TcpTransport.of(served.address));
    expect(await after.readTaps()).toEqual(learned);
    expect(await after.status()).toMatchObject({ armed: false, lastUpdate: 12 });
    await after.close();
    await served.close();
  });
});
