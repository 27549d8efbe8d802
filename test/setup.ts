import { afterAll } from 'vitest';
import { removeScratch, scratch } from './scratch.js';

// Boards that tests hold are no other program's to stop.
process.env.OHMPROP_LINES = scratch('held-lines');
process.env.OHMPROP_LAB = scratch('lab');

// before every test file, so that it runs last of all
afterAll(removeScratch);
