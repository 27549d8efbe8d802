import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CommandEntry } from '../../cli/command-entry.js';
import { commands } from '../../cli/commands.js';
import { type CommandDefinition, optionFields } from '../../cli/frame/index.js';
import { encodeNpy } from '../../records/index.js';
import { scratch } from '../scratch.js';
import { type Finished, ohmprop } from './command-line.js';
import { newBoard, withServed } from './emulated-board.js';
import { withSmu } from './emulated-smu.js';

// Every flag of every command: another value gives another answer, or is refused in a sentence. Whoever adds a flag adds a
// line here. The settings of a run, which are flags of `train`, are walked by unit/settings-have-effect.test.ts.

/**
 * What to write for a flag: its value (`true` for a switch), and what has to stand beside it, with and without it; or two
 * whole lines.
 */
type Change =
  | string
  | true
  | { readonly value: string | true; readonly beside: string }
  | { readonly from: string; readonly to: string };

interface Walk {
  /** The line that flags are added to, after the name of the command. A flag in it is replaced. */
  readonly base: string;
  readonly flags: Readonly<Record<string, Change>>;
  /** It takes long: of the flags that all commands share only a few are tried. */
  readonly slow?: true;
  /** It takes a quarter of a minute: no line twice, and none of the shared flags. */
  readonly measures?: true;
}

const instead = (from: string, to: string): Change => ({ from, to });
const with_ = (beside: string, value: string | true = true): Change => ({ beside, value });

/** The same lines of a command that drives what it wants. */
function withoutInputs(change: Change): Change {
  if (typeof change !== 'object' || !('from' in change)) return change;
  const [from, to] = [change.from, change.to].map(
    (line) => `${line.replace(/ --inputs \S+/, '')} --voltage 1V -o map.svg`,
  );
  return { from, to };
}

const ofLoops = 'loop.csv --model mss';
const inCells = '--cells iv.cell.json --cell-states x.csv --read 0.2V';
const modelled = '--cells vteam-kvatinsky --random 2x2 --states 1e-9';
const programmed = '--cells vteam-kvatinsky --states 1.5e-9 --pulse -250mV,1ns';
const toReach = `${programmed} --write 0,0=3mS --write 1,1=2.5mS --write 0,1=2.2mS --within 20%`;
const lower = `${programmed} --write 0,0=1.5mS --within 5% --budget 3`;
const bent = '--cells ag-asi-jo --states 0.5 --pulse 1V,1ms --write 0,0';
const weighed = '--weights g2.csv --window 1mS,2mS --inputs v.csv';
const products: Walk['flags'] = {
  '--tile': instead(`${weighed} --wire-ohm 5`, `${weighed} --wire-ohm 5 --tile 1x2`),
  '--dac-bits': instead(weighed, `${weighed} --dac-bits 2`),
  '--dac-full-scale': instead(`${weighed} --dac-bits 4`, `${weighed} --dac-bits 4 --dac-full-scale 3V`),
  '--node-bits': instead(weighed, `${weighed} --node-bits 3`),
  '--line-full-scale': instead(`${weighed} --node-bits 4`, `${weighed} --node-bits 4 --line-full-scale 1A`),
};
const crossbar: Walk['flags'] = {
  '--conductances': 'other.csv',
  '--resistances': instead(
    '--conductances g.csv --inputs v.csv --wire-ohm 5',
    '--resistances r.csv --inputs v.csv --wire-ohm 5',
  ),
  '--cells': instead('--conductances g.csv --inputs v.csv --wire-ohm 5', `${inCells} --inputs v.csv`),
  '--cell-states': instead(
    `${inCells} --inputs v.csv`,
    `${inCells.replace('x.csv', 'y.csv')} --inputs v.csv`,
  ),
  '--read': instead(`${inCells} --inputs v.csv`, `${inCells.replace('0.2V', '0.3V')} --inputs v.csv`),
  '--states': instead(
    `${modelled} --inputs v.csv`,
    `${modelled.replace('--states 1e-9', '--states 2e-9')} --inputs v.csv`,
  ),
  '--set': instead(`${modelled} --inputs v.csv`, `${modelled} --inputs v.csv --set r_on=60`),
  '--selector': instead(`${modelled} --inputs v.csv`, `${modelled} --inputs v.csv --selector diode`),
  '--selector-set': instead(
    `${modelled} --inputs v.csv --selector diode`,
    `${modelled} --inputs v.csv --selector diode --selector-set n_vt=50mV`,
  ),
  '--transistor': instead(
    `${modelled} --inputs v.csv --transistor VTO=0.5 --gate 2V`,
    `${modelled} --inputs v.csv --transistor VTO=0.6 --gate 2V`,
  ),
  '--gate': instead(
    `${modelled} --inputs v.csv --transistor VTO=0.5 --gate 2V`,
    `${modelled} --inputs v.csv --transistor VTO=0.5 --gate 3V`,
  ),
  '--inputs': 'w.csv',
  '--wire-ohm': '30',
  '--wire-row-ohm': '30',
  '--wire-col-ohm': '30',
  '--first-row-ohm': '30',
  '--last-col-ohm': '30',
  '--convention': 'pytorx',
  '--driver-ohm': '10',
  '--sense-ohm': '10',
  '--drive-both-ends': true,
  '--sense-ends': 'both',
  '--inputs-on': 'columns',
  '--weights': instead(
    '--conductances g.csv --inputs v.csv --wire-ohm 5',
    '--weights g2.csv --window 1mS,2mS --inputs v.csv',
  ),
  '--window': instead(
    '--weights g2.csv --window 1mS,2mS --inputs v.csv --wire-ohm 5',
    '--weights g2.csv --window 1mS,3mS --inputs v.csv --wire-ohm 5',
  ),
  '--pairs': instead(
    '--weights g2.csv --window 1mS,2mS --inputs v.csv --wire-ohm 5',
    '--weights g2.csv --window 1mS,2mS --inputs v.csv --wire-ohm 5 --pairs rows',
  ),
  '--levels': instead(weighed, `${weighed} --levels 3`),
  '--slices': instead(`${weighed} --levels 3`, `${weighed} --levels 3 --slices 2`),
  '--random': instead('--conductances g.csv --inputs v.csv --wire-ohm 5', '--random 2x2 --inputs v.csv'),
  '--on': instead('--random 2x2', '--random 2x2 --on 2k'),
  '--ratio': instead('--random 2x2', '--random 2x2 --ratio 2'),
  '--seed': instead('--random 2x2', '--random 2x2 --seed 2'),
  '--scheme': 'v/2',
  '--select': with_('--scheme v/2', '1,1'),
  '--float-rows': '1',
  '--float-cols': '1',
  '--short-ohm': '50',
};
const solver: Walk['flags'] = { '--threads': '9999', '--tolerance': '1' };
const crossbarBase = '--conductances g.csv --inputs v.csv --wire-ohm 5';

