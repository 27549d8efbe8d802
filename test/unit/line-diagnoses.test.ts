import { describe, expect, it } from 'vitest';
import { BoardLink, operations } from '../../drivers/board/index.js';
import { speakerOf } from '../../drivers/exchange/speakers.js';
import { encodeFrame, FrameReader } from '../../drivers/framing/index.js';
import { portError } from '../../drivers/transport/port-errors.js';
import { otherUsersOf } from '../../drivers/transport/port-users.js';
import { ScriptedLine } from './scripted-line.js';

describe('a port that cannot be opened, by what each system says', () => {
  it.each([
    // serialport 13, bindings for Windows.
    ['Opening COM3: Access denied', 'line.in-use', /COM3: .*in use by another program, a serial monitor/],
    ['Opening COM9: File not found', 'line.not-there', /it is not there: "ohmprop board list"/],
    ['Opening COM9: Unknown error code 121', 'line.adapter', /unplug it, plug it in again/],
    ['Opening COM9: Unknown error code 31', 'line.adapter', /unplug it/],
    // Linux.
    ['Error: Permission denied, cannot open /dev/ttyUSB0', 'line.permission', /dialout/],
    ['Error: Error Resource temporarily unavailable Cannot lock port', 'line.in-use', /close that one/],
    ['Error: No such file or directory, cannot open /dev/ttyUSB9', 'line.not-there', /not there/],
    ['Error: Inappropriate ioctl for device, cannot open /tmp/notes', 'line.no-port', /no serial port/],
    ['Error: Input/output error, cannot open /dev/ttyUSB0', 'line.adapter', /unplug it/],
    // macOS.
    ['Error: Resource busy, cannot open /dev/cu.usbserial-10', 'line.in-use', /close that one/],
    ['Error setting custom baud rate of 500000', 'line.rate', /cannot do the rate/],
    ['something that nobody has seen', 'line.port', /look at the cable and at what else uses the port/],
  ])('%s', (said, code, message) => {
    const error = portError('COM3', new Error(said));
    expect(error).toMatchObject({ code, exitCode: 1 });
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/Error: Error/);
  });

  it('names who has it open', () => {
    const busy = new Error('Error Resource temporarily unavailable Cannot lock port');
    expect(portError('/dev/ttyUSB0', busy, ['minicom (process 4711)']).message).toMatch(
      /in use by another program: close that one \(minicom \(process 4711\)\)$/,
    );
  });

  it('names three of many, and nobody at a file that is no port', () => {
    const many = Array.from({ length: 9 }, (_, i) => `bash (process ${i})`);
    const busy = new Error('Error Resource temporarily unavailable Cannot lock port');
    expect(portError('/dev/ttyUSB0', busy, many).message).toMatch(/\(process 2\) and 6 more\)$/);
    const none = new Error('Error: Inappropriate ioctl for device, cannot open /dev/null');
    expect(portError('/dev/null', none, many).message).toMatch(/shows the ports that are$/);
  });

  it('finds nobody at a port that nobody has open, nor where there is no port', () => {
    expect(otherUsersOf('/dev/ttyNOTHERE')).toEqual([]);
  });
});

describe('what speaks on a line that is no board of ours', () => {
  it.each([
    ["Grbl 1.1f ['$' for help]\r\n", /Grbl/],
    ['+GCAP: +CGSM\r\nOK\r\n', /modem/],
    ['U-Boot 2021.01 (Jan 11 2021)\r\nHit any key to stop autoboot:  3 ', /console/],
    ['MicroPython v1.22.1 on 2024-01-05; Raspberry Pi Pico with RP2040\r\n>>> ', /Python prompt/],
    ['KEITHLEY INSTRUMENTS INC.,MODEL 2400,1234567,C30\r\n', /instrument that says who it is/],
    ['-113,"Undefined header"\r\n', /SCPI/],
    ['echo:Marlin 2.0.9\r\nok\r\n', /3D printer/],
    ['$GPGGA,123519,4807.038,N\r\n', /satellite receiver/],
  ])('%j', (text, who) => expect(speakerOf(Buffer.from(text))).toMatch(who));

  it('Firmata, whose names have zeros in them', () => {
    const report = [0xf9, 2, 5, 0xf0, 0x79, 2, 5, 0x53, 0, 0x74, 0, 0x64, 0, 0xf7];
    expect(speakerOf(Uint8Array.from(report))).toBe('Firmata');
  });

  it('nobody knows of noise, nor of words like any others', () => {
    expect(speakerOf(Uint8Array.of(1, 200, 3, 77))).toBeUndefined();
    // Every byte that Firmata's report has, as a line of another rate may bring them.
    const noise = [0x79, 0xf7, 0x12, 0xf9, 0x9c, 2, 0xf0, 0x33, 0x79, 0xf9, 2, 5, 0xf0, 0x79, 2, 0xd5, 0xf7];
    expect(speakerOf(Uint8Array.from(noise))).toBeUndefined();
    expect(speakerOf(Buffer.from('hello there'))).toBeUndefined();
  });

  it('is said by the request that got no answer', async () => {
    const line = new ScriptedLine((_, there) => there.comes(0, "Grbl 1.1f ['$' for help]\r\n"));
    const link = new BoardLink(line, 1, { patience_seconds: 2 });
    await expect(link.request(operations.hello)).rejects.toMatchObject({
      code: 'line.foreign',
      message: expect.stringMatching(/it says "Grbl 1\.1f.*: this is Grbl, which drives motors/),
    });
  });
});

describe('a second reader of the port', () => {
  it('is named where a request gets no answer', async () => {
    const reader = new FrameReader((frame) =>
      line.comes(0, encodeFrame({ ...frame, operation: frame.operation | 0x80 })),
    );
    let deaf = false;
    const line = new ScriptedLine((bytes) => {
      if (!deaf) reader.push(bytes);
    });
    const shared = Object.assign(line, { otherUsers: () => ['cat (process 4711)'] });
    const link = new BoardLink(shared, 1, { patience_seconds: 2 });
    await link.request(operations.ping);
    deaf = true;
    await expect(link.request(operations.ping)).rejects.toThrow(
      /cat \(process 4711\) has the port open too and takes what is meant for this program: close that one\. Otherwise look at cable/,
    );
  });
});
