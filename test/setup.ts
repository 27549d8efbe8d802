import { afterAll } from 'vitest';
import { removeScratch } from './scratch.js';

// before every test file, so that it runs last of all
afterAll(removeScratch);