const look: Walk['flags'] = { '--restore': true, '--last-epoch': true, '--record': 'bytes.txt' };
const aboard: Walk['flags'] = { '--board': 'xor-nano', '--seed': '2', '--mismatch': '20%' };
const onLine: Walk['flags'] = { ...aboard, '--record': 'bytes.txt' };

const limited = '--max-voltage 2V --compliance 1mA --max-width 1s --max-pulses 100';
const driven: Walk['flags'] = {
  '--baud': '57600',
  '--record': 'bytes.txt',
  '--limits': 'some.limits.yaml',
  '--max-voltage': '1.9V',
  '--compliance': '1uA',
  '--max-width': '0.5s',
  '--max-pulses': '99',
  '--formed': '1V',
  '--max-read': '0.1V',
  '--series': '1k',
  '--forming': true,
  '--no-current-limit': true,
  '--output-on': true,
  '--matrix': 'no.matrix.yaml',
  '--channel': 'b',
};

/** Of commands that drive within limits of a file. */
const inFile: Walk['flags'] = {
  '--limits': with_('', 'some.limits.yaml'),
  '--max-voltage': '1V',
  '--compliance': '1uA',
  '--max-width': '1us',
  '--max-pulses': '7',
  '--formed': '1V',
  '--max-read': '0.1V',
  '--series': '1k',
  '--forming': true,
  '--no-current-limit': true,
  '--record': 'bytes.txt',
};

