import { numberSetting, type ScpiSetting, switchSetting, wordSetting } from './scpi-settings.js';

// Keithley, "Series 2400 SourceMeter User's Manual", 2400S-900-01 Rev. K (2011), tables 18-2 to 18-10: commands, ranges, and what
// *RST leaves; where pymeasure's test with a real device says otherwise (source delay), that.

const sense = (name: string, unit: string, range: number, protection?: [initial: number, most: number]) => [
  numberSetting(`sense.${name}.range`, `SENSe[1]:${unit}[:DC]:RANGe[:UPPer]`, range, [-2.2e8, 2.2e8]),
  switchSetting(`sense.${name}.auto`, `SENSe[1]:${unit}[:DC]:RANGe[:UPPer]:AUTO`, 1),
  numberSetting(`nplc`, `SENSe[1]:${unit}[:DC]:NPLCycles`, 1, [0.01, 10]),
  ...(protection === undefined
    ? []
    : [
        numberSetting(`protection.${name}`, `SENSe[1]:${unit}[:DC]:PROTection[:LEVel]`, protection[0], [
          -protection[1],
          protection[1],
        ]),
      ]),
];

const source = (name: string, unit: string, most: number, range: number) => [
  numberSetting(`source.${name}`, `SOURce[1]:${unit}[:LEVel][:IMMediate][:AMPLitude]`, 0, [-most, most]),
  numberSetting(`source.${name}.range`, `SOURce[1]:${unit}:RANGe`, range, [-most, most]),
  switchSetting(`source.${name}.auto`, `SOURce[1]:${unit}:RANGe:AUTO`, 1),
  wordSetting(`source.${name}.mode`, `SOURce[1]:${unit}:MODE`, ['FIXed', 'LIST', 'SWEep']),
];

const layer = (name: string, sources: string[], events: string[]) => [
  numberSetting(`${name}.count`, `${name}:COUNt`, 1, [1, 2500], true),
  wordSetting(`${name}.source`, `${name}:SOURce`, sources),
  wordSetting(`${name}.output`, `${name}:OUTPut`, events),
  numberSetting(`${name}.iline`, `${name}:ILINe`, 1, [0, 4], true),
  numberSetting(`${name}.oline`, `${name}:OLINe`, 2, [0, 4], true),
  wordSetting(`${name}.direction`, `${name}:DIRection`, ['ACCeptor', 'SOURce']),
];

/** Everything of a 2400 that is set by one header and asked for by the same. */
export const settings2400: readonly ScpiSetting[] = [
  switchSetting('output', 'OUTPut[1][:STATe]', 0),
  wordSetting('output.mode', 'OUTPut[1]:SMODe', ['NORMal', 'HIMPedance', 'ZERO', 'GUARd']),
  switchSetting('output.interlock', 'OUTPut[1]:INTerlock:STATe', 0),
  wordSetting('terminals', 'ROUTe:TERMinals', ['FRONt', 'REAR']),
  wordSetting('source.function', 'SOURce[1]:FUNCtion[:MODE]', ['VOLTage', 'CURRent', 'MEMory']),
  switchSetting('source.clear', 'SOURce[1]:CLEar:AUTO', 0),
  numberSetting('source.delay', 'SOURce[1]:DELay', 0.001, [0, 9999.999]),
  switchSetting('source.delay.auto', 'SOURce[1]:DELay:AUTO', 1),
  numberSetting('source.protection', 'SOURce[1]:VOLTage:PROTection[:LEVel]', 210, [20, 210]),
  ...source('voltage', 'VOLTage', 210, 21),
  ...source('current', 'CURRent', 1.05, 1.05e-4),
  switchSetting('concurrent', 'SENSe[1]:FUNCtion:CONCurrent', 1),
  ...sense('current', 'CURRent', 1.05e-4, [1.05e-4, 1.05]),
  ...sense('voltage', 'VOLTage', 21, [21, 210]),
  ...sense('resistance', 'RESistance', 2.1e5),
  wordSetting('resistance.mode', 'SENSe[1]:RESistance:MODE', ['AUTO', 'MANual']),
  switchSetting('filter', 'SENSe[1]:AVERage[:STATe]', 0),
  numberSetting('filter.count', 'SENSe[1]:AVERage:COUNt', 10, [1, 100], true),
  wordSetting('filter.kind', 'SENSe[1]:AVERage:TCONtrol', ['REPeat', 'MOVing']),
  ...layer('TRIGger', ['IMMediate', 'TLINk'], ['NONE', 'SOURce', 'DELay', 'SENSe']),
  numberSetting('TRIGger.delay', 'TRIGger:DELay', 0, [0, 999.9999]),
  ...layer(
    'ARM',
    ['IMMediate', 'TLINk', 'TIMer', 'MANual', 'BUS', 'NSTest', 'PSTest', 'BSTest'],
    ['NONE', 'TENTer', 'TEXit'],
  ),
  numberSetting('ARM.timer', 'ARM:TIMer', 0.1, [0.001, 99999.99]),
  switchSetting('autozero', 'SYSTem:AZERo:STATe', 1, ['ONCE']),
  switchSetting('remote sense', 'SYSTem:RSENse', 0),
  numberSetting('line', 'SYSTem:LFRequency', 50, [50, 60], true),
  switchSetting('line.auto', 'SYSTem:LFRequency:AUTO', 1),
  switchSetting('beeper', 'SYSTem:BEEPer:STATe', 1),
  switchSetting('display', 'DISPlay:ENABle', 1),
  numberSetting('trace.points', 'TRACe:POINts', 100, [1, 2500], true),
  wordSetting('trace.control', 'TRACe:FEED:CONTrol', ['NEVer', 'NEXT']),
  wordSetting('trace.feed', 'TRACe:FEED', ['SENSe', 'CALCulate']),
  numberSetting('ese', '*ESE', 0, [0, 255], true),
  numberSetting('sre', '*SRE', 0, [0, 255], true),
];
