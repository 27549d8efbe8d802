import { describe, expect, it } from 'vitest';
import { lineText, readInstrumentAddress } from '../../drivers/instruments/index.js';

describe('addresses of instruments', () => {
  it('say what is there and where', () => {
    const good: [string, string, string][] = [
      ['arc-one:/dev/ttyACM0', 'arc-one', '/dev/ttyACM0'],
      ['arc-one:tcp://localhost:5000', 'arc-one', 'tcp://localhost:5000'],
      ['arc-one:COM3', 'arc-one', 'COM3'],
      ['smu:tcp://192.168.1.5:5025', 'smu', 'tcp://192.168.1.5:5025'],
      ['smu:tcp://[::1]:5025', 'smu', 'tcp://[::1]:5025'],
      ['smu:/dev/serial/by-id/usb-Prolific', 'smu', '/dev/serial/by-id/usb-Prolific'],
      ['smu:usbtmc:/dev/usbtmc0', 'smu', 'usbtmc:/dev/usbtmc0'],
      ['usbtmc:/dev/usbtmc0', 'smu', 'usbtmc:/dev/usbtmc0'],
      ['smu:gpib:/dev/ttyUSB0,24', 'smu', 'gpib:/dev/ttyUSB0,24'],
      ['gpib:tcp://adapter:1234,0', 'smu', 'gpib:tcp://adapter:1234,0'],
    ];
    for (const [text, kind, line] of good) {
      const read = readInstrumentAddress(text);
      expect([read.kind, lineText(read.line), read.text], text).toEqual([kind, line, `${kind}:${line}`]);
      expect(readInstrumentAddress(read.text)).toEqual(read);
    }
  });

  it('are refused with what to write instead', () => {
    const bad: [string, RegExp][] = [
      ['', /say what is there/],
      ['/dev/ttyUSB0', /arc-one:\/dev\/ttyUSB0 or smu:\/dev\/ttyUSB0/],
      ['tcp://here:5025', /smu:tcp:\/\/here:5025/],
      ['arcone:/dev/ttyACM0', /did you mean arc-one:\/dev\/ttyACM0\?/],
      ['smu:', /no line is named/],
      ['smu:ttyUSB0', /is no port/],
      ['smu:tcp://here', /no TCP address/],
      ['smu:tcp://here:70000', /no TCP address/],
      ['smu:gpib:/dev/ttyUSB0', /gpib: takes/],
      ['smu:gpib:/dev/ttyUSB0,31', /0 to 30/],
      ['smu:usbtmc:usbtmc0', /usbtmc:\/dev\/usbtmc0/],
      ['arc-one:gpib:/dev/ttyUSB0,3', /serial port/],
    ];
    for (const [text, said] of bad) expect(() => readInstrumentAddress(text), text).toThrow(said);
  });
});