const walks: Readonly<Record<string, Walk>> = {
  train: {
    base: '--preset xor --dry-run',
    flags: {
      '--preset': 'iris',
      '--set': 'training.epochs=2',
      '--from': 'run',
      '--seeds': '2',
      '--beside-ideal': instead(
        '--preset xor --cells linear --dry-run',
        '--preset xor --cells linear --dry-run --beside-ideal',
      ),
      '--record': instead(
        '--data xor --device virtual --epochs 1 -o new/',
        '--data xor --device virtual --epochs 1 -o new/ --record bytes.txt',
      ),
      '--supervised': true,
      '--without-report': instead(
        '--preset xor --epochs 1 -o new/',
        '--preset xor --epochs 1 -o new/ --without-report',
      ),
      '--watch': instead('--preset xor --epochs 1 -o new/', '--preset xor --epochs 1 -o new/ --watch'),
      '--notify': 'id>told',
      '--notify-every': '60s',
      '--dry-run': instead('--preset xor --epochs 1 -o new/', '--preset xor --epochs 1 -o new/ --dry-run'),
    },
  },
  resume: {
    base: 'run --epochs 4',
    slow: true,
    flags: {
      '--epochs': '5',
      '--record': 'bytes.txt',
      '--threads': '2',
      '--pulse-log': 'pulses.csv',
      '--changed-data': true,
      '--without-report': true,
      '--watch': true,
      '--device': 'virtual',
      '--other-board': true,
      '--calibration': 'none',
      '--unfinished': instead('run --epochs 4', '--unfinished'),
      '--notify': 'id>told',
      '--notify-every': with_('--notify id>told', '60s'),
    },
  },
  eval: {
    base: 'run --cells linear',
    flags: {
      ...look,
      '--device': 'virtual',
      '--other-board': true,
      '--calibration': 'none',
      '--data': 'csv:three.csv',
      '--cells': 'ag-asi-jo',
      '--levels': '4',
      '--pulse': '+1.2V,1us,-1.3V,1us',
      '--policy': 'exact',
      '--pairing': 'differential',
      '--pair-update': with_('--pairing differential --d2d 10%', 'first'),
      '--bias-cells': true,
      '--bias-voltage': with_('--bias-cells', '1V'),
      '--d2d': '10%',
      '--c2c': '0.1',
      '--c2c-range': '0.1',
      '--write-noise': '0.1',
      '--read-noise': '0.5',
      '--stuck': '0.5',
      '--wait': with_('--drift 0.2', '1e6s'),
      '--drift': with_('--wait 1e6s', '0.2'),
      '--drift-spread': with_('--drift 0.2 --wait 1e6s', '0.1'),
      '--drift-t0-seconds': with_('--drift 0.2 --wait 1e6s', '2s'),
      '--relaxation': with_('--cells ag-asi-jo --wait 1e6s'),
      '--converter-bits': '4',
      '--hardware-seed': with_('--d2d 40%', '7'),
    },
  },
  predict: { base: 'run --data csv:two.csv', flags: { ...look, '--data': 'csv:three.csv' } },
  trace: {
    base: 'run',
    flags: {
      ...look,
      '--sample': '1',
      '--part': 'train',
      '--data': 'csv:three.csv',
      '--set': instead('xor', 'xor --set training.beta=0.01'),
    },
  },
  settle: {
    base: 'run --node-capacitance 1pF',
    flags: {
      ...look,
      '--node-capacitance': '2pF',
      '--driver-ohm': '1M',
      '--phases': 'free',
      '--within': '2%',
      '--lsb': '1uV',
      '--samples': '2',
      '--part': 'train',
      '--data': 'csv:three.csv',
      '--set': instead('xor --node-capacitance 1pF', 'xor --node-capacitance 1pF --set training.beta=0.01'),
      '--nodes': instead(
        'divider.cir --node-capacitance 1pF',
        'divider.cir --node-capacitance 1pF --nodes in',
      ),
      '--epsilon': '0.1',
      '--longest': '1ns',
    },
  },
  gradcheck: {
    base: '--preset xor',
    flags: {
      '--preset': 'iris',
      '--samples': '2',
      '--set': 'training.beta=0.001',
      '--data': with_('--preset iris', 'csv:two.csv'),
      '--rule': 'coupled',
      '--beta': '0.001',
      '--nudge': 'current-held',
      '--cost': with_('--nudge current-held', 'margin'),
      '--estimator': 'positive',
      '--tolerance': '1e-1',
      '--arithmetic': 'float64',
      '--seed': '2',
    },
  },
  report: { base: 'run', slow: true, flags: { ...look, '--figure': '85mm' } },
  export: {
    base: 'run -o values.npz',
    flags: { ...look, '--sample': instead('run -o r.cir', 'run -o r.cir --sample 1') },
  },
  'crossbar solve': {
    base: crossbarBase,
    flags: { ...crossbar, ...products, ...solver, '--transfer': true, '--stdin': true },
  },
  'crossbar report': {
    base: `${crossbarBase} -o map.svg`,
    flags: {
      ...crossbar,
      ...products,
      ...solver,
      '--tolerance': with_('--input 1', '1'),
      '--input': '1',
      '--cell-spread': '20%',
      '--hardware-seed': with_('--cell-spread 20%', '7'),
      '--map': 'sneak',
    },
  },
  'crossbar map': {
    base: '--conductances g.csv --wire-ohm 5 --voltage 1V -o map.svg',
    flags: {
      ...Object.fromEntries(
        Object.entries(crossbar)
          .filter(([flag]) => !['--inputs', '--inputs-on', '--select'].includes(flag))
          .map(([flag, change]) => [flag, withoutInputs(change)]),
      ),
      ...solver,
      '--levels': instead(
        '--weights g2.csv --window 1mS,2mS --wire-ohm 5 --voltage 1V -o map.svg',
        '--weights g2.csv --window 1mS,2mS --levels 3 --wire-ohm 5 --voltage 1V -o map.svg',
      ),
      '--scheme': 'float',
      '--voltage': '2V',
      '--show': 'sensed',
    },
  },
  'crossbar margin': {
    base: '--size 3 --wire-ohm 20 --voltage 200mV',
    flags: {
      '--size': '2',
      '--bit-lines': '2',
      '--on': '2k',
      '--ratio': '10',
      '--conductances': instead(
        '--size 3 --wire-ohm 20 --voltage 200mV',
        '--conductances levels.npy --wire-ohm 20 --voltage 200mV',
      ),
      '--cells': 'vteam-kvatinsky',
      '--set': with_('--cells vteam-kvatinsky', 'r_on=60'),
      '--selector': with_('--cells vteam-kvatinsky', 'diode'),
      '--selector-set': with_('--cells vteam-kvatinsky --selector diode', 'n_vt=50mV'),
      '--transistor': with_('--cells vteam-kvatinsky --gate 2V', 'VTO=0.5'),
      '--gate': with_('--cells vteam-kvatinsky --transistor VTO=0.5', '3V'),
      '--off-state': with_('--cells vteam-kvatinsky', '2e-9'),
      '--on-state': with_('--cells vteam-kvatinsky', '1e-9'),
      '--levels': with_('--size 2 --cells vteam-kvatinsky', '3'),
      '--wire-ohm': '30',
      '--wire-row-ohm': '30',
      '--wire-col-ohm': '30',
      '--first-row-ohm': '30',
      '--last-col-ohm': '30',
      '--convention': 'pytorx',
      '--driver-ohm': '10',
      '--sense-ohm': '10',
      '--drive-both-ends': true,
      '--sense-ends': 'both',
      '--float-rows': '1',
      '--float-cols': '1',
      '--scheme': 'row-by-row',
      '--voltage': '300mV',
      '--select': '1,1',
      '--at-least': instead(
        '--size 3 --wire-ohm 20 --voltage 200mV',
        '--wire-ohm 20 --voltage 200mV --at-least 97% --up-to 2',
      ),
      '--up-to': instead(
        '--wire-ohm 20 --voltage 200mV --at-least 1% --scheme row-by-row --up-to 3',
        '--wire-ohm 20 --voltage 200mV --at-least 1% --scheme row-by-row --up-to 2',
      ),
      '--patterns': with_('--size 6', '3'),
      '--seed': with_('--size 6 --scheme row-by-row --patterns 40 --driver-ohm 100', '5'),
      '--tolerance': with_('--size 6', '1'),
    },
  },
  'crossbar sweep': {
    base: '--over size --values 2,3',
    flags: {
      '--over': 'wire',
      '--values': '2,4',
      '--size': with_('--over wire', '3'),
      '--wire-ohm': '2',
      '--on': '2k',
      '--ratio': '10',
      '--cells': 'vteam-kvatinsky',
      '--states': with_('--cells vteam-kvatinsky', '2e-9'),
      '--set': with_('--cells vteam-kvatinsky', 'r_on=60'),
      '--selector': with_('--cells vteam-kvatinsky', 'diode'),
      '--selector-set': with_('--cells vteam-kvatinsky --selector diode', 'n_vt=50mV'),
      '--transistor': with_('--cells vteam-kvatinsky --gate 2V', 'VTO=0.5'),
      '--gate': with_('--cells vteam-kvatinsky --transistor VTO=0.5', '3V'),
      '--driver-ohm': '10',
      '--sense-ohm': '10',
      '--seed': '2',
    },
  },
  'crossbar program': {
    base: `${programmed} --write 0,0`,
    flags: {
      '--cells': instead(
        `${programmed} --write 0,0`,
        `${programmed.replace('vteam-kvatinsky', 'tio2-joglekar')} --write 0,0`,
      ),
      '--states': '2e-9',
      '--set': 'r_on=60',
      '--selector': 'threshold',
      '--selector-set': with_('--selector threshold', 'v_th=100mV'),
      '--transistor': with_('--gate 2V', 'VTO=0.5,KP=1e-1'),
      '--gate': with_('--transistor VTO=0.5,KP=1e-1', '3V'),
      '--random': '3x3',
      '--seed': instead(`${toReach} --order random`, `${toReach} --order random --seed 5`),
      '--wire-ohm': '30',
      '--wire-row-ohm': '30',
      '--wire-col-ohm': '30',
      '--first-row-ohm': '30',
      '--last-col-ohm': '30',
      '--convention': with_('--wire-ohm 20', 'pytorx'),
      '--driver-ohm': '10',
      '--sense-ohm': '10',
      '--drive-both-ends': with_('--wire-ohm 20'),
      '--sense-ends': with_('--wire-ohm 20', 'both'),
      '--target': instead(`${programmed} --write 0,0`, `${programmed} --target goals.csv --within 20%`),
      '--write': '1,1',
      '--within': instead(toReach, toReach.replace('20%', '1%')),
      '--scheme': 'row-by-row',
      '--pulse': '-260mV,1ns',
      '--erase': instead(lower, `${lower} --erase 300mV,1ns`),
      '--most': instead(toReach, `${toReach} --most 300mV`),
      '--step': instead(`${toReach} --most 300mV`, `${toReach} --most 2V --step 500mV`),
      '--budget': instead(toReach, `${toReach} --budget 1`),
      '--order': instead(toReach, `${toReach} --order random`),
      '--read': instead(bent, `${bent} --read 200mV`),
      '--tolerance': '1',
    },
  },
  'crossbar export': { base: crossbarBase, flags: { ...crossbar, '--input': '1' } },
  'circuit run': {
    base: 'divider.cir',
    flags: {
      '--engine': 'ngspice',
      '--dialect': 'ltspice',
      '--deadline': '5s',
      '--raw-text': with_('-o divider.raw'),
    },
  },
  'circuit check': { base: 'divider.cir', flags: { '--dialect': 'ltspice' } },
  'circuit export': {
    base: 'run',
    flags: { ...look, '--sample': '1', '--set': instead('xor', 'xor --set network.hidden=[3]') },
  },
  'cell list': { base: '', flags: {} },
  'cell sweep': {
    base: 'tio2-strukov --drive sine:1V --samples 40',
    flags: {
      '--set': 'roff=20k',
      '--drive': 'sine:0.5V',
      '--from': '0.4',
      '--against': instead('tio2-strukov', 'tio2-strukov --against loop.csv'),
      '--frequencies': '2,3',
      '--series': '50',
      '--samples': '50',
      '--band': instead('tio2-strukov', 'known.cell.json --band'),
    },
  },
  'cell pulse': {
    base: 'wox-chang --drive pulses:1.2V,1ms/-1.2V,1ms --pulses 8',
    flags: {
      '--drive': 'pulses:1.1V,1ms/-1.2V,1ms',
      '--set': 'lambda=9',
      '--pulses': '9',
      '--read': '50mV',
      '--from': '0.3',
      '--read-noise': '2%',
    },
  },
  'calibrate inspect': {
    base: 'iv.csv',
    flags: {
      '--answer': 'currentUnit=uA',
      '--answers': 'answers.yaml',
      '--name-pattern': '{cell}',
    },
  },
  'calibrate report': {
    base: 'loop.csv -o out/',
    flags: {
      '--answer': instead('iv.csv -o out/', 'iv.csv -o out/ --answer currentUnit=uA'),
      '--answers': instead('iv.csv -o out/', 'iv.csv -o out/ --answers answers.yaml'),
      '--name-pattern': instead(
        'loop_50mV.csv -o out/',
        'loop_50mV.csv -o out/ --name-pattern {cell}_{readVoltage}',
      ),
      '--read': '50mV',
      '--figure': '85mm',
      '--threads': '9999',
    },
  },
  'cell export': { base: 'wo3-tang --to neurosim', flags: { '--to': 'csv' } },
  'calibrate fit': {
    base: 'trains.csv --model power',
    flags: {
      '--answer': instead('currents.csv', 'currents.csv --answer readVoltage=0.1V'),
      '--answers': instead('currents.csv', 'currents.csv --answers reads.yaml'),
      '--name-pattern': '{cell}',
      '--model': 'linear',
      '--log-weight': instead('curve.csv --model power', 'curve.csv --model power --log-weight 0'),
      '--window': '500nS,20uS',
      '--film': instead('trains.csv --model power', 'curve.csv --model sinh --film thickness=10nm'),
      '--circuit': instead(`${ofLoops} --quick`, `${ofLoops} --quick --circuit series=500`),
      '--predict': instead(`${ofLoops} --quick`, `${ofLoops} --quick --predict loop.csv`),
      '--quick': instead(ofLoops, `${ofLoops} --quick`),
      '--seed': instead(`${ofLoops} --quick`, `${ofLoops} --quick --seed -1`),
    },
  },
  'board list': { base: '', flags: { '--known': true } },
  'board info': { base: 'virtual', flags: onLine },
  'board read': { base: 'virtual', flags: onLine },
  'board write': { base: 'virtual 5=77', flags: { ...onLine, '--yes': true } },
  'board map': { base: 'virtual', flags: onLine },
  'board sweep': {
    base: 'virtual --pot 3 --points 2',
    slow: true,
    flags: { ...onLine, '--pot': '4', '--points': '3' },
  },
  'board selftest': {
    base: 'virtual --board xor-nano',
    measures: true,
    flags: { ...onLine, '--board': 'xor-nano-as-drawn', '--yes': true },
  },
  'board verify': {
    base: 'virtual --board xor-nano',
    slow: true,
    flags: {
      ...onLine,
      '--board': 'reference',
      '--moves': true,
      '--yes': true,
      '--calibration': 'nobody.board.json',
    },
  },
  'board calibrate': {
    base: 'virtual --board xor-nano --quick',
    measures: true,
    flags: {
      ...onLine,
      '--board': 'xor-nano-as-drawn',
      '--quick': true,
      '--yes': true,
    },
  },
  'board twin': {
    base: 'virtual --board xor-nano --quick -o t.board.json',
    measures: true,
    flags: {
      ...onLine,
      '--board': 'xor-nano-as-drawn',
      '--anew': true,
      '--quick': true,
      '--yes': true,
    },
  },
  'board record': {
    base: 'virtual session.txt --board xor-nano',
    slow: true,
    flags: { ...aboard, '--board': 'reference' },
  },
  'board emulate': {
    base: '--tcp 0',
    flags: {
      ...aboard,
      '--pty': true,
      '--tcp': '65536',
      '--corrupt': '1%',
      '--drop': '1%',
      '--silence': '5s',
      '--dtr-reset': true,
      '--bootloader': instead('--tcp 0 --dtr-reset', '--tcp 0 --dtr-reset --bootloader 1s'),
    },
  },
  'board flash': {
    base: '/dev/ttyUSB7 --board reference --dry-run',
    flags: {
      '--board': 'xor-nano',
      '--rate': '57600',
      '--other-board': true,
      '--yes': true,
      '--dry-run': instead('/dev/ttyUSB7 --board reference --dry-run', '/dev/ttyUSB7 --board reference'),
    },
  },
  'board stop': { base: 'SERVED', flags: { '--record': 'bytes.txt' } },
  'instrument list': { base: '', flags: {} },
  'instrument info': { base: 'SMU', flags: { '--record': 'bytes.txt', '--baud': '57600' } },
  'instrument read': {
    base: `SMU ${limited}`,
    flags: {
      ...driven,
      '--cell': '0,1',
      '--read': '0.3V',
      '--averages': '0',
    },
  },
  'instrument sweep': {
    base: `SMU --drive sine:0.1V,5Hz,1 --samples 8 --yes ${limited}`,
    flags: {
      ...driven,
      '--cell': '0,1',
      '--drive': 'sine:0.15V,5Hz,1',
      '--samples': '9',
      '--yes': instead(
        `SMU --drive sine:0.1V,5Hz,1 --samples 8 ${limited}`,
        `SMU --drive sine:0.1V,5Hz,1 --samples 8 ${limited} --yes`,
      ),
    },
  },
  'instrument pulse': {
    base: `SMU --drive pulses:0.9V,5ms,2 --yes ${limited}`,
    flags: {
      ...driven,
      '--cell': '0,1',
      '--drive': 'pulses:0.9V,5ms,1',
      '--read': '0.3V',
      '--yes': instead(
        `SMU --drive pulses:0.9V,5ms,2 ${limited}`,
        `SMU --drive pulses:0.9V,5ms,2 ${limited} --yes`,
      ),
    },
  },
  'instrument stop': { base: 'SMU', flags: { '--record': 'bytes.txt', '--baud': '57600' } },
  'instrument emulate': {
    base: 'scpi-2400 --tcp 0',
    flags: {
      '--cells': 'resistor:1kohm',
      '--pty': instead('scpi-2400 --tcp 0', 'scpi-2400 --pty'),
      '--tcp': instead('scpi-2400', 'scpi-2400 --tcp 0'),
      '--gpib': '24',
      '--drop': '1%',
      '--seed': '2',
    },
  },
  'instrument limits': {
    base: '--max-voltage 2V --compliance 1mA --max-width 1ms --max-pulses 100',
    flags: {
      '--limits': with_('', 'some.limits.yaml'),
      '--max-voltage': '1V',
      '--compliance': '1uA',
      '--max-width': '1s',
      '--max-pulses': '7',
      '--formed': '1V',
      '--max-read': '0.1V',
      '--series': '1k',
    },
  },
  study: {
    base: 'some.study.yaml --dry-run',
    measures: true,
    flags: {
      '--name': 'other',
      '--axis': 'wireOhm=1,2,3',
      '--seeds': '3',
      '--draws': with_('--axis cellSpread=5%', '3'),
      '--sampling': with_('--count 3', 'latin'),
      '--count': with_('--sampling latin', '3'),
      '--sample-seed': with_('--sampling latin --count 3 --axis wireOhm=1:10', '7'),
      '--keep': instead('some.study.yaml', 'some.study.yaml --keep relativeError'),
      '--good': instead('some.study.yaml', 'some.study.yaml --good relativeError<=1'),
      '--max-trials': '1',
      '--workers': '2',
      '--redis': 'redis://127.0.0.1:1',
      '--slurm': true,
      '--slurm-option': '--partition=a',
      '--retry-failed': true,
      '--halve-after': '1',
      '--dry-run': instead('some.study.yaml --dry-run', 'some.study.yaml'),
      '--figure': instead('some.study.yaml', 'some.study.yaml --figure 85mm'),
    },
  },
  'study report': {
    base: 'studied',
    measures: true,
    flags: { '--keep': 'e', '--good': 'e<=1', '--rise': 'e=1', '--figure': '85mm' },
  },
  'study compare': { base: 'studied studied', measures: true, flags: { '--keep': 'e' } },
  'study worker': {
    base: '',
    measures: true,
    flags: {
      '--look-in': 'run',
      '--redis': 'redis://127.0.0.1:1',
      '--slurm-task': 'list',
      '--threads': '2',
      '--workers': '2',
    },
  },
  init: { base: 'study there', measures: true, flags: {} },
  'runs list': { base: '.', measures: true, flags: { '--tag': 'paper' } },
  'runs show': { base: 'run', measures: true, flags: {} },
  'runs compare': {
    base: 'run -o curves.svg',
    measures: true,
    flags: { '--error': 'trainError' },
  },
  'runs tag': { base: 'run paper', measures: true, flags: { '--remove': true } },
  'runs note': { base: 'run better', measures: true, flags: {} },
  'runs best': { base: '.', measures: true, flags: { '--tag': 'paper', '--by': 'testError' } },
  'runs pack': { base: 'run -o run.zip', measures: true, flags: {} },
  'runs reproduce': { base: 'run.zip', measures: true, flags: { '--input-files': 'run' } },
  watch: { base: 'run', measures: true, flags: { '--port': '18642' } },
  'runs delete': { base: 'run', measures: true, flags: { '--yes': true } },
  'instrument program': {
    base: 'arc-one:/dev/ttyUSB7 --write 0,0=80uS --within 2% --limits arc.limits.yaml --dry-run',
    flags: {
      ...inFile,
      '--target': 'g.csv',
      '--write': '0,1=80uS',
      '--within': '3%',
      '--near': '4uS',
      '--reads': '9',
      '--after': '1s',
      '--guard': '20%',
      '--budget': '9',
      '--order': 'random',
      '--seed': with_('--order random', '7'),
      '--cells': 'none.cell.json',
      '--ramp': '0.2V,10mV,200ns',
      '--potentiation': 'negative',
      '--read': '0.1V',
      '--window': '1uS,90uS',
      '--resume': 'run',
      '--dry-run': instead(
        'arc-one:/dev/ttyUSB7 --write 0,0=80uS --within 2% --limits arc.limits.yaml --dry-run',
        'arc-one:/dev/ttyUSB7 --write 0,0=80uS --within 2% --limits arc.limits.yaml',
      ),
      '--yes': instead(
        'arc-one:/dev/ttyUSB7 --write 0,0=80uS --within 2% --limits arc.limits.yaml',
        'arc-one:/dev/ttyUSB7 --write 0,0=80uS --within 2% --limits arc.limits.yaml --yes',
      ),
    },
  },
  'instrument map': {
    base: 'arc-one:ARC_ONE --limits arc.limits.yaml',
    measures: true,
    flags: { ...inFile, '--read': '0.1V', '--averages': '2' },
  },
  'instrument retention': {
    base: 'arc-one:ARC_ONE --limits arc.limits.yaml --for 10ms --every 10ms',
    measures: true,
    flags: {
      ...inFile,
      '--read': '0.1V',
      '--averages': '2',
      '--at': '1,1',
      '--for': '20ms',
      '--every': '5ms',
    },
  },
  'instrument twin': {
    base: 'arc-one:ARC_ONE --limits arc.limits.yaml --pulse 1V,1us,-1V,1us --yes',
    measures: true,
    flags: {
      ...inFile,
      '--baud': '57600',
      '--channel': 'b',
      '--matrix': 'matrix.yaml',
      '--output-on': true,
      '--pulse': '1V,1us,-1.1V,1us',
      '--pulses': '9',
      '--cycles': '1',
      '--cell': '1,1',
      '--area': '2x2',
      '--rest-reads': '4',
      '--read': '0.1V',
      '--yes': instead(
        'arc-one:ARC_ONE --limits arc.limits.yaml --pulse 1V,1us,-1V,1us',
        'arc-one:ARC_ONE --limits arc.limits.yaml --pulse 1V,1us,-1V,1us --yes',
      ),
    },
  },
  completion: { base: 'bash', flags: {} },
  doctor: { base: 'SERVED', flags: { '--record': 'bytes.txt' } },
};

