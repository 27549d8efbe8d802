import { boardCommands } from './board.js';
import { calibrateCommands } from './calibrate.js';
import { cellCommands } from './cell.js';
import { circuitCommands } from './circuit.js';
import type { CommandEntry } from './command-entry.js';
import { crossbarCommands } from './crossbar.js';
import { instrumentCommands } from './instrument.js';
import { runsCommands } from './runs.js';
import { studyCommands } from './study.js';

const cell = {
  description: 'memristors: what there is, hysteresis, pulse trains',
  commands: cellCommands,
};

/** Every command of `ohmprop`, in the order of its help. */
export const commands: readonly CommandEntry[] = [
  ...grouped('Learn:', [
    {
      name: 'train',
      description: 'train a network by equilibrium propagation, into a run directory',
      load: async () => (await import('./train.js')).trainCommand,
    },
    {
      name: 'resume',
      description: 'go on with a run from its newest checkpoint, as if it had never stopped',
      load: async () => (await import('./resume.js')).resumeCommand,
    },
    {
      name: 'eval',
      description: 'test a trained run',
      load: async () => (await import('./eval.js')).evalCommand,
    },
    {
      name: 'predict',
      description: 'classify the rows of a table by a trained run',
      load: async () => (await import('./predict.js')).predictCommand,
    },
    {
      name: 'trace',
      description: 'follow one sample through the free and the nudged phases, iteration by iteration',
      load: async () => (await import('./trace.js')).traceCommand,
    },
    {
      name: 'settle',
      description: 'how long a network of capacitances takes to settle in each phase, and what energy',
      load: async () => (await import('./settle/command.js')).settleCommand,
    },
    {
      name: 'gradcheck',
      description: "check a device's gradient: its arithmetic against float64, and the bias of a finite β",
      load: async () => (await import('./gradcheck.js')).gradcheckCommand,
    },
    {
      name: 'report',
      description: 'draw the report of a run: one self-contained HTML, and its figures as SVG and PNG',
      load: async () => (await import('./report.js')).reportCommand,
    },
    {
      name: 'export',
      description: "write a run's parameters as a NumPy file (S, A), or its network as SPICE text",
      load: async () => (await import('./export.js')).exportCommand,
    },
  ]),
  ...grouped('Simulate:', [
    {
      name: 'crossbar',
      description: 'exact voltages and currents of crossbars with wire resistance',
      commands: crossbarCommands,
    },
    {
      name: 'circuit',
      description: 'solve SPICE circuits, look for faults in them, write networks as SPICE text',
      commands: circuitCommands,
    },
    { name: 'cell', ...cell },
    { name: 'device', ...cell, renamedTo: 'cell' },
  ]),
  ...grouped('Bench:', [
    {
      name: 'calibrate',
      description: 'from the files an instrument wrote to features, figures and cell files',
      commands: calibrateCommands,
    },
    {
      name: 'board',
      description: 'learning boards: on a serial port, over TCP, or virtual',
      commands: boardCommands,
    },
    {
      name: 'instrument',
      description: 'instruments that pulse and read cells: within limits that you say',
      commands: instrumentCommands,
    },
  ]),
  ...grouped('Many:', [
    {
      name: 'study',
      description:
        'a command over a grid of settings and seeds: tables with intervals, gone on with at any time',
      load: async () => (await import('./study/run.js')).studyCommand(() => commands),
      commands: studyCommands,
    },
    {
      name: 'runs',
      description: 'what lies under runs/: listed, compared, labelled, packed, computed again, deleted',
      commands: runsCommands,
    },
    {
      name: 'watch',
      description: 'a live page of runs while they train: curves, conductances, boards',
      load: async () => (await import('./watch/command.js')).watchCommand,
    },
  ]),
  ...grouped('Help:', [
    {
      name: 'init',
      description: 'a commented file and small examples to begin with, and what to type next',
      load: async () => (await import('./init/command.js')).initCommand,
    },
    {
      name: 'completion',
      description: 'a script by which the Tab key of bash or zsh completes commands, flags, names and runs',
      load: async () => (await import('./completion/command.js')).completionCommand(() => commands),
    },
    {
      name: 'doctor',
      description: 'is everything here that boards need: Node, ports, permissions',
      load: async () => (await import('./doctor.js')).doctorCommand,
    },
  ]),
];

function grouped(group: string, entries: readonly CommandEntry[]): CommandEntry[] {
  return entries.map((entry) => ({ ...entry, group }));
}
