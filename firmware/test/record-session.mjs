// Records session.txt, which a second simulator has to answer alike: `npm run build && node firmware/test/record-session.mjs`.
// No circuit is there: whatever the bus reads are the bytes of one generator (firmware/test/simavr.c has the same), so that readings, contrast
// and steps come out of the firmware's arithmetic alone.
import { writeFileSync } from 'node:fs';
import { nominalParts, referenceBoard } from '../../dist/devices/boards/index.js';
import { BoardLink, operations, PayloadWriter } from '../../dist/drivers/board/index.js';
import { InProcessTransport, VirtualBoard } from '../../dist/drivers/virtual-board/index.js';
import { SolvedBoard } from '../../dist/solver/board/index.js';

const parts = nominalParts(referenceBoard);
const virtual = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 });
let noise = 1;
virtual.core.spi.onTransfer = () => {
  noise = (Math.imul(noise, 1_103_515_245) + 12_345) >>> 0;
  return noise >>> 24;
};
const line = new InProcessTransport(virtual);
const text = ['# what a host says to a reference board and hears from it; see record-session.mjs'];
const hex = (bytes) => Buffer.from(bytes).toString('hex');
let started = false;
let last;
line.onData((bytes) => {
  if (started) for (let at = 0; at < bytes.length; at += 50) text.push(`< ${hex(bytes.slice(at, at + 50))}`);
});
const write = line.write.bind(line);
line.write = (bytes) => {
  started = true;
  last = bytes.slice();
  text.push(`> ${hex(bytes)}`);
  return write(bytes);
};
await line.open();
// The board has started and said so.
virtual.advance(0.25);
await new Promise((done) => setTimeout(done, 50));

const link = new BoardLink(line, 0x0151a703);
const bytes = (fill) => fill(new PayloadWriter()).done;
const ask = (operation, fill = (p) => p) => link.request(operation, bytes(fill), 2);
const configure = (inputs, outputs, reads) =>
  ask(operations.configure, (p) => p.u8(inputs).u8(outputs).u8(reads).u8(1).u16(200));
const readTaps = async () => {
  for (const [from, count] of [
    [0, 80],
    [80, 4],
  ])
    await ask(operations.readTaps, (p) => p.u8(from).u8(count));
};
const readContrast = async () => {
  for (const [from, count] of [
    [0, 60],
    [60, 24],
  ])
    await ask(operations.readContrast, (p) => p.u8(from).u8(count));
};
/** @param flags 1 last part, 2 all nodes, 4 hash, 8 taps */
const step = (id, part, flags, count, [inputs, outputs], gain, clip = 4) =>
  ask(operations.step, (p) => {
    p.u32(id).u8(part).u8(flags).u8(count).u8(clip).u16(-768).u16(768).u32(gain).u32(gain >>> 1);
    for (let n = 0; n < count; n++) {
      p.i16s(Array.from({ length: inputs }, (_, i) => ((id * 977 + n * 331 + i * 1223) % 3500) - 1750));
      p.i16s(Array.from({ length: outputs }, (_, k) => ((n + k + id) % 2 === 0 ? 150 : -150)));
    }
    return p;
  });

await ask(operations.hello);
await configure(4, 3, 8);
await ask(operations.arm, (p) => p.u8(1).u16(20_000));
await ask(operations.ping, (p) => p.raw(Array.from({ length: 200 }, (_, i) => (i * 37) & 255)));
for (const [from, count] of [
  [0, 79],
  [79, 5],
]) {
  await ask(operations.writeTaps, (p) => {
    p.u8(from).u8(count);
    for (let e = from; e < from + count; e++) p.u8(40 + ((e * 29) % 200)).u16(((e * 53) % 201) - 100);
    return p;
  });
}
await readTaps();
await ask(operations.moveTaps, (p) =>
  p
    .u32(1)
    .u8(0)
    .u8(84)
    .i16s(Array.from({ length: 84 }, (_, e) => ((e * 997) % 2049) - 1024)),
);
await step(2, 0, 2, 2, [4, 3], 0);
await step(2, 1, 1 | 2 | 4 | 8, 3, [4, 3], 20_000);
await readContrast();
// A retry, byte for byte, is answered alike.
await line.write(last);
await step(3, 0, 1 | 4 | 8, 15, [4, 3], 3_300_000, 2);
await line.write(last);
await new Promise((done) => setTimeout(done, 300));
await step(4, 0, 1 | 4, 1, [4, 3], 400);
await readTaps();
await configure(2, 1, 1);
await step(5, 0, 1 | 4 | 8, 4, [2, 1], 100_000);
await ask(operations.connect, (p) => p.raw([0xff, 0x0f, 0xf0, 0x55, 0xaa, 0x00, 0xff, 0x13, 0x37, 0xff, 0x07]));
await step(6, 0, 1 | 4 | 8, 4, [2, 1], 1_000_000, 7);
await readTaps();
await readContrast();
await ask(operations.setUpdate, (p) => p.u32(77));
await ask(operations.arm, (p) => p.u8(0).u16(0));
link.detach();
await line.close();
writeFileSync(new URL('session.txt', import.meta.url), `${text.join('\n')}\n`);