/** What is alike by design, and why. */
const alike: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['info', 'read', 'sweep', 'pulse', 'stop'].flatMap((verb) => [
      [`instrument ${verb} --baud`, 'of a serial port; tried in instrument-commands.test.ts'],
      [
        `instrument ${verb} --output-on`,
        'of an output that is found on; tried in instrument-commands.test.ts',
      ],
      [
        `instrument ${verb} --no-current-limit`,
        'of instruments that cannot limit currents; tried in limits.test.ts',
      ],
      [`instrument ${verb} --forming`, 'of voltages above --formed; tried in instrument-commands.test.ts'],
    ]),
  ),
  ...Object.fromEntries(
    ['instrument map', 'instrument retention'].flatMap((name) =>
      Object.keys(walks[name].flags).map((flag) => [
        `${name} ${flag}`,
        'limits are those of instrument program, whose line tries them; the rest in instrument-program.test.ts',
      ]),
    ),
  ),
  ...Object.fromEntries(
    Object.keys(walks['instrument twin'].flags).map((flag) => [
      `instrument twin ${flag}`,
      'limits are those of instrument program, whose line tries them; the rest in instrument-twin.test.ts',
    ]),
  ),
  'board calibrate --board': 'takes a minute, and is the flag of board info, whose line tries it',
  'board calibrate --seed': 'of the virtual board, as board selftest has it, whose line tries it',
  'board calibrate --mismatch': 'the same',
  'board calibrate --record': 'the same',
  'board twin --board': 'measures as board calibrate does, whose line tries it',
  'board twin --seed': 'the same',
  'board twin --mismatch': 'the same',
  'board twin --record': 'the same',
  'resume --threads': 'only time: results are the same to the last bit, by contract',
  'resume --changed-data': 'speaks of data that changed; tried below',
  'resume --notify-every': 'speaks of what is told again within that time; tried in supervised.test.ts',
  'train --supervised': 'what nothing ends early comes to the same; tried in supervised.test.ts',
  'train --notify': 'there is nothing to tell of a dry run; tried in supervised.test.ts',
  'runs reproduce --input-files': 'speaks of inputs too large for a pack; tried in runs-pack.test.ts',
  'study --workers': 'only time: each trial is computed by itself',
  'study --redis': 'a place, and each comes to the same; tried in trial-places.test.ts',
  'study --slurm': 'the same',
  'study --slurm-option': 'of jobs on a cluster; tried in trial-places.test.ts and study-places.test.ts',
  'study worker --redis': 'waits for trials; tried in trial-places.test.ts',
  'study worker --workers': 'the same',
  'study worker --look-in': 'the same',
  'study worker --threads': 'only time: each trial is computed by itself',
  'study worker --slurm-task': 'of a list that ohmprop study --slurm writes; tried in trial-places.test.ts',
  'study --retry-failed': 'speaks of trials that failed; tried in study.test.ts',
  'board write --yes': 'a virtual board, made for the command, is not asked about; tried below',
  'board flash --other-board': 'speaks of who answers on a port; tried in board-flash.test.ts',
  'board flash --yes': 'a dry run does nothing that asks; tried in board-flash.test.ts',
  'board calibrate --quick': 'every tap takes minutes; npm run bench -- board-twin goes through them',
  'board calibrate --yes':
    'a virtual board, made for the command, is not asked about; tried in board-calibrate.test.ts',
  'board twin --quick': 'as board calibrate',
  'board twin --anew': 'a virtual board, made for the command, has no calibration that is kept',
  'board twin --yes': 'a virtual board, made for the command, is not asked about',
  'board verify --yes':
    'a virtual board, made for the command, is not asked about; that --moves asks is tried in board-verify.test.ts',
  'board selftest --yes': 'a virtual board, made for the command, is not asked about; tried below',
};

