export { MAX_THREADS, PacedTeam, threadsOf } from './paced-team.js';
