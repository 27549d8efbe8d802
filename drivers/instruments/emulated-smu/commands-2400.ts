import type { Model2400 } from './model-2400.js';
import type { Work } from './processor.js';
import { ScpiError, scpiNumber } from './scpi-settings.js';
import { type ScpiCommand, scpiWord } from './scpi-text.js';

/** What a command does; work where it takes time. */
export type Action = (command: ScpiCommand) => Work | undefined;

/** Commands of a 2400 that are no plain settings: pattern, whether it is a query (either where undefined), what it does. */
export function commands2400(model: Model2400): [string, boolean | undefined, Action][] {
  const say = (text: () => string): Action => {
    return () => {
      model.answers.push(text());
      return undefined;
    };
  };
  const doing = (what: (command: ScpiCommand) => void): Action => {
    return (command) => {
      what(command);
      return undefined;
    };
  };
  const known = ['VOLTage', 'CURRent', 'RESistance'];
  const named = (parameters: readonly string[]): string[] =>
    parameters.map((text) => {
      const word = scpiWord(text.replace(/^["']|["']$/g, '').replace(/:DC$/i, ''), known);
      if (word === undefined) throw new ScpiError(-224, 'Illegal parameter value');
      return word;
    });
  const next = (): string => model.errors.shift() ?? '0,"No error"';
  return [
    ['*IDN', true, say(() => model.identity)],
    ['*OPC', true, say(() => '1')],
    ['*OPC', false, doing(() => {})],
    ['*WAI', false, doing(() => {})],
    ['*TST', true, say(() => '0')],
    ['*OPT', true, say(() => '0')],
    ['*ESR', true, say(() => '0')],
    ['*STB', true, say(() => String(model.errors.length > 0 ? 4 : 0))],
    [
      '*CLS',
      false,
      doing(() => {
        model.errors = [];
      }),
    ],
    [
      '*RST',
      false,
      doing(() => {
        model.reset();
      }),
    ],
    ['SYSTem:PRESet', false, doing(() => model.reset())],
    ['*TRG', false, doing(() => {})],
    ['SYSTem:ERRor[:NEXT]', true, say(next)],
    ['SYSTem:ERRor:COUNt', true, say(() => String(model.errors.length))],
    [
      'SYSTem:ERRor:ALL',
      true,
      say(() => {
        const all = model.errors.length === 0 ? next() : model.errors.join(',');
        model.errors = [];
        return all;
      }),
    ],
    [
      'SYSTem:CLEar',
      false,
      doing(() => {
        model.errors = [];
      }),
    ],
    ['SYSTem:VERSion', true, say(() => '1996.0')],
    [
      'SYSTem:TIME:RESet',
      false,
      doing(() => {
        model.start_seconds = model.clock.now_seconds();
      }),
    ],
    ['SYSTem:BEEPer[:IMMediate]', false, doing(() => {})],
    ['SYSTem:LOCal', false, doing(() => {})],
    ['SYSTem:REMote', false, doing(() => {})],
    [
      'FORMat:ELEMents[:SENSe]',
      false,
      doing(({ parameters }) => {
        const words = ['VOLTage', 'CURRent', 'RESistance', 'TIME', 'STATus'];
        const asked = parameters.map((text) => {
          const word = scpiWord(text, words);
          if (word === undefined) throw new ScpiError(-224, 'Illegal parameter value');
          return word;
        });
        if (asked.length === 0) throw new ScpiError(-109, 'Missing parameter');
        // Their order is the instrument's.
        model.elements = ['VOLT', 'CURR', 'RES', 'TIME', 'STAT'].filter((word) => asked.includes(word));
      }),
    ],
    ['FORMat:ELEMents[:SENSe]', true, say(() => model.elements.join(','))],
    [
      'FORMat[:DATA]',
      false,
      doing(({ parameters: [kind = ''] }) => {
        if (scpiWord(kind, ['ASCii']) === undefined) throw new ScpiError(-224, 'Illegal parameter value');
      }),
    ],
    ['FORMat[:DATA]', true, say(() => 'ASC')],
    [
      'SENSe[1]:FUNCtion[:ON]',
      false,
      doing(({ parameters }) => {
        if (parameters.length === 0) throw new ScpiError(-109, 'Missing parameter');
        const asked = named(parameters);
        if (model.get('concurrent') !== 1) model.functions.clear();
        for (const name of asked) model.functions.add(name);
      }),
    ],
    [
      'SENSe[1]:FUNCtion[:ON]:ALL',
      false,
      doing(() => {
        model.functions = new Set(['VOLT', 'CURR', 'RES']);
      }),
    ],
    [
      'SENSe[1]:FUNCtion:OFF',
      false,
      doing(({ parameters }) => {
        for (const name of named(parameters)) model.functions.delete(name);
      }),
    ],
    ['SENSe[1]:FUNCtion[:ON]', true, say(() => [...model.functions].map((one) => `"${one}:DC"`).join(','))],
    ['SENSe[1]:CURRent[:DC]:PROTection:TRIPped', true, say(() => String(Number(model.terminals.limited)))],
    ['SENSe[1]:VOLTage[:DC]:PROTection:TRIPped', true, say(() => '0')],
    [
      'SOURce[1]:CLEar[:IMMediate]',
      false,
      doing(() => {
        model.put('output', 0);
      }),
    ],
    [
      'SOURce[1]:LIST:VOLTage',
      false,
      doing(({ parameters }) => {
        model.list = listOf(parameters);
      }),
    ],
    [
      'SOURce[1]:LIST:VOLTage:APPend',
      false,
      doing(({ parameters }) => {
        const more = listOf(parameters);
        if (model.list.length + more.length > 2500) throw new ScpiError(-223, 'Too much data');
        model.list = [...model.list, ...more];
      }),
    ],
    ['SOURce[1]:LIST:VOLTage', true, say(() => model.list.map(scpiNumber).join(','))],
    ['SOURce[1]:LIST:VOLTage:POINts', true, say(() => String(model.list.length))],
    ['TRACe:POINts:ACTual', true, say(() => String(model.trace.length))],
    [
      'TRACe:CLEar',
      false,
      doing(() => {
        model.trace = [];
      }),
    ],
    ['TRACe:DATA', true, say(() => model.trace.join(','))],
    ['TRIGger:CLEar', false, doing(() => {})],
    ['ABORt', false, doing(() => {})],
    ['INITiate[:IMMediate]', false, () => model.measure()],
    ['READ', true, () => model.readings(model.measure())],
    ['FETCh', true, say(() => model.lastReadings.join(','))],
    ...known.map((name): [string, boolean, Action] => [
      `MEASure:${name}[:DC]`,
      true,
      ({ header }) => {
        model.functions = new Set([(scpiWord(header.split(':')[1], known) ?? 'CURR') as string]);
        // Measuring by this command switches the output on (manual, 17-6), at the level that is set.
        model.put('output', 1);
        return model.readings(model.measure());
      },
    ]),
    ['MEASure', true, () => model.readings(model.measure())],
    ['STATus:PRESet', false, doing(() => {})],
    [
      'STATus:QUEue:CLEar',
      false,
      doing(() => {
        model.errors = [];
      }),
    ],
    ['DISPlay:CNDisplay', false, doing(() => {})],
  ];
}

function listOf(parameters: readonly string[]): number[] {
  if (parameters.length === 0) throw new ScpiError(-109, 'Missing parameter');
  if (parameters.length > 100) throw new ScpiError(-223, 'Too much data');
  return parameters.map((text) => {
    const value = Number(text);
    if (!Number.isFinite(value)) throw new ScpiError(-104, 'Data type error');
    if (Math.abs(value) > 210) throw new ScpiError(-222, 'Parameter data out of range');
    return value;
  });
}