/** What is only said on stderr, and why that is enough. */
const onlySaid: Readonly<Record<string, string>> = {
  '--restore': 'scripts rehearse on a virtual board, which is as the run left it anyway: a warning',
  '--other-board': 'scripts allow it to all runs, also those on no board: a warning',
  '--watch': 'the page is a process of its own: its address',
  '--last-epoch': 'scripts give it to all runs, also those whose last epoch is their best: a warning',
};

/** Where all lines are typed: copied for each. */
let fixture = '';
/** Runs `ohmprop` in a directory of its own like the fixture. */
async function outcomeOf(line: string, signal?: AbortSignal): Promise<Outcome> {
  if (line.includes('SERVED')) {
    return withServed(newBoard(), (address) => outcomeOf(line.replace('SERVED', address), signal));
  }
  if (line.includes('SMU')) {
    return withSmu((address) => outcomeOf(line.replace('SMU', address), signal));
  }
  const cwd = join(scratch('flags'), 'here');
  cpSync(fixture, cwd, { recursive: true });
  const finished = await ohmprop(
    line.split(' ').filter((word) => word !== ''),
    { cwd, ...(signal === undefined ? {} : { signal }) },
  );
  return {
    ...finished,
    answer: [finished.code, steady(finished.stdout), filesOf(cwd)].map(String).join('\n'),
  };
}

