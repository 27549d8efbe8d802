import { Command } from 'commander';
import { listCommand } from './cell/list.js';
import { pulseCommand } from './cell/pulse.js';
import { sweepCommand } from './cell/sweep.js';

export function deviceCommand(): Command {
  const command = new Command('device').description('memristors: what there is, hysteresis, pulse trains');
  for (const sub of [listCommand(), sweepCommand(), pulseCommand()]) command.addCommand(sub);
  return command;
}
