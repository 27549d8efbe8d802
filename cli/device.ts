import { Command } from 'commander';
import { listCommand } from './device/list.js';
import { pulseCommand } from './device/pulse.js';
import { sweepCommand } from './device/sweep.js';

export function deviceCommand(): Command {
  const command = new Command('device').description('memristors: what there is, hysteresis, pulse trains');
  for (const sub of [listCommand(), sweepCommand(), pulseCommand()]) command.addCommand(sub);
  return command;
}