interface Outcome extends Finished {
  /** Exit code, stdout and files that were written, without times and without what was typed. */
  readonly answer: string;
}

/** What tells of the time, of the machine, or repeats the line. */
function steady(text: string): string {
  return text
    .replace(/"(setupS|solveS|s)econds":[^,}]*/g, '')
    .replace(/"samplesPerSecond":[^,}]*/g, '')
    .replace(/set-up .*?, solve .*/g, '')
    .replace(/ohmprop [^<"\n]*/g, '')
    .replace(/<tr><th scope="row">(Speed|Started|Time)<.*/g, '')
    .replace(/"took_s":[^,}]*/g, '')
    .replace(/"date": ?"[^"]*"/g, '')
    .replace(/ is opened, \S+/g, '')
    .replace(/"elapsedSeconds":[^,}]*/g, '')
    .replaceAll(/\/\S*ohmprop-flags-\w+/g, '')
    .replace(/127\.0\.0\.1:\d+|\/dev\/pts\/\d+/g, 'here');
}

function filesOf(cwd: string): string {
  const files = readdirSync(cwd, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => !/(manifest\.json|config\.yaml|\.lock)$/.test(name) && statSync(join(cwd, name)).isFile(),
    )
    .sort();
  return files
    .map((name) => [name, readFileSync(join(cwd, name), 'latin1')] as const)
    .filter(([name, content]) => contentOf.get(name) !== content)
    .map(([name, content]) => `${name}: ${steady(content)}`)
    .join('\n');
}

