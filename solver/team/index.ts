export { MOST_THREADS, PacedTeam, threadsOf } from './paced-team.js';