const contentOf = new Map<string, string>();

beforeAll(async () => {
  const cwd = scratch('fixture');
  const cases = fileURLToPath(new URL('../golden/cases/input/', import.meta.url));
  const two = readFileSync(join(cases, 'two.csv'), 'utf8');
  const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);
  write('two.csv', two);
  write('three.csv', two.split('\n').slice(0, 21).join('\n'));
  write('g.csv', '1e-3,2e-3\n5e-4,short\n');
  write('x.csv', '0,0.5\n1,0.2\n');
  write('y.csv', '0,0.6\n1,0.2\n');
  const branch = (name: string, current_A: number) => ({
    name,
    law: { kind: 'sinh', current_A, per_V: 2 },
    voltage_V: [-1, 1],
  });
  write(
    'iv.cell.json',
    JSON.stringify({
      kind: 'cell',
      format: 1,
      name: 'drawn',
      provenance: { program: 'test', sources: [] },
      iv: { branches: [branch('low', 1e-4), branch('high', 1e-6)] },
    }),
  );
  write(
    'known.cell.json',
    JSON.stringify({
      kind: 'cell',
      format: 1,
      name: 'known',
      provenance: { program: 'test', sources: [] },
      dynamics: {
        model: 'vteam-normalized',
        parameters: { r_on_ohm: 2e3, r_off_ohm: 1e5 },
        covariance: {
          names: ['r_on_ohm', 'initial'],
          values: [
            [400, 0],
            [0, 1e-4],
          ],
        },
      },
    }),
  );
  write('g2.csv', '1,-2\n0.5,1\n');
  write('goals.csv', '3mS,\n,2.5mS\n');
  const levels_S = Float64Array.of(1e-6, 2e-6, 1e-6, 3e-6, 1e-4, 1e-4, 2e-4, 1e-4);
  writeFileSync(join(cwd, 'levels.npy'), Buffer.concat(encodeNpy(levels_S, [2, 2, 2])));
  write('other.csv', '1e-3,1e-3\n5e-4,short\n');
  write('r.csv', '1000,500\n300,short\n');
  write('v.csv', '0.1,0.2\n0.3,-0.1\n');
  write('w.csv', '0.2\n0.1\n');
  write('iv.csv', 'V,I\n0,0\n0.1,0.1\n0.2,0.2\n0.1,0.1\n0,0\n');
  write('loop_50mV.csv', 'V (V),I (A)\n0,0\n0.5,1e-6\n1,1e-3\n0.5,5e-4\n0,0\n-1,-1e-3\n-0.5,-1e-6\n0,0\n');
  write('loop.csv', 'V (V),I (A)\n0,0\n0.5,1e-6\n1,1e-3\n0.5,5e-4\n0,0\n-1,-1e-3\n-0.5,-1e-6\n0,0\n');
  write('answers.yaml', 'currentUnit: mA\n');
  write('reads.yaml', 'readVoltage: 0.1V\n');
  const states = Array.from({ length: 12 }, (_, n) => `${n},${n + 1 - n * n * 0.02}e-6,${12 - n}e-6`);
  write('trains.csv', `pulse,LTP (S),LTD (S)\n${states.join('\n')}\n`);
  write('currents.csv', `pulse,LTP (A),LTD (A)\n${states.join('\n')}\n`);
  const curve = Array.from({ length: 41 }, (_, k) => (k - 20) / 20).map(
    (v) => `${v},${1e-6 * Math.sinh(3 * v)}`,
  );
  write('curve.csv', `Voltage (V),Current (A)\n${[...curve, ...[...curve].reverse()].join('\n')}\n`);
  // a loop: a conductance that rises above 0 V and falls below
  const loop = Array.from({ length: 33 }, (_, k) => {
    const v = Math.sin((Math.PI * k) / 16);
    const g =
      k < 5 ? 1e-5 : k < 9 ? 3e-5 + 1.5e-5 * (k - 5) : k < 20 ? 1e-4 : Math.max(1e-5, 1e-4 - 2e-5 * (k - 20));
    return `${k * 1e-3},${v},${g * v}`;
  });
  write('loop.csv', `time (s),voltage (V),current (A)\n${loop.join('\n')}\n`);
  write('divider.cir', 'divider\nV1 in 0 1\nR1 in out 1k\nR2 out 0 {1k*2^1}\n.op\n.end\n');
  write('there.json', 'mine');
  write('json.yaml', 'json: true\n');
  const limits = ['maxVoltage_V: 1.5', 'compliance_A: 100uA', 'maxWidth_s: 10ms', 'maxPulses: 50'];
  const base = 'base: { command: crossbar report, random: 4x4, inputs: 1V, wireOhm: 1 }';
  write('some.study.yaml', `kind: study\nstudy: some\n${base}\naxes: { wireOhm: [1, 2] }\n`);
  const plan = ['kind: study', 'format: 1', 'study: studied', 'base: { command: train }', 'seeds: 1'];
  mkdirSync(join(cwd, 'studied/trials/k'), { recursive: true });
  write('studied/study.yaml', `${plan.join('\n')}\naxes: { a: [1, 2] }\n`);
  const trial = (key: string, a: number) =>
    JSON.stringify({
      ...{ key, values: { a }, command: 'train', options: { a } },
      ...{ inputs: [], program: { version: '1' } },
    });
  write('studied/trials.jsonl', `${trial('k', 1)}\n${trial('l', 2)}\n`);
  mkdirSync(join(cwd, 'studied/trials/l'));
  for (const key of 'kl') write(`studied/trials/${key}/answer.json`, '{"answer":{"e":2,"f":3},"seconds":1}');
  write('some.limits.yaml', `kind: limits\n${limits.join('\n')}\n`);
  write('arc.limits.yaml', `kind: limits\n${limits.join('\n')}\nseries_ohm: 20k\n`);
  const train =
    'train --data csv:two.csv --validation 10 --epochs 3 --layers 4 --set training.conductanceRates=[20] -o run/';
  const { code, stderr } = await ohmprop(train.split(' '), { cwd });
  if (code !== 0) throw new Error(stderr);
  fixture = cwd;
  for (const name of readdirSync(cwd, { recursive: true, encoding: 'utf8' })) {
    if (statSync(join(cwd, name)).isFile()) contentOf.set(name, readFileSync(join(cwd, name), 'latin1'));
  }
});

interface Flag {
  readonly name: string;
  readonly own: boolean;
}

async function flagsOf(definition: CommandDefinition, walkSettings: boolean): Promise<Flag[]> {
  const fields = optionFields(definition).flatMap(({ flag, former, heading }) =>
    flag === undefined || former !== undefined ? [] : [{ flag, own: heading !== 'Shared by all commands:' }],
  );
  const settings = walkSettings ? (definition.settings ?? []).map(({ flag }) => ({ flag, own: true })) : [];
  return [...fields, ...settings].map(({ flag, own }) => ({ name: /--[\w-]+/.exec(flag)?.[0] ?? flag, own }));
}

async function walk(entries: readonly CommandEntry[], above: readonly string[] = []) {
  const found: { name: string; definition: CommandDefinition }[] = [];
  for (const { name, load, commands: below = [], renamedTo } of entries) {
    if (renamedTo !== undefined) continue;
    found.push(...(await walk(below, [...above, name])));
    if (load !== undefined) found.push({ name: [...above, name].join(' '), definition: await load() });
  }
  return found;
}

const all = await walk(commands);

/** The line with a flag in it, in place of what it said before. */
function withFlag(line: string, flag: string, value: string | true): string {
  const bare = line.replace(new RegExp(` ${flag}( (?!-)\\S+)?(?= |$)`), '');
  return `${bare} ${flag}${value === true ? '' : ` ${value}`}`;
}

/** Base line and changed line of a flag of a command's own. */
function linesOf(command: string, flag: string): [string, string] {
  const { base, flags } = walks[command];
  const change = flags[flag];
  if (typeof change === 'object' && 'from' in change) {
    return [`${command} ${change.from} --json`, `${command} ${change.to} --json`];
  }
  const { beside, value } = typeof change === 'object' ? change : { beside: '', value: change };
  const line = besides(beside).reduce(
    (before, [name, said]) => withFlag(before, name, said ?? true),
    `${command} ${base}`,
  );
  return [`${line} --json`, `${withFlag(line, flag, value)} --json`];
}

const besides = (text: string) => (text === '' ? [] : text.split(/ (?=-)/).map((part) => part.split(' ')));

/** Of flags that all commands share. */
function sharedLines(command: string, flag: string): [string, string] {
  const base = `${command} ${walks[command].base}`;
  const lines: Readonly<Record<string, [string, string]>> = {
    '--out': [`${base} --json`, `${base} --json -o answer.json`],
    '--figure': [`${base} -o figure.svg`, `${base} -o figure.svg --figure 85mm`],
    '--force': [`${base} -o there.json`, `${base} -o there.json --force`],
    '--json': [base, `${base} --json`],
    '--config': [base, `${base} --config json.yaml`],
    '--json-schema': [base, `${base} --json-schema`],
    '--use': [base, `${base} --use not-there.mjs`],
  };
  return lines[flag];
}

describe('no flag is without effect', () => {
  it('there is a line for every flag of every command, and for no other', async () => {
    const known: Record<string, string[]> = {};
    for (const { name, definition } of all) {
      const flags = await flagsOf(definition, name !== 'train');
      known[name] = flags.flatMap((flag) => (flag.own ? [flag.name] : [])).sort();
    }
    const written = Object.entries(walks).map(([name, { flags }]) => [name, Object.keys(flags).sort()]);
    expect(Object.fromEntries(written)).toEqual(known);
  });

  for (const { name, definition } of all) {
    it(name, async () => {
      const signal = name.endsWith(' emulate') || name === 'watch' ? AbortSignal.abort() : undefined;
      const outcomes = new Map<string, Promise<Outcome>>();
      const outcome = (line: string) => {
        const found = outcomes.get(line) ?? outcomeOf(line, signal);
        outcomes.set(line, found);
        return found;
      };
      const amiss: string[] = [];
      const steadyLine = `${name} ${walks[name].base} --json`;
      const { slow, measures } = walks[name];
      if (!measures)
        expect((await outcomeOf(steadyLine, signal)).answer).toBe((await outcome(steadyLine)).answer);
      for (const { name: flag, own } of await flagsOf(definition, name !== 'train')) {
        // Speaks of a module that changed: tried in use.test.ts.
        if (`${name} ${flag}` in alike || flag === '--changed-module') continue;
        if (!own && slow && !['--out', '--figure', '--json-schema'].includes(flag)) continue;
        if (!own && measures) continue;
        const [before, after] = own ? linesOf(name, flag) : sharedLines(name, flag);
        const [base, changed] = [await outcome(before), await outcome(after)];
        const verdict = verdictOf(base, changed);
        const good = flag in onlySaid ? ['said', 'effect'] : ['effect', 'refused'];
        if (!good.includes(verdict)) amiss.push(`${after}: ${verdict}: ${changed.stderr}`);
      }
      expect(amiss).toEqual([]);
    });
  }

  it('resume --changed-data is what data ask for that are another file by now', async () => {
    const cwd = join(scratch('flags'), 'here');
    cpSync(fixture, cwd, { recursive: true });
    writeFileSync(join(cwd, 'two.csv'), readFileSync(join(cwd, 'three.csv')));
    // The run was trained elsewhere, and its data would be found there.
    const manifest = join(cwd, 'run', 'manifest.json');
    const { data, ...rest } = JSON.parse(readFileSync(manifest, 'utf8'));
    writeFileSync(manifest, JSON.stringify({ ...rest, data: { ...data, directory: cwd } }));
    const line = ['resume', 'run', '--epochs', '4'];
    expect((await ohmprop(line, { cwd })).code).toBe(2);
    expect((await ohmprop([...line, '--changed-data'], { cwd })).code).toBe(0);
  });

  it('board write --yes is what a board that is there asks for', async () => {
    await withServed(newBoard(), async (address) => {
      const line = ['board', 'write', address, '5=77'];
      expect((await ohmprop(line)).code).toBe(2);
      expect((await ohmprop([...line, '--yes'])).code).toBe(0);
    });
  });
});

function verdictOf(base: Outcome, changed: Outcome): 'effect' | 'refused' | 'said' | 'nothing' {
  if (changed.answer !== base.answer) {
    if (changed.code !== 2) return 'effect';
    return /ohmprop: \S.{9}/.test(changed.stderr) ? 'refused' : 'nothing';
  }
  return changed.stderr === base.stderr ? 'nothing' : 'said';
}
